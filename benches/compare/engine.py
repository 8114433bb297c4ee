"""The engine that both sides build on, and a build on it with its steps and its time."""

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
# A separate engine, because cold builds empty its cache.
os.environ.setdefault("ENGINE_NAME", "bench")
os.environ.setdefault("ENGINE_STORE", "containerd")


def text_of(*command: str) -> str:
    return subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True).stdout.strip()


def up() -> None:
    subprocess.run(["tests/engine/engine", "up"], cwd=ROOT, check=True)
    enter()
    text_of("docker", "pull", "--quiet", base_image())


def clean() -> None:
    """Removes our own engine with its data; the machine's own Docker is left unchanged."""
    if os.environ["ENGINE_NAME"]:
        subprocess.run(["tests/engine/engine", "clean"], cwd=ROOT, check=True)


def enter() -> None:
    """Sets the variables that callers of the engine need."""
    if not os.environ["ENGINE_NAME"] and os.environ.get("BENCH_MAY_PRUNE") != "1":
        raise SystemExit(
            "compare: without ENGINE_NAME, this empties the build cache of the machine's own Docker\n"
            "  hint: set BENCH_MAY_PRUNE=1 to allow it"
        )
    listed = text_of("bash", "-c", 'eval "$(tests/engine/engine env)" && env -0')
    os.environ.update(line.split("=", 1) for line in listed.split("\0") if "=" in line)


@contextmanager
def registry(folder: Path):
    """A temporary registry for the compared images, or the engine's registry if the program is missing."""
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
    """Removes the compared images from the engine, but not from the registry."""
    for image in text_of("docker", "image", "ls", "--filter", "reference=*/bench/*", "--format", "{{.ID}}").split():
        text_of("docker", "image", "rm", "--force", image)


def copy(image: str, name: str) -> None:
    """Copies an image within registries, so that its layers are in the repository of images based on it."""
    text_of("docker", "buildx", "imagetools", "create", "--progress=quiet", "--tag", name, image)


@dataclass(frozen=True)
class Step:
    """A step that ran: neither cached nor only reading a source."""

    title: str
    began: float
    seconds: float


@dataclass(frozen=True)
class Built:
    """A build that has pushed its image."""

    seconds: float
    steps: list[Step]


class BuildFailed(Exception):
    """The builder's last lines of output."""


def build(folder: Path, tag: str, args: dict[str, str], flags: list[str]) -> Built:
    """Builds the folder and pushes the image; the seconds are for the whole command."""
    # Only pushed, as by a BuildKit without an image store; otherwise the engine would also unpack the image.
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
    """The output of steps, and lines that are not updates."""
    said = [base64.b64decode(entry["data"]).decode(errors="replace").rstrip()
            for update in updates(log) for entry in update.get("logs") or []]
    return said + [line for line in log.splitlines() if not line.startswith("{")]


# The titles of counted steps. Every build reads sources, and exports are not steps.
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
    """A time in the daemon's format, with up to nine decimal places of a second."""
    whole, _, fraction = point.rstrip("Z").partition(".")
    return time.mktime(time.strptime(whole, "%Y-%m-%dT%H:%M:%S")) + float(f"0.{fraction or 0}")
