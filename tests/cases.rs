//! The plan, graph and image config of every case file.
//!
//! A changed snapshot is a changed image for users: read it before you accept it.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use airflow_frontend::options::table;
use airflow_frontend::plan::plan;
use buildkit_llb as llb;

use crate::support::case::Case;

fn each(check: impl Fn(&str, &Case)) {
    insta::glob!("cases/*.toml", |path| {
        let name = path.file_stem().unwrap().to_str().unwrap();
        check(name, &Case::read(name));
    });
}

#[test]
fn plans_are_as_reviewed() {
    each(|_, case| {
        let config = case.config();
        let plan = plan(&config, &case.facts(&config));
        let warnings: String = config.warnings.iter().fold(String::new(), |mut text, warning| {
            let _ = writeln!(text, "warning: {warning}");
            text
        });
        insta::with_settings!({ description => &case.what, omit_expression => true }, {
            insta::assert_snapshot!("plan", format!("{}{warnings}", plan.text().text));
        });
    });
}

#[test]
fn graphs_are_as_reviewed() {
    each(|_, case| {
        let lowered = case.lowered();
        let graph = llb::print::text(&llb::decode::decode(&lowered.definition.pb).unwrap());
        insta::with_settings!({ description => &case.what, omit_expression => true }, {
            insta::assert_snapshot!("graph", graph);
        });
    });
}

#[test]
fn image_configs_are_as_reviewed() {
    each(|_, case| {
        insta::with_settings!({ description => &case.what, omit_expression => true }, {
            insta::assert_snapshot!("image", format!("{:#}", case.lowered().image));
        });
    });
}

#[test]
fn the_same_case_gives_the_same_bytes() {
    each(|name, case| {
        let first = case.lowered();
        // The order of a hash map would differ in one of these runs.
        for _ in 0..25 {
            assert_eq!(case.lowered().definition.pb, first.definition.pb, "{name}");
        }
    });
}

#[test]
fn every_step_is_found_in_the_plan_when_it_fails() {
    each(|name, case| {
        let pb = case.lowered().definition.pb;
        let source = pb.source.expect("a source map");
        let text = String::from_utf8(source.infos[0].data.clone()).unwrap();
        let lines: Vec<&str> = text.lines().collect();
        for (digest, locations) in &source.locations {
            let title = &pb.metadata[digest].description[llb::CUSTOM_NAME];
            // Two identical steps are one vertex with two places.
            let starts = locations.locations.iter().map(|location| location.ranges[0].start.unwrap().line);
            let shown: Vec<_> = starts.map(|line| lines[usize::try_from(line).unwrap() - 1]).collect();
            assert!(shown.contains(&title.as_str()), "{name}: {title} is not among {shown:?}");
        }
        assert!(source.locations.len() >= 8, "{name}: {}", source.locations.len());
    });
}

#[test]
fn only_steps_that_download_have_a_network_and_the_secrets() {
    each(|name, case| {
        let decoded = llb::decode::decode(&case.lowered().definition.pb).unwrap();
        for vertex in decoded.vertices {
            let Some(buildkit_proto::pb::op::Op::Exec(exec)) = vertex.op.op else { continue };
            let reaches = exec.network() != llb::NetMode::None;
            let secrets = exec.mounts.iter().filter_map(|mount| mount.secret_opt.as_ref());
            let ids: Vec<&str> = secrets.map(|secret| secret.id.as_str()).collect();
            assert_eq!(ids, if reaches { vec!["ca-bundle", "netrc"] } else { Vec::new() }, "{name}");
        }
    });
}

#[test]
fn the_largest_case_gives_every_arg() {
    let given: BTreeSet<String> = Case::read("everything").args.into_keys().collect();
    let rows: BTreeSet<String> = table::TABLE.iter().map(|row| row.name.to_owned()).collect();
    assert_eq!(given, rows);
}
