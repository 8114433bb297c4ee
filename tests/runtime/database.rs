//! R7 and R11 to R20: waiting for the database, migrating it, adding a user.

use super::shell::{Case, Expect, OK, check};
use super::{RELEASES, entrypoint};

/// A database that responds at the third try.
const SLOW: &[(&str, &str)] =
    &[("airflow", "[[ $* != 'db check' ]] || (( $(grep -c 'db check' /mnt/calls) > 2 ))")];
/// A database that never responds.
const DEAD: &[(&str, &str)] = &[("airflow", "[[ $* != 'db check' ]] || { echo 'no such host'; exit 1; }")];

const WAITING: &str = "Waiting for the database: ";

/// R11; 3.2 is the last such release.
#[test]
fn every_command_waits_for_the_database_up_to_airflow_3_2() {
    for release in ["2.2.5", "2.3.3", "2.10.5", "3.2.0"] {
        let airflow = Expect { calls: &["airflow db check", "airflow dags list"], ..OK };
        check(&entrypoint(release, &["dags", "list"]), &airflow);
        let python = Expect { calls: &["airflow db check", "python -c pass"], ..OK };
        check(&entrypoint(release, &["python", "-c", "pass"]), &python);
        let bash = Expect { calls: &["airflow db check"], stdout: &["hello\n"], ..OK };
        check(&entrypoint(release, &["bash", "-c", "echo hello"]), &bash);
    }
}

/// R7, R11.
#[test]
fn the_wait_is_repeated_with_a_pause() {
    let calls = &[
        "airflow db check",
        "sleep 3",
        "airflow db check",
        "sleep 3",
        "airflow db check",
        "airflow version",
    ];
    for release in ["2.2.5", "2.10.5"] {
        let case = Case { programs: SLOW, ..entrypoint(release, &["version"]) };
        check(&case, &Expect { calls, stderr: &[WAITING], ..OK });
    }
    let calls = &[
        "airflow db check",
        "sleep 7",
        "airflow db check",
        "sleep 7",
        "airflow db check",
        "airflow scheduler",
    ];
    let env = &[
        ("CONNECTION_CHECK_SLEEP_TIME", "7"),
        ("CONNECTION_CHECK_MAX_COUNT", "3"),
        ("AIRFLOW__CORE__EXECUTOR", "LocalExecutor"),
    ];
    let case = Case { programs: SLOW, env, ..entrypoint("3.3.2", &["scheduler"]) };
    check(&case, &Expect { calls, stderr: &[WAITING], ..OK });
}

/// R11: standard output only has the output of the command.
#[test]
fn a_wait_leaves_standard_output_to_the_command() {
    let case = Case { programs: SLOW, ..entrypoint("2.10.5", &["bash", "-c", "echo '{}' | tee /mnt/out"]) };
    let calls = &["airflow db check", "sleep 3", "airflow db check", "sleep 3", "airflow db check"];
    if let Some(sandbox) = check(&case, &Expect { calls, stdout: &["{}\n"], stderr: &[WAITING], ..OK }) {
        assert_eq!(sandbox.read("out"), "{}\n");
    }
}

/// R12.
#[test]
fn only_parts_of_airflow_wait_for_the_database_since_3_3() {
    let waiting: &[(&[&str], &[&str])] = &[
        (&["triggerer"], &["airflow db check", "airflow triggerer"]),
        (&["airflow", "dag-processor"], &["airflow db check", "airflow dag-processor"]),
        (&["airflow", "api-server", "--port", "1"], &["airflow db check", "airflow api-server --port 1"]),
        (&["bash", "-c", "exec airflow scheduler"], &["airflow db check", "airflow scheduler"]),
        (&["bash", "-ec", "true;\nairflow  triggerer;"], &["airflow db check", "airflow triggerer"]),
        (&["sh", "-c", "airflow api-server"], &["airflow db check", "airflow sh -c airflow api-server"]),
    ];
    let going_on: &[(&[&str], &[&str])] = &[
        (&[], &["airflow "]),
        (&["version"], &["airflow version"]),
        (&["airflow", "dags", "trigger", "scheduler"], &["airflow dags trigger scheduler"]),
        (&["python", "-c", "airflow scheduler"], &["python -c airflow scheduler"]),
        (&["bash", "-c", ": my-airflow scheduler"], &[]),
        (&["bash", "-c", ": airflow scheduler-lag"], &[]),
        (&["bash", "-c", ": scheduler"], &[]),
    ];
    for (args, calls) in waiting.iter().chain(going_on) {
        check(&entrypoint("3.3.2", args), &Expect { calls, ..OK });
    }
}

/// R7, R13.
#[test]
fn a_wait_that_fails_says_what_it_tried() {
    let case = Case {
        env: &[("CONNECTION_CHECK_MAX_COUNT", "2")],
        programs: DEAD,
        ..entrypoint("2.10.5", &["scheduler"])
    };
    let stdout = &["2 tries", "airflow db check", "no such host"];
    for release in RELEASES {
        let calls = &["airflow db check", "sleep 3", "airflow db check"];
        check(&Case { release, ..case }, &Expect { code: 1, calls, stdout, stderr: &[WAITING] });
    }
    let empty = &[("CONNECTION_CHECK_MAX_COUNT", ""), ("CONNECTION_CHECK_SLEEP_TIME", "")];
    let mut calls = ["airflow db check", "sleep 3"].repeat(20);
    calls.pop();
    check(
        &Case { env: empty, ..case },
        &Expect {
            code: 1,
            calls: &calls,
            stdout: &["20 tries"],
            stderr: &[WAITING, "Still waiting for the database: 15 of 20 tries failed."],
        },
    );
}

/// R14.
#[test]
fn no_tries_means_no_wait() {
    let env = &[("CONNECTION_CHECK_MAX_COUNT", "0"), ("AIRFLOW__CORE__EXECUTOR", "CeleryExecutor")];
    for release in RELEASES {
        let case = Case { env, programs: DEAD, ..entrypoint(release, &["scheduler"]) };
        check(&case, &Expect { calls: &["airflow scheduler"], ..OK });
    }
}

/// R15.
#[test]
fn any_value_upgrades_the_database_up_to_airflow_2_6() {
    let env = &[("_AIRFLOW_DB_UPGRADE", "false"), ("_AIRFLOW_DB_MIGRATE", "true")];
    let programs = &[("airflow", "[[ $* != 'db upgrade' ]]")];
    for release in ["2.2.5", "2.3.3", "2.6.3"] {
        let calls = &["airflow db check", "airflow db upgrade", "airflow version"];
        check(&Case { env, programs, ..entrypoint(release, &["version"]) }, &Expect { calls, ..OK });
        let empty = &[("_AIRFLOW_DB_UPGRADE", "")];
        let calls = &["airflow db check", "airflow version"];
        check(&Case { env: empty, ..entrypoint(release, &["version"]) }, &Expect { calls, ..OK });
    }
}

/// R16.
#[test]
fn any_value_migrates_the_database_since_airflow_2_7() {
    let programs = &[("airflow", "[[ $* != 'db migrate' ]]")];
    let all: &[&str] = &["airflow db check", "airflow db migrate", "airflow version"];
    for (release, calls) in [("2.7.0", all), ("2.10.5", all), ("3.3.2", &all[1..])] {
        let case =
            Case { env: &[("_AIRFLOW_DB_MIGRATE", "false")], programs, ..entrypoint(release, &["version"]) };
        check(&case, &Expect { calls, ..OK });
        let old = Case { env: &[("_AIRFLOW_DB_UPGRADE", "1")], ..case };
        check(&old, &Expect { calls, stderr: &["Warning", "_AIRFLOW_DB_MIGRATE"], ..OK });
        let both = Case { env: &[("_AIRFLOW_DB_UPGRADE", "1"), ("_AIRFLOW_DB_MIGRATE", "1")], ..case };
        check(&both, &Expect { calls, stderr: &["Warning"], ..OK });
    }
}

/// R17, R19.
#[test]
fn a_user_is_created_with_the_password_given() {
    const CREATE: &str = "airflow users create --username admin --firstname Airflow --lastname Admin \
                          --email airflowadmin@example.com --role Admin --password s3 cret";
    let show =
        &["bash", "-c", "echo ${_AIRFLOW_WWW_USER_PASSWORD-gone} ${_AIRFLOW_WWW_USER_PASSWORD_CMD-gone}"];
    let plain = &[("_AIRFLOW_WWW_USER_CREATE", "true"), ("_AIRFLOW_WWW_USER_PASSWORD", "s3 cret")];
    let by_command = &[
        ("_AIRFLOW_WWW_USER_CREATE", "true"),
        ("_AIRFLOW_WWW_USER_PASSWORD", "not this one"),
        ("_AIRFLOW_WWW_USER_PASSWORD_CMD", "printf 's%d cret' \"$((1 + 2))\""),
    ];
    // The user exists already.
    let programs = &[("airflow", "[[ $1 != users ]]")];
    for release in ["2.2.5", "2.3.3", "2.10.5"] {
        for env in [&plain[..], by_command] {
            let case = Case { env, programs, ..entrypoint(release, show) };
            check(&case, &Expect { calls: &["airflow db check", CREATE], stdout: &["gone gone\n"], ..OK });
        }
    }
}

/// R18, also before R20.
#[test]
fn a_user_without_a_password_stops_the_container() {
    let failing = &[("_AIRFLOW_WWW_USER_CREATE", "true"), ("_AIRFLOW_WWW_USER_PASSWORD_CMD", "exit 3")];
    let wait: &[&str] = &["airflow db check"];
    for (release, calls) in [("2.2.5", wait), ("2.10.5", wait), ("3.3.2", &[])] {
        for env in [&failing[..1], failing] {
            let expect = Expect { code: 1, calls, stdout: &["Error", "_AIRFLOW_WWW_USER_PASSWORD"], ..OK };
            check(&Case { env, ..entrypoint(release, &["version"]) }, &expect);
        }
    }
}

/// R19.
#[test]
fn a_user_is_created_with_the_given_fields_even_if_empty() {
    let env = &[
        ("_AIRFLOW_WWW_USER_CREATE", "1"),
        ("_AIRFLOW_WWW_USER_PASSWORD", "p"),
        ("_AIRFLOW_WWW_USER_USERNAME", "ann"),
        ("_AIRFLOW_WWW_USER_FIRSTNAME", "Ann"),
        ("_AIRFLOW_WWW_USER_LASTNAME", ""),
        ("_AIRFLOW_WWW_USER_EMAIL", "ann@example.org"),
        ("_AIRFLOW_WWW_USER_ROLE", "Viewer"),
    ];
    let calls = &[
        "airflow db check",
        "airflow users create --username ann --firstname Ann --lastname  --email ann@example.org --role Viewer --password p",
        "airflow version",
    ];
    check(&Case { env, ..entrypoint("2.10.5", &["version"]) }, &Expect { calls, ..OK });
}

/// R20.
#[test]
fn only_the_fab_auth_manager_gets_a_user_since_airflow_3() {
    const ASK: &str = "airflow config get-value core auth_manager";
    const CREATE: &str = "airflow users create --username admin --firstname Airflow --lastname Admin \
                          --email airflowadmin@example.com --role Admin --password p";
    let env = &[
        ("_AIRFLOW_WWW_USER_CREATE", "1"),
        ("_AIRFLOW_WWW_USER_PASSWORD", "p"),
        ("AIRFLOW__CORE__AUTH_MANAGER", "airflow.providers.fab.auth_manager.fab_auth_manager.FabAuthManager"),
    ];
    let case = Case { env, ..entrypoint("3.3.2", &["version"]) };
    check(&case, &Expect { calls: &[CREATE, "airflow version"], ..OK });

    let fab = &[("airflow", "[[ $1 != config ]] || printf 'a warning\\nx.FabAuthManager\\n'")];
    let case = Case { env: &env[..2], programs: fab, ..case };
    check(&case, &Expect { calls: &[ASK, CREATE, "airflow version"], ..OK });

    let simple = &[("airflow", "[[ $1 != config ]] || echo x.SimpleAuthManager")];
    let expect = Expect { calls: &[ASK, "airflow version"], stdout: &["No user is created"], ..OK };
    check(&Case { programs: simple, ..case }, &expect);
}
