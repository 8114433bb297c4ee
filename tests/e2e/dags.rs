//! Airflow runs DAGs.

use super::support::build::Build;
use super::support::builds::{airflow_2, airflow_3};
use super::support::folder::Folder;

const DAG: &str = r#"
import datetime

from IMPORT import dag, task


@dag(schedule=None, start_date=datetime.datetime(2026, 1, 1))
def hello():
    @task
    def add(left, right):
        return left + right

    @task
    def report(total):
        print(f"the sum is {total}")

    report(add(20, 22))


hello()
"#;

#[test]
#[ignore = "needs an engine: make e2e"]
fn a_dag_of_airflow_2_runs_to_success() {
    runs_a_dag(&airflow_2(), "airflow.decorators");
}

#[test]
#[ignore = "needs an engine: make e2e"]
fn a_dag_of_airflow_3_runs_to_success() {
    runs_a_dag(&airflow_3(), "airflow.sdk");
}

fn runs_a_dag(build: &Build, import: &str) {
    let image = build.image();
    let dags = Folder::new();
    dags.write("hello.py", &DAG.replace("IMPORT", import).as_str().into());
    let script = "airflow db migrate && airflow db check && airflow dags test hello 2026-01-01";
    let output = image.run(&[&dags.volume("/opt/airflow/dags")], &["bash", "-c", script]).succeeded();
    let said = output.stdout + &output.stderr;
    assert!(said.contains("the sum is 42"), "{said}");
    assert!(said.contains("state=success") || said.contains("state:success"), "{said}");
}
