"""Lists the requirements that are missing from the context folder, before an installation that would fail.

The first argument is the folder, the others are requirements by name. Each project of the folder gets installed, so it is
checked too. Prints nothing and succeeds if nothing is missing.
"""
import collections
import email
import os
import re
import sys
import zipfile

from pip._vendor.packaging.requirements import InvalidRequirement, Requirement
from pip._vendor.packaging.version import InvalidVersion, Version

# How many are listed.
NAMED = 30
# Installed earlier, by steps of their own.
TOOLS = {"pip", "uv"}


def normal(name):
    return re.sub(r"[-_.]+", "-", name).lower()


def archives(folder):
    """Versions and files by project."""
    found = collections.defaultdict(list)
    for file in sorted(os.listdir(folder)):
        if file.endswith(".whl"):
            name, version = file.split("-")[:2]
        elif file.endswith(".tar.gz") and "-" in file:
            name, version = file[: -len(".tar.gz")].rsplit("-", 1)
        else:
            continue
        try:
            found[normal(name)].append((Version(version.replace("_", "+", 1)), os.path.join(folder, file)))
        except InvalidVersion:
            continue
    return found


def requires(path):
    """What a wheel requires; unknown for a source archive until it is built."""
    if not path.endswith(".whl"):
        return []
    with zipfile.ZipFile(path) as wheel:
        names = [name for name in wheel.namelist() if re.fullmatch(r"[^/]+\.dist-info/METADATA", name)]
        metadata = email.message_from_bytes(wheel.read(names[0])) if names else {}
    return metadata.get_all("Requires-Dist", []) if names else []


def parsed(text):
    try:
        return Requirement(text)
    except InvalidRequirement:
        return None


def main(folder, *wanted):
    found = archives(folder)
    waiting = [(parsed(text), "") for text in (*wanted, *(name for name in found if name not in TOOLS))]
    lacks, seen = {}, set()
    while waiting:
        requirement, reason = waiting.pop(0)
        project, key = normal(requirement.name), (str(requirement), reason)
        if key in seen:
            continue
        seen.add(key)
        fitting = [(v, path) for v, path in found[project] if requirement.specifier.contains(v, prereleases=True)]
        if not fitting:
            versions = ", ".join(str(version) for version, _ in found[project])
            instead = f" (the folder has {versions})" if versions else ""
            lacks.setdefault(project, f"{requirement.name}{requirement.specifier}{instead}{reason}")
            continue
        _, path = max(fitting)
        for text in requires(path):
            more = parsed(text)
            if more is None or more.url:
                continue
            for extra in ("", *sorted(requirement.extras)):
                if more.marker is None or more.marker.evaluate({"extra": extra}):
                    with_extra = f"[{extra}]" if extra and "extra" in str(more.marker) else ""
                    more.marker = None
                    waiting.append((more, f", required by {requirement.name}{with_extra}"))
                    break
    if not lacks:
        return
    lines = [f"  {lacks[project]}" for project in sorted(lacks)]
    if len(lines) > NAMED:
        lines = [*lines[:NAMED], f"  and {len(lines) - NAMED} more"]
    many = "1 project" if len(lacks) == 1 else f"{len(lacks)} projects"
    sys.exit(
        "\n".join(
            [
                f"airflow-frontend: the context folder contains Airflow, so nothing is downloaded, but it lacks {many}:",
                *lines,
                "  hint: `pip download` them for the image's Python and platform; or set AIRFLOW_EXTRAS to fewer extras, or to none",
            ]
        )
    )


main(*sys.argv[1:])
