"""The two sides: how each builds the same image."""

import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import engine
from scenarios import EXTRAS, Build

BENCHES = engine.ROOT / "benches"
CONTEXT = "docker-context-files"
WORK = engine.ROOT / ".cache" / "bench"


@dataclass(frozen=True)
class Side:
    """One of the two sides."""

    name: str
    image: str
    build_file: str
    args: dict[str, str]
    flags: tuple[str, ...]

    def build(self, wanted: Build) -> engine.Built:
        args = self.args | {
            "PYTHON_BASE_IMAGE": base(wanted.base),
            "AIRFLOW_VERSION": wanted.release,
            "AIRFLOW_EXTRAS": EXTRAS,
            "AIRFLOW_CONSTRAINTS_LOCATION": f"/{CONTEXT}/constraints.txt",
        } | wanted.args
        return engine.build(self.context(wanted), self.image, args, list(self.flags))

    def context(self, wanted: Build) -> Path:
        """Rewrites the build file and the context; both sides get the same files."""
        folder = WORK / self.name
        shutil.rmtree(folder, ignore_errors=True)
        (folder / CONTEXT).mkdir(parents=True)
        (folder / "Dockerfile").write_text(self.build_file)
        constraints = (BENCHES / "context" / f"constraints-{wanted.release}.txt").read_text()
        (folder / CONTEXT / "constraints.txt").write_text(constraints + (f"# {wanted.comment}\n" * bool(wanted.comment)))
        for name, text in wanted.files.items():
            (folder / CONTEXT / name).write_text(text)
        return folder


def both(registry: str, frontend: str) -> list[Side]:
    ours = Side(
        "ours", f"{registry}/bench/ours:latest", f"# syntax={frontend}\n",
        {"DOCKER_CONTEXT_FILES": CONTEXT, "INSTALL_MYSQL_CLIENT": "false", "INSTALL_MSSQL_CLIENT": "false"}, (),
    )
    scripts = engine.ROOT / "src" / "plan" / "scripts" / "runtime"
    reference = Side(
        "reference", f"{registry}/bench/reference:latest", (BENCHES / "reference" / "Dockerfile").read_text(),
        {}, ("--build-context", f"scripts={scripts}"),
    )
    return [ours, reference]


def base(number: int) -> str:
    """The base image, or one that differs in a single file."""
    plain = os.environ["ENGINE_BASE_IMAGE"]
    if not number:
        return plain
    tag = f"{os.environ['ENGINE_REGISTRY']}/bench/base:{number}"
    lines = f"FROM {plain}\nRUN echo {number} >/etc/bench-base\n"
    call = ["docker", "buildx", "build", "--quiet", "--provenance=false", "--push", "--tag", tag, "-"]
    subprocess.run(call, check=True, input=lines, text=True, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    return tag
