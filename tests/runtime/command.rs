//! R21 to R28: requirements, the broker, and the command itself.

use super::shell::{Case, Expect, OK, check};
use super::{RELEASES, entrypoint};

const NO_WAIT: &[(&str, &str)] = &[("CONNECTION_CHECK_MAX_COUNT", "0")];

/// R21.
#[test]
fn requirements_are_installed_before_the_command() {
    let env = &[("CONNECTION_CHECK_MAX_COUNT", "0"), ("_PIP_ADDITIONAL_REQUIREMENTS", " x[a]==1\n y>2 ")];
    for (release, flags) in [
        ("2.2.5", "--no-cache-dir"),
        ("2.3.0", "--no-cache-dir"),
        ("2.3.1", "--no-cache-dir --root-user-action ignore"),
        ("2.7.2", "--no-cache-dir --root-user-action ignore"),
        ("2.7.3", "--root-user-action ignore"),
        ("2.10.5", "--root-user-action ignore"),
        ("3.3.2", "--root-user-action ignore"),
    ] {
        // As a file pattern, the first requirement would match this file.
        let case = Case { env, before: "touch xa==1", ..entrypoint(release, &["python", "-c", "pass"]) };
        let calls = &[&format!("pip install {flags} x[a]==1 y>2"), "python -c pass"];
        check(&case, &Expect { calls, stderr: &["Warning", "docker-stack/build.html"], ..OK });
    }
}

/// R21.
#[test]
fn failing_requirements_stop_the_container() {
    let env = &[("CONNECTION_CHECK_MAX_COUNT", "0"), ("_PIP_ADDITIONAL_REQUIREMENTS", "x")];
    for release in RELEASES {
        let case =
            Case { env, programs: &[("pip", ": >/mnt/calls; exit 3")], ..entrypoint(release, &["version"]) };
        check(&case, &Expect { code: 3, stderr: &["Warning"], ..OK });
    }
}

/// R22, R23, R28.
#[test]
fn the_first_word_chooses_the_program() {
    let routes: &[(&[&str], &[&str], &str)] = &[
        (&["bash", "-c", "echo \"$0 $1\"", "a b", "c"], &[], "a b c\n"),
        (&["python", "-c", "a  b"], &["python -c a  b"], ""),
        (&["version"], &["airflow version"], ""),
        (&["airflow", "version"], &["airflow version"], ""),
        (&["airflow", "airflow"], &["airflow airflow"], ""),
        (&["airflow", "bash"], &["airflow bash"], ""),
        (&["sh", "-c", "true"], &["airflow sh -c true"], ""),
        (&["/bin/bash"], &["airflow /bin/bash"], ""),
        (&["pip", "list"], &["airflow pip list"], ""),
    ];
    for release in RELEASES {
        for (args, calls, stdout) in routes {
            let stdout = if stdout.is_empty() { &[][..] } else { &[*stdout] };
            check(&Case { env: NO_WAIT, ..entrypoint(release, args) }, &Expect { calls, stdout, ..OK });
        }
    }
}

/// R22: bash is /bin/bash, python the first one on PATH, and the exit code of both is returned.
#[test]
fn the_exit_code_is_the_one_of_the_command() {
    for release in RELEASES {
        let programs = &[("airflow", "exit 4"), ("python", "exit 5"), ("bash", "exit 6")];
        for (word, code, calls) in [("python", 5, &["python "]), ("version", 4, &["airflow version"])] {
            let args = &[word];
            let case = Case { args, programs: &programs[..2], env: NO_WAIT, ..entrypoint(release, &[]) };
            check(&case, &Expect { code, calls, ..OK });
        }
        let case =
            Case { programs: &programs[..2], env: NO_WAIT, ..entrypoint(release, &["bash", "-c", "exit 7"]) };
        check(&case, &Expect { code: 7, ..OK });
    }
}

const BROKER: &str = "nc -zvn -w 5 10.0.0.7";

/// R24; the first connection goes to the address from the name server.
#[test]
fn celery_waits_for_the_port_of_its_broker() {
    for (url, backend, host, port) in [
        ("redis://:p%40ss@broker:6380/0", "redis", "broker", "6380"),
        ("redis://broker/0", "redis", "broker", "6379"),
        ("rediss://broker", "rediss", "broker", "6379"),
        ("redis://", "redis", "localhost", "6379"),
        ("amqp://u:p@broker//", "amqp", "broker", "5672"),
        ("amqps://u:p@broker?x=y", "amqps", "broker", "5672"),
        ("amqp://u:p@one:1;amqp://u:p@two:2//", "amqp", "one", "1"),
        ("sentinel://one:26379;sentinel://two:26379", "sentinel", "one", "26379"),
        ("postgresql+psycopg2://u:p@broker/db", "postgresql+psycopg2", "broker", "5432"),
        ("mysql://broker", "mysql", "broker", "3306"),
        ("mssql+pyodbc://broker", "mssql+pyodbc", "broker", "1433"),
        ("redis://[fd00::1]:6380/0", "redis", "fd00::1", "6380"),
        ("redis://[fd00::1]/0", "redis", "fd00::1", "6379"),
    ] {
        let env = &[
            ("CONNECTION_CHECK_MAX_COUNT", "2"),
            ("AIRFLOW__CORE__EXECUTOR", "CeleryExecutor"),
            ("AIRFLOW__CELERY__BROKER_URL", url),
        ];
        let told = format!("BACKEND={backend}\nDB_HOST={host}\nDB_PORT={port}\n");
        let getent =
            &[("getent", "[[ $1 == ahosts ]] && echo '10.0.0.7 STREAM' && echo \"$2\" >/mnt/looked-up")];
        let reached = format!("{BROKER} {port}");
        let case = Case { env, programs: getent, ..entrypoint("3.3.2", &["celery", "worker"]) };
        let calls = &[reached.as_str(), "airflow celery worker"];
        if let Some(sandbox) = check(&case, &Expect { calls, stdout: &[&told], ..OK }) {
            assert_eq!(sandbox.read("looked-up").trim(), host);
        }
    }
}

/// R24: without a variable for it, Airflow is asked, which also resolves its own variables.
#[test]
fn the_broker_is_read_from_airflows_configuration() {
    let config = &[(
        "airflow",
        "case $* in *executor) echo warning; echo CeleryExecutor ;; *broker_url) echo redis://broker ;; esac",
    )];
    let asked = ["airflow config get-value core executor", "airflow config get-value celery broker_url"];
    let check_database: &[&str] = &["airflow db check"];
    for (release, word, wait) in [
        ("2.2.5", "celery", check_database),
        ("2.3.3", "scheduler", check_database),
        ("2.10.5", "celery", check_database),
        ("3.3.2", "celery", &[]),
        ("3.3.2", "scheduler", check_database),
    ] {
        let started = format!("airflow {word}");
        let calls = [wait, &asked, &["nc -zvn -w 5 10.0.0.7 6379", &started]].concat();
        let stdout = &["BACKEND=redis\nDB_HOST=broker\nDB_PORT=6379\n"];
        for args in [&[word][..], &["airflow", word]] {
            check(
                &Case { args, programs: config, ..entrypoint(release, &[]) },
                &Expect { calls: &calls, stdout, ..OK },
            );
        }
    }
    let env = &[
        ("AIRFLOW__CORE__EXECUTOR", "$EXECUTOR"),
        ("AIRFLOW__CELERY__BROKER_URL", "redis://:$PASSWORD@other"),
    ];
    let calls = [&asked[..], &["nc -zvn -w 5 10.0.0.7 6379", "airflow celery"]].concat();
    let case = Case { env, programs: config, ..entrypoint("3.3.2", &["celery"]) };
    check(&case, &Expect { calls: &calls, stdout: &["DB_HOST=broker"], ..OK });
}

/// R24.
#[test]
fn the_environment_overrides_the_broker() {
    let env = &[
        ("AIRFLOW__CORE__EXECUTOR", "CeleryExecutor"),
        ("AIRFLOW__CELERY__BROKER_URL", "sqs://"),
        ("BACKEND", "amqp"),
        ("DB_HOST", "there"),
        ("DB_PORT", "99"),
    ];
    let case = Case { env, ..entrypoint("3.3.2", &["celery"]) };
    let calls = &["nc -zvn -w 5 10.0.0.7 99", "airflow celery"];
    check(&case, &Expect { calls, stdout: &["BACKEND=amqp\nDB_HOST=there\nDB_PORT=99\n"], ..OK });
    let calls = &["nc -zvn -w 5 10.0.0.7 5672", "airflow celery"];
    let stdout = &["BACKEND=amqp\nDB_HOST=localhost\nDB_PORT=5672\n"];
    check(&Case { env: &env[..3], ..case }, &Expect { calls, stdout, ..OK });
}

/// R13, R24: each address of the name is tried, and the name is resolved each time.
#[test]
fn a_broker_that_does_not_answer_stops_the_container() {
    let env = &[
        ("CONNECTION_CHECK_MAX_COUNT", "2"),
        ("AIRFLOW__CORE__EXECUTOR", "CeleryExecutor"),
        ("AIRFLOW__CELERY__BROKER_URL", "redis://broker"),
    ];
    let two = &[("nc", "exit 1"), ("getent", "echo '::1 STREAM broker'; echo '10.0.0.7 STREAM'")];
    let case = Case { env, programs: two, ..entrypoint("3.3.2", &["celery", "worker"]) };
    let calls = &[
        "nc -zvn -w 5 ::1 6379",
        "nc -zvn -w 5 10.0.0.7 6379",
        "sleep 3",
        "nc -zvn -w 5 ::1 6379",
        "nc -zvn -w 5 10.0.0.7 6379",
    ];
    let stdout = &["2 tries", "no address of broker accepts connections on port 6379"];
    check(
        &case,
        &Expect { code: 1, calls, stdout, stderr: &["Waiting for the Celery broker at broker:6379: "] },
    );
    let nameless = Case { programs: &[("getent", "exit 2")], ..case };
    check(
        &nameless,
        &Expect {
            code: 1,
            calls: &["sleep 3"],
            stdout,
            stderr: &["Waiting for the Celery broker at broker:6379: "],
        },
    );
}

/// R24.
#[test]
fn only_celery_waits_for_a_broker() {
    let env = &[
        ("AIRFLOW__CORE__EXECUTOR", "CeleryExecutor,KubernetesExecutor"),
        ("AIRFLOW__CELERY__BROKER_URL", "redis://broker"),
    ];
    let celery = &[("AIRFLOW__CORE__EXECUTOR", "CeleryExecutor"), env[1]];
    for (env, args, call) in [
        (env, &["celery", "worker"][..], "airflow celery worker"),
        (celery, &["webserver"], "airflow webserver"),
        (celery, &["version"], "airflow version"),
    ] {
        check(&Case { env, ..entrypoint("3.3.2", args) }, &Expect { calls: &[call], ..OK });
        let calls = &["airflow db check", call];
        check(&Case { env, ..entrypoint("2.10.5", args) }, &Expect { calls, ..OK });
    }
}

/// R25.
#[test]
fn a_broker_without_a_port_is_not_waited_for() {
    for url in [
        "sqs://key:secret@",
        "redis+socket:///run/redis",
        "memory://",
        "nonsense",
        "",
        "redis://a:b:c",
        "redis://broker:x",
    ] {
        let env = &[("AIRFLOW__CORE__EXECUTOR", "CeleryExecutor"), ("AIRFLOW__CELERY__BROKER_URL", url)];
        let case = Case { env, ..entrypoint("3.3.2", &["celery", "worker"]) };
        check(&case, &Expect { calls: &["airflow celery worker"], stderr: &["Not waiting"], ..OK });
    }
}

/// Airflow without arguments prints its usage.
const USAGE: &[(&str, &str)] = &[("airflow", "[[ $1 ]] || exit 2")];

/// R26; other texts and older releases follow R28.
#[test]
fn a_migration_can_be_the_only_command_since_3_1() {
    let migrate = &[("_AIRFLOW_DB_MIGRATE", "true")];
    let wait: &[&str] = &["airflow db check", "airflow db migrate", "airflow "];
    for (release, calls, code) in
        [("2.10.5", wait, 2), ("3.0.6", wait, 2), ("3.1.0", &wait[..2], 0), ("3.3.2", &wait[1..2], 0)]
    {
        let stdout = if code == 0 { &["no command"][..] } else { &[] };
        let case = Case { env: migrate, programs: USAGE, ..entrypoint(release, &[]) };
        check(&case, &Expect { code, calls, stdout, ..OK });
    }
    let case = Case { env: &[("_AIRFLOW_DB_MIGRATE", "1")], programs: USAGE, ..entrypoint("3.3.2", &[]) };
    check(&case, &Expect { code: 2, calls: &wait[1..], ..OK });
}

/// R27.
#[test]
fn the_old_variable_of_a_migration_does_not_replace_a_command() {
    let case = Case { env: &[("_AIRFLOW_DB_UPGRADE", "true")], programs: USAGE, ..entrypoint("3.3.2", &[]) };
    check(&case, &Expect { code: 2, calls: &["airflow db migrate", "airflow "], stderr: &["Warning"], ..OK });
}

/// R28.
#[test]
fn no_command_is_an_error_of_usage() {
    for release in RELEASES {
        for args in [&[][..], &["airflow"]] {
            let case = Case { args, env: NO_WAIT, programs: USAGE, ..entrypoint(release, &[]) };
            check(&case, &Expect { code: 2, calls: &["airflow "], ..OK });
        }
    }
}
