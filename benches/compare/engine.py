"""The engine that both sides build on, and one build on it with what it did and how long it took."""

import base64
import json
import os
import re
import shutil
import socket
import subprocess
import time
import urllib.request
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
# An engine of its own: cold builds empty its cache, and nobody else's.
os.environ.setdefault("ENGINE_NAME", "bench")
os.environ.setdefault("ENGINE_STORE", "containerd")


def text_of(*command: str) -> str:
    return subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True).stdout.strip()


def up() -> None:
    subprocess.run(["tests/engine/engine", "up"], cwd=ROOT, check=True)
    enter()
    text_of("docker", "pull", "--quiet", base_image())


def clean() -> None:
    """Removes the engine of our own with all that it holds; one that was there before is left as it is."""
    if os.environ["ENGINE_NAME"]:
        subprocess.run(["tests/engine/engine", "clean"], cwd=ROOT, check=True)


def enter() -> None:
    """Takes over the variables that callers of the engine need."""
    if not os.environ["ENGINE_NAME"] and os.environ.get("BENCH_MAY_PRUNE") != "1":
        raise SystemExit(
            "compare: without an engine of its own it empties the build cache of the one there is;\n"
            "  hint: BENCH_MAY_PRUNE=1 allows that"
        )
    listed = text_of("bash", "-c", 'eval "$(tests/engine/engine env)" && env -0')
    os.environ.update(line.split("=", 1) for line in listed.split("\0") if "=" in line)


@contextmanager
def registry(folder: Path):
    """A registry for the images that are compared, gone with its folder; the engine's, where there is no program for it."""
    program = os.environ.get("ENGINE_REGISTRY_PROGRAM")
    if not program:
        yield os.environ["ENGINE_REGISTRY"]
        return
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "config.yml").write_text(
        "version: 0.1\nlog: {level: error, accesslog: {disabled: true}}\n"
        f"storage: {{filesystem: {{rootdirectory: {folder}}}}}\nhttp: {{addr: '127.0.0.1:{port}'}}\n"
    )
    with (folder / "log").open("w") as log:
        process = subprocess.Popen([program, "serve", folder / "config.yml"], stdout=log, stderr=log)
    try:
        for _ in range(100):
            try:
                urllib.request.urlopen(f"http://localhost:{port}/v2/", timeout=5).close()
                break
            except OSError:
                time.sleep(0.1)
        yield f"localhost:{port}"
    finally:
        process.terminate()
        process.wait()
        shutil.rmtree(folder)


def base_image() -> str:
    return os.environ["ENGINE_BASE_IMAGE"]


def prune() -> None:
    """Empties the build cache: layers, cache mounts, contexts. The base image and the frontend stay."""
    remove_images()
    text_of("docker", "builder", "prune", "--all", "--force")


def remove_images() -> None:
    """Removes what was compared from the engine; the registry has it still."""
    for image in text_of("docker", "image", "ls", "--filter", "reference=*/bench/*", "--format", "{{.ID}}").split():
        text_of("docker", "image", "rm", "--force", image)


def copy(image: str, name: str) -> None:
    """Copies an image within registries, so that its layers are where another one that stands on it goes."""
    text_of("docker", "buildx", "imagetools", "create", "--progress=quiet", "--tag", name, image)


@dataclass(frozen=True)
class Step:
    """A step that ran, neither found in the cache nor a look at a source."""

    title: str
    began: float
    seconds: float


@dataclass(frozen=True)
class Built:
    """A build that has pushed its image."""

    seconds: float
    steps: list[Step]


class BuildFailed(Exception):
    """What the builder said last."""


def build(folder: Path, tag: str, args: dict[str, str], flags: list[str]) -> Built:
    """Builds the folder and pushes the image; the seconds are those of the whole call."""
    # Pushed alone, as a BuildKit without an image store does; an engine would unpack the image for itself besides.
    output = f"type=image,name={tag},push=true,store=false"
    call = ["docker", "buildx", "build", "--progress=rawjson", "--provenance=false", "--output", output]
    if ca := os.environ.get("ENGINE_CA_BUNDLE"):
        call += ["--secret", f"id=ca-bundle,src={ca}"]
    for name, value in args.items():
        call += ["--build-arg", f"{name}={value}"]
    began = time.monotonic()
    ended = subprocess.run([*call, *flags, str(folder)], cwd=ROOT, capture_output=True, text=True, check=False)
    seconds = time.monotonic() - began
    if ended.returncode:
        raise BuildFailed("\n".join(logs(ended.stderr)[-30:]))
    return Built(seconds, steps(ended.stderr))


def updates(log: str):
    for line in log.splitlines():
        if line.startswith("{"):
            yield json.loads(line)


def logs(log: str) -> list[str]:
    """What the steps printed, and what is no update."""
    said = [base64.b64decode(entry["data"]).decode(errors="replace").rstrip()
            for update in updates(log) for entry in update.get("logs") or []]
    return said + [line for line in log.splitlines() if not line.startswith("{")]


# Sources are looked at in every build, and exports are none of the steps: these are counted.
STEP = re.compile(r"\[(\S+ )?(base|build|main) +\d+/\d+\] (?!FROM |load |docker\.io/|localhost|.*@sha256:)")


def steps(log: str) -> list[Step]:
    last: dict[str, dict] = {}
    began = None
    for update in updates(log):
        for vertex in update.get("vertexes") or []:
            began = began or vertex.get("started")
            last[vertex["digest"]] = vertex
    found = []
    for vertex in last.values():
        started, completed = vertex.get("started"), vertex.get("completed")
        if started and completed and not vertex.get("cached") and started >= began and STEP.match(vertex["name"]):
            found.append(Step(vertex["name"], seconds_of(started) - seconds_of(began),
                              seconds_of(completed) - seconds_of(started)))
    return sorted(found, key=lambda step: step.began)


def seconds_of(point: str) -> float:
    """A point in time as the daemon writes it, with up to nine digits of a second."""
    whole, _, fraction = point.rstrip("Z").partition(".")
    return time.mktime(time.strptime(whole, "%Y-%m-%dT%H:%M:%S")) + float(f"0.{fraction or 0}")
