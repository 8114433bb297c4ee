"""The table and the page."""

import os
import platform
import statistics
import urllib.request

import engine
from scenarios import SCENARIOS

PAGE = engine.ROOT / "docs" / "performance.md"
TEMPLATE = engine.ROOT / "benches" / "performance.md"
MB = 1_000_000
# The target, as a fraction of the reference's size.
MOST_COMPRESSED = 0.95
INDEX_PAGE = "https://pypi.org/simple/apache-airflow/"


def verdict(met: bool) -> str:
    return "met" if met else "**missed**"


def rows_of(columns: list[str], rows: list[list[str]]) -> str:
    lines = [columns, ["---", *["--:"] * (len(columns) - 1)], *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines) + "\n"


def seconds(value: float) -> str:
    return f"{value:.2f} s" if value < 1 else f"{value:.1f} s"


def times(results: dict) -> str:
    rows = []
    for scenario in SCENARIOS:
        if scenario.name not in results:
            continue
        ours, theirs = results[scenario.name]["ours"], results[scenario.name]["reference"]
        ratio = ours.median / theirs.median
        steps = [max(len(steps) for steps in side.steps) for side in (ours, theirs)]
        targets, met = [], True
        if scenario.most is not None:
            targets.append(f"≤ {scenario.most}")
            met &= ratio <= scenario.most
        if scenario.most_seconds is not None:
            targets.append(f"< {scenario.most_seconds:g} s")
            met &= ours.median < scenario.most_seconds
        if scenario.still:
            targets.append("no step runs")
            met &= steps[0] == 0
        rows.append([
            scenario.title, seconds(ours.median), seconds(theirs.median), f"{ratio:.2f}", ", ".join(targets) or "–",
            verdict(met) if targets else "–", str(steps[0]), str(steps[1]),
        ])
    columns = ["", "frontend", "Dockerfile", "ratio", "target", "", "steps run", "Dockerfile"]
    return rows_of(columns, rows)


def pushed(results: dict) -> str:
    rows = []
    for scenario in SCENARIOS:
        if scenario.name not in results or scenario.still:
            continue
        ours, theirs = (results[scenario.name][side] for side in ("ours", "reference"))
        sent = statistics.median(ours.pushed)
        target = met = "–"
        if scenario.most_pushed_over is not None:
            most = statistics.median(ours.added) + scenario.most_pushed_over
            target, met = f"≤ {most / MB:.2f} MB", verdict(sent <= most)
        rows.append([scenario.title, f"{sent / MB:.2f} MB", f"{statistics.median(theirs.pushed) / MB:.2f} MB", target, met])
    return rows_of(["", "frontend", "Dockerfile", "target", ""], rows)


def sizes_of(sizes: dict) -> str:
    ours, theirs = sizes["ours"], sizes["reference"]

    def of(title: str, values: list[int], most: float | None = None) -> list[str]:
        ratio = values[0] / values[1]
        target = ["–", "–"] if most is None else [f"≤ {most}", verdict(ratio <= most)]
        return [title, *(f"{value / MB:.1f} MB" for value in values), f"{ratio:.3f}", *target]

    row = [
        of("compressed, over the base image", [sum(it.compressed[it.above:]) for it in (ours, theirs)], MOST_COMPRESSED),
        of("compressed, with the base image", [sum(it.compressed) for it in (ours, theirs)], MOST_COMPRESSED),
        of("unpacked, with the base image", [sum(it.unpacked) for it in (ours, theirs)]),
    ]
    for name, what in (("shadowed", "replaced or removed by later layers"), ("doubled", "same content in two layers")):
        values = [getattr(it, name) for it in (ours, theirs)]
        row.append([what, *(f"{sum(one.size for one in value) / MB:.2f} MB in {len(value)} files" for value in values),
                    "–", "–", "–"])
    listed = "".join(
        f"- {one.path}: {one.size} bytes, {one.how}\n" for one in sorted(ours.shadowed, key=lambda one: -one.size)[:20]
    )
    table = rows_of(["", "frontend", "Dockerfile", "ratio", "target", ""], row)
    return table + (f"\nFiles of ours that later layers replace or remove:\n\n{listed}" if listed else "")


def tables(results: dict, sizes: dict) -> str:
    parts = []
    if results:
        parts += [f"## Time\n\n{times(results)}", f"## Bytes pushed\n\n{pushed(results)}"]
    if sizes:
        parts.append(f"## Size\n\n{sizes_of(sizes)}")
    return "\n".join(parts)


def machine() -> str:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    docker = engine.text_of("docker", "version", "--format", "{{.Server.Version}}")
    buildx = engine.text_of("docker", "buildx", "version").split()[1]
    store = "containerd" if "io.containerd" in engine.text_of("docker", "info", "--format", "{{.DriverStatus}}") else "classic"
    return (
        f"{os.cpu_count()} cores ({platform.machine()}), {memory / 2**30:.0f} GiB of memory, Linux {platform.release().partition('-')[0]}, "
        f"Docker Engine {docker} with the {store} image store, buildx {buildx}"
    )


def index() -> str:
    """Whether responses of the package index arrive `with` or `without` cache headers."""
    with urllib.request.urlopen(urllib.request.Request(INDEX_PAGE, method="HEAD"), timeout=60) as answer:
        return "with" if "max-age" in (answer.headers["Cache-Control"] or "") else "without"


def write(results: dict, sizes: dict, runs: int) -> None:
    text = TEMPLATE.read_text()
    for mark, value in (("MACHINE", machine()), ("INDEX", index()), ("RUNS", str(runs)), ("TABLES", tables(results, sizes))):
        text = text.replace("{{" + mark + "}}", value.rstrip())
    PAGE.write_text(text)
