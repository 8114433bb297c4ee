//! R32 and R33: what a wait prints, and which errors end it.

use super::shell::{Case, Expect, OK, check};
use super::{RELEASES, entrypoint};

const CHECK: &str = "airflow db check";

/// A database check that fails with Airflow's messages.
fn failing(words: &str) -> String {
    format!("if [[ $* == 'db check' ]]; then echo {} >&2; exit 1; fi", shell_quoted(words))
}

fn shell_quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "'\\''"))
}

/// R32: with Python's messages.
#[test]
fn permanent_errors_are_reported_at_once() {
    for words in [
        "Traceback (most recent call last):\n  File \"x.py\", line 1, in y\nPermissionError: [Errno 13] Permission denied: '/opt/airflow/airflow.cfg'",
        "OSError: [Errno 30] Read-only file system: '/opt/airflow/airflow.cfg'",
        "KeyError: 'getpwuid(): uid not found: 12345'",
        "OSError: No username set in the environment",
        "KeyError: 'x'\n\nDuring handling of the above exception, another exception occurred:\n\nairflow.exceptions.AirflowConfigException: The user that Airflow is running as has no username",
        "ModuleNotFoundError: No module named 'psycopg2'",
        "sqlalchemy.exc.ArgumentError: Could not parse SQLAlchemy URL from string 'x'",
        "sqlalchemy.exc.NoSuchModuleError: Can't load plugin: sqlalchemy.dialects:postgress",
        "sqlalchemy.exc.OperationalError: (sqlite3.OperationalError) unable to open database file\n(Background on this error at: https://sqlalche.me/e/14/e3q8)",
        "ValueError: Unable to configure handler 'task'",
        "cryptography.fernet.InvalidToken",
    ] {
        let programs = &[("airflow", &*failing(words))];
        let case = Case { programs, ..entrypoint("2.10.5", &["version"]) };
        let stdout = &["Error: this fails and waiting does not help: airflow db check\n", words];
        check(&case, &Expect { code: 1, calls: &[CHECK], stdout, ..OK });
    }
    for release in RELEASES {
        let programs = &[("airflow", "exit 127")];
        let case = Case { programs, ..entrypoint(release, &["scheduler"]) };
        check(&case, &Expect { code: 1, calls: &[CHECK], stdout: &["waiting does not help"], ..OK });
    }
}

/// R32: a database that is still starting can fail in many ways.
#[test]
fn temporary_errors_are_waited_for() {
    for words in [
        "psycopg2.OperationalError: connection to server at \"db\" (10.0.0.7), port 5432 failed: Connection refused\n\nThe above exception was the direct cause of the following exception:\n\nsqlalchemy.exc.OperationalError: (psycopg2.OperationalError) connection to server",
        "sqlalchemy.exc.OperationalError: (psycopg2.OperationalError) FATAL:  the database system is starting up",
        "sqlalchemy.exc.OperationalError: (MySQLdb.OperationalError) (2002, \"Can't connect to server on 'db' (115)\")",
        "socket.gaierror: [Errno -2] Name or service not known",
        "OSError: [Errno 113] No route to host",
        "ConnectionRefusedError: [Errno 111] Connection refused",
        "airflow.exceptions.AirflowConfigException: Cannot execute cat /vault/db. Error code is: 1.",
        "hvac.exceptions.VaultDown: Vault is sealed",
        "PermissionError: [Errno 13] /proc/1\nrequests.exceptions.ConnectionError: refused",
        "a log line that names PermissionError: it is none",
        "no such host",
        "",
    ] {
        let programs = &[("airflow", &*failing(words))];
        let env = &[("CONNECTION_CHECK_MAX_COUNT", "2")];
        let case = Case { env, programs, ..entrypoint("2.10.5", &["version"]) };
        let stdout = &["Gave up after 2 tries of: airflow db check\n", words];
        let stderr = &["Waiting for the database: 2 tries"];
        check(&case, &Expect { code: 1, calls: &[CHECK, "sleep 3", CHECK], stdout, stderr });
    }
}

/// R33.
#[test]
fn a_wait_prints_its_target_and_its_progress() {
    let programs = &[("airflow", "[[ $* != 'db check' ]] || (( $(grep -c 'db check' /mnt/calls) > 12 ))")];
    let mut calls = [CHECK, "sleep 3"].repeat(12);
    calls.extend([CHECK, "airflow version"]);
    let stderr = &["Waiting for the database: 20 tries of 'airflow db check', with pauses of 3 seconds.\n\
                    Still waiting for the database: 5 of 20 tries failed.\n\
                    Still waiting for the database: 10 of 20 tries failed."];
    let case = Case { programs, ..entrypoint("2.10.5", &["version"]) };
    check(&case, &Expect { calls: &calls, stderr, ..OK });
}
