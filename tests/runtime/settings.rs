//! R31: settings that end with line breaks, as from YAML blocks and secret files.

use super::shell::{Case, Expect, OK, check};
use super::{RELEASES, entrypoint};

/// R20.
#[test]
fn an_auth_manager_with_a_line_end_is_recognized() {
    const CREATE: &str = "airflow users create --username ann --firstname Airflow --lastname Admin \
                          --email airflowadmin@example.com --role Admin --password p";
    for manager in ["x.FabAuthManager\n", "x.FabAuthManager\r\n\n", "  x.FabAuthManager \n"] {
        let env = &[
            ("_AIRFLOW_WWW_USER_CREATE", "true\n"),
            ("_AIRFLOW_WWW_USER_PASSWORD", "p\n"),
            ("_AIRFLOW_WWW_USER_USERNAME", "ann\r\n"),
            ("AIRFLOW__CORE__AUTH_MANAGER", manager),
        ];
        let case = Case { env, ..entrypoint("3.3.2", &["version"]) };
        check(&case, &Expect { calls: &[CREATE, "airflow version"], ..OK });
    }
}

/// R24.
#[test]
fn a_broker_is_waited_for_if_its_settings_end_with_a_line_break() {
    let env = &[
        ("AIRFLOW__CORE__EXECUTOR", "CeleryExecutor\n"),
        ("AIRFLOW__CELERY__BROKER_URL", "redis://:pw@broker:6380/0\n\n"),
    ];
    let stdout = &["BACKEND=redis\nDB_HOST=broker\nDB_PORT=6380\n"];
    let calls = &["nc -zvn -w 5 10.0.0.7 6380", "airflow celery worker"];
    let case = Case { env, ..entrypoint("3.3.2", &["celery", "worker"]) };
    check(&case, &Expect { calls, stdout, ..OK });
    // The URL can end without a path.
    let env = &[env[0], ("AIRFLOW__CELERY__BROKER_URL", "amqp://broker\n"), ("DB_PORT", "99\n")];
    let stdout = &["BACKEND=amqp\nDB_HOST=broker\nDB_PORT=99\n"];
    let calls = &["nc -zvn -w 5 10.0.0.7 99", "airflow celery worker"];
    check(&Case { env, ..case }, &Expect { calls, stdout, ..OK });
    // As Airflow prints it, after a warning.
    let told = &[("airflow", "[[ $1 != config ]] || printf 'a warning\\nCeleryExecutor \\n\\n'")];
    let calls = &["airflow config get-value core executor", calls[0], calls[1]];
    check(&Case { env: &env[1..], programs: told, ..case }, &Expect { calls, stdout, ..OK });
}

/// R7, R11, R14, R26.
#[test]
fn switches_and_numbers_can_end_with_a_line_break() {
    for release in RELEASES {
        let env = &[("CONNECTION_CHECK_MAX_COUNT", "0\n")];
        check(
            &Case { env, ..entrypoint(release, &["scheduler"]) },
            &Expect { calls: &["airflow scheduler"], ..OK },
        );
    }
    let slow = &[("airflow", "[[ $* != 'db check' ]] || (( $(grep -c 'db check' /mnt/calls) > 1 ))")];
    let env = &[("CONNECTION_CHECK_SLEEP_TIME", "7\n"), ("CONNECTION_CHECK_MAX_COUNT", "2\n")];
    let calls = &["airflow db check", "sleep 7", "airflow db check", "airflow version"];
    let stderr = &["Waiting for the database: 2 tries of 'airflow db check', with pauses of 7 seconds."];
    let case = Case { env, programs: slow, ..entrypoint("2.10.5", &["version"]) };
    check(&case, &Expect { calls, stderr, ..OK });
    let env = &[("_AIRFLOW_DB_MIGRATE", "true\n")];
    let case = Case { env, ..entrypoint("3.3.2", &[]) };
    check(&case, &Expect { calls: &["airflow db migrate"], stdout: &["no command was given"], ..OK });
    let env = &[("_AIRFLOW_DB_MIGRATE", "\n")];
    check(&Case { env, ..entrypoint("3.3.2", &["version"]) }, &Expect { calls: &["airflow version"], ..OK });
}
