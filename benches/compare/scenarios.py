"""The scenarios: for each one, the build before and the change.

The change is new in each run, because the builder has cached the one of the previous run. Both sides get the same.
"""

import itertools
from collections.abc import Callable
from dataclasses import dataclass, field, replace

EXTRAS = "celery,postgres,redis,ssh,statsd,virtualenv"
RELEASES = ["2.10.4", "2.10.3", "2.10.2"]
# Small, pure Python, and not in the constraints, so that it replaces no package of Airflow.
PACKAGE = "tinydb"
PACKAGE_RELEASES = ["4.5.0", "4.5.1", "4.5.2", "4.6.0", "4.6.1", "4.7.0", "4.7.1", "4.8.0", "4.8.1", "4.8.2", "4.9.0"]
LINE, LINE_RELEASES = "boltons", ["23.0.0", "23.1.0", "23.1.1", "24.0.0", "24.1.0", "25.0.0"]
DEBIAN = ["bc", "dc", "ed", "file", "jq", "less", "m4", "nano", "patch", "time", "tree", "unzip", "vim-tiny", "zip"]


@dataclass(frozen=True)
class Build:
    """A build as a user requests it; `files` are in the folder `docker-context-files`."""

    release: str = "2.10.5"
    args: dict[str, str] = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=dict)
    # A comment in the constraints.
    comment: str = ""
    # The number of a base image with the same content; 0 is the base image itself.
    base: int = 0

    def arg(self, name: str, value: str) -> "Build":
        return replace(self, args=self.args | {name: value})

    def file(self, name: str, text: str) -> "Build":
        return replace(self, files=self.files | {name: text})


@dataclass(frozen=True)
class Scenario:
    """A change, and its targets."""

    name: str
    title: str
    # Returns the build before and the measured one, for the number of the run, which increases.
    builds: Callable[[int], tuple[Build, Build]]
    # The maximum time, as a fraction of the reference's.
    most: float | None = None
    most_seconds: float | None = None
    # Whether no step may run.
    still: bool = False
    # The maximum of bytes pushed in addition to the size of the added package.
    most_pushed_over: int | None = None
    # The Python package that is added.
    adds: str = ""
    cold: bool = False


PLAIN = Build()
LISTED = PLAIN.file("requirements.txt", f"munch==4.0.0\n{LINE}==21.0.0\ntoolz==1.0.0\n")


def release_of(releases: list[str], run: int) -> str:
    """A specifier that is different in each run: another release, and an exclusion that changes when releases repeat."""
    return f"{releases[run % len(releases)]},!=0.0.{run}"


def one_python_dep(run: int) -> tuple[Build, Build]:
    return PLAIN, PLAIN.arg("ADDITIONAL_PYTHON_DEPS", f"{PACKAGE}=={release_of(PACKAGE_RELEASES, run)}")


def a_line(run: int) -> tuple[Build, Build]:
    line = f"{LINE}=={release_of(LINE_RELEASES, run)}"
    return LISTED, LISTED.file("requirements.txt", f"munch==4.0.0\n{line}\ntoolz==1.0.0\n")


def one_debian_package(run: int) -> tuple[Build, Build]:
    sets = itertools.chain.from_iterable(itertools.combinations(DEBIAN, count) for count in range(1, len(DEBIAN)))
    names = next(itertools.islice(sets, run, None))
    return PLAIN, PLAIN.arg("ADDITIONAL_RUNTIME_APT_DEPS", " ".join(names))


def another_release(run: int) -> tuple[Build, Build]:
    return PLAIN, replace(PLAIN, release=RELEASES[run % len(RELEASES)], comment=f"run {run}")


SCENARIOS = [
    Scenario("cold", "cold: nothing in the builder's cache", lambda run: (PLAIN, PLAIN), most=0.6, cold=True),
    Scenario("nothing", "nothing changed", lambda run: (PLAIN, PLAIN), most=1.2, most_seconds=1.0, still=True),
    Scenario("python-dep", "one `ADDITIONAL_PYTHON_DEPS` added", one_python_dep, most=0.2,
             most_pushed_over=1_000_000, adds=PACKAGE),
    Scenario("requirements", "a line of `requirements.txt` changed", a_line, most=0.2),
    Scenario("runtime-apt", "one runtime apt package added", one_debian_package, most=0.5),
    Scenario("release", "patch release of Airflow changed", another_release, most=0.5),
    Scenario("unused-file", "a context file changed that no step uses",
             lambda run: (PLAIN.file("notes.md", "old\n"), PLAIN.file("notes.md", f"new {run}\n")), still=True),
    Scenario("build-id", "`BUILD_ID` changed", lambda run: (PLAIN, PLAIN.arg("BUILD_ID", f"build-{run}")), still=True),
    Scenario("base", "another base image", lambda run: (PLAIN, replace(PLAIN, base=run + 1))),
]
