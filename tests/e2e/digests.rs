//! The daemon runs exactly the graph that the frontend computes.

use std::collections::BTreeMap;

use airflow_frontend::config::Config;
use airflow_frontend::config::values::{self, Platform};
use airflow_frontend::facts::base::{BaseImage, Found, search_path};
use airflow_frontend::facts::{Facts, Outside};
use airflow_frontend::graph::{Surroundings, lower};
use airflow_frontend::options::Options;
use airflow_frontend::plan::plan;

use super::support::build::Vertex;
use super::support::builds::small;
use super::support::docker::{Container, docker};
use super::support::folder::Folder;
use super::support::machine::{base_config, base_image};

/// The constraints come from a URL, because a local source would contain the client's session, which is not known.
#[test]
#[ignore = "needs an engine: make e2e"]
fn the_daemon_reports_the_computed_vertex_digests() {
    let served = Folder::new();
    let constraints = include_str!("../fixtures/constraints/airflow-2.10.5-python3.11.txt");
    served.write("constraints.txt", &constraints.into());
    let (_server, address) = serve(&served);
    let build = small().with(&[
        ("DOCKER_CONTEXT_FILES", ""),
        ("AIRFLOW_CONSTRAINTS_LOCATION", &format!("http://{address}:8000/constraints.txt")),
    ]);
    let (image, vertices) = build.vertices();
    assert_eq!(image.shell("cat ~/constraints.txt"), constraints);

    // buildx adds one option for an engine, which looks for local images first.
    let own = ("image-resolve-mode".to_owned(), "local".to_owned());
    let options = Options::from_pairs(build.options().into_iter().chain([own]));
    let config = Config::from_options(&options).unwrap();
    let base = BaseImage::judge(&config, found(&vertices)).unwrap();
    let facts = Facts::new(&config, base, Outside { platform: platform(), ..Outside::default() });
    let plan = plan(&config, &facts);
    let around = Surroundings::new(
        &config,
        "",
        vertices.iter().any(|vertex| vertex.name.contains("what `make the virtual environment")),
        1,
    );
    let lowered = lower(&plan, &facts, &around);
    let reported: BTreeMap<&str, &str> =
        vertices.iter().map(|vertex| (vertex.digest.as_str(), vertex.name.as_str())).collect();
    // Names are ignored: a shared vertex has the name from one of its builds.
    let unknown: Vec<String> = plan
        .iter()
        .zip(&lowered.digests)
        .filter(|(_, digest)| !reported.contains_key(digest.as_str()))
        .map(|((id, _), digest)| format!("{digest} {}", plan.numbered_title(id)))
        .collect();
    assert!(plan.steps.len() >= 10 && unknown.is_empty(), "not among {reported:#?}: {unknown:#?}");
}

/// A web server that steps can reach, and its address.
fn serve(folder: &Folder) -> (Container, String) {
    let server = ["python3", "-u", "-m", "http.server", "--directory", "/served", "8000"];
    let base = base_image();
    let volume = folder.volume("/served");
    let run = ["run", "--detach", &volume, &base];
    let server = Container(docker(&[&run[..], &server].concat()).succeeded().stdout.trim().to_owned());
    server.wait_for("Serving HTTP");
    let template = "{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}";
    let address = docker(&["inspect", "--format", template, &server.0]).succeeded();
    (server, address.stdout.trim().to_owned())
}

fn platform() -> Platform {
    let output = docker(&["version", "--format", "{{.Server.Os}}/{{.Server.Arch}}"]).succeeded();
    values::platform(output.stdout.trim()).unwrap()
}

/// The base image as the frontend finds it. The daemon decides whether its reference is pinned.
fn found(vertices: &[Vertex]) -> Found {
    let reference =
        vertices.iter().find_map(|vertex| vertex.name.strip_prefix("[base] ")).expect("a base image");
    let config = base_config();
    let show =
        |script: &str| docker(&["run", "--rm", &base_image(), "bash", "-euc", script]).succeeded().stdout;
    let folders = search_path(&config);
    let listing = show("IFS=:; for folder in $PATH; do ls -A \"$folder\" 2>/dev/null || true; echo /; done");
    let pythons = folders
        .split(':')
        .zip(listing.split("/\n"))
        .map(|(folder, names)| (folder.to_owned(), names.lines().map(str::to_owned).collect()))
        .collect();
    Found {
        reference: reference.to_owned(),
        config,
        os_release: Some(show("cat /etc/os-release")),
        passwd: Some(show("cat /etc/passwd")),
        has_bash: true,
        pythons,
        ..Found::default()
    }
}
