"""Compares the frontend with an equivalent Dockerfile on a real engine: `make bench`.

Both sides build each scenario several times, alternately. The result is the median time of the whole command `docker buildx
build --push`. A run of all scenarios writes docs/performance.md.

  BENCH_FRONTEND=IMAGE   use this frontend image instead of compiling and pushing one
  BENCH_RUNS=N           the same as --runs
"""

import argparse
import json
import os
import signal
import statistics
import subprocess
import sys
import time
from dataclasses import dataclass, field

import engine
import layers
import registry
import report
import sides
from scenarios import SCENARIOS, Scenario, PLAIN

COUNTER = sides.WORK / "counter"
BEGAN = time.monotonic()


def say(text: str) -> None:
    print(f"{time.monotonic() - BEGAN:5.0f}s  {text}", flush=True)


def next_number() -> int:
    """A number that no earlier run used, because the engine's cache may be older than this process."""
    number = int(COUNTER.read_text()) if COUNTER.exists() else 0
    COUNTER.write_text(str(number + 1))
    return number


@dataclass
class Measured:
    """The results of one side in one scenario, run by run."""

    seconds: list[float] = field(default_factory=list)
    pushed: list[int] = field(default_factory=list)
    added: list[int] = field(default_factory=list)
    steps: list[list[engine.Step]] = field(default_factory=list)

    @property
    def median(self) -> float:
        return statistics.median(self.seconds)


def measure(scenario: Scenario, side: sides.Side, run: int) -> tuple[engine.Built, int, int]:
    """Builds the state before, then the measured one. Returns the build, the bytes pushed, and the size of additions."""
    before, after = scenario.builds(run)
    if scenario.cold:
        engine.prune()
        known = set()
    else:
        side.build(before)
        known = {layer.digest for layer in registry.layers(side.image)}
    known |= {layer.digest for layer in registry.layers(sides.base(after.base))}
    built = side.build(after)
    new = [layer for layer in registry.layers(side.image) if layer.digest not in known]
    added = layers.recorded(side.image, new, scenario.adds) if scenario.adds else 0
    return built, sum(layer.size for layer in new), added


def attempt(scenario: Scenario, side: sides.Side, run: int) -> tuple[engine.Built, int, int]:
    """Retries, because the network may fail, which should count for neither side."""
    for again in range(3):
        try:
            return measure(scenario, side, run)
        except engine.BuildFailed as error:
            if again == 2:
                raise
            say(f"{scenario.name}: {side.name} failed, retrying:\n{error}")
            run = next_number()
    raise AssertionError("the last attempt returns or raises")


def compare(scenario: Scenario, both: list[sides.Side], runs: int, with_steps: bool) -> dict[str, Measured]:
    found = {side.name: Measured() for side in both}
    for turn in range(runs):
        run = next_number()
        for side in both if turn % 2 == 0 else reversed(both):
            built, pushed, added = attempt(scenario, side, run)
            one = found[side.name]
            one.seconds.append(built.seconds)
            one.pushed.append(pushed)
            one.added.append(added)
            one.steps.append(built.steps)
            say(f"{scenario.name:<13} {side.name:<10} {built.seconds:6.1f} s, {len(built.steps):2} steps, {pushed:>10} bytes")
            for step in built.steps if with_steps else []:
                say(f"    {step.began:6.1f} + {step.seconds:5.1f} s  {step.title[:100]}")
    return found


def frontend(address: str) -> str:
    """The frontend image with its digest, as for a syntax line, so that the engine does not look up the tag each time."""
    image = os.environ.get("BENCH_FRONTEND") or compiled(address)
    manifest = json.loads(engine.text_of("docker", "buildx", "imagetools", "inspect", image, "--format", "{{json .Manifest}}"))
    return f"{image}@{manifest['digest']}"


def compiled(address: str) -> str:
    image = f"{address}/airflow-frontend"
    say("the frontend")
    environment = os.environ | {"FRONTEND_IMAGE": image}
    platform = engine.text_of("docker", "version", "--format", "{{.Server.Os}}/{{.Server.Arch}}")
    subprocess.run(["dev/frontend", platform], cwd=engine.ROOT, check=True, env=environment)
    return image


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="compare", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    names = [scenario.name for scenario in SCENARIOS]
    parser.add_argument("--runs", type=int, default=int(os.environ.get("BENCH_RUNS") or 3))
    parser.add_argument("--only", metavar="NAME,...", help=f"of {', '.join(names)}")
    parser.add_argument("--steps", action="store_true", help="show each step that ran, with its start and duration")
    parser.add_argument("--keep", action="store_true", help="keep the engine and its cache for the next run")
    parser.add_argument("--no-sizes", action="store_true", help="do not measure the sizes of the images")
    given = parser.parse_args()
    wanted = given.only.split(",") if given.only else names
    if unknown := set(wanted) - set(names):
        parser.error(f"no such scenario: {', '.join(sorted(unknown))}")
    given.scenarios = [scenario for scenario in SCENARIOS if scenario.name in wanted]
    given.write = not given.only and given.runs >= 3 and not given.no_sizes
    return given


def main() -> None:
    given = arguments()
    # Clean up on SIGTERM too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    sides.WORK.mkdir(parents=True, exist_ok=True)
    say("the engine")
    engine.up()
    try:
        with engine.registry(sides.WORK / "registry") as address:
            both = sides.both(address, frontend(address))
            results, sizes = {}, {}
            for side in both:
                engine.copy(sides.base(0), side.image)
            try:
                for scenario in given.scenarios:
                    results[scenario.name] = compare(scenario, both, given.runs, given.steps)
                if not given.no_sizes:
                    say("the sizes of the images")
                    for side in both:
                        side.build(PLAIN)
                        sizes[side.name] = layers.read(side.image, above=len(registry.layers(sides.base(0))))
            finally:
                print(f"\n{report.tables(results, sizes)}")
            if given.write:
                report.write(results, sizes, given.runs)
    finally:
        engine.remove_images()
        if not given.keep:
            engine.clean()


if __name__ == "__main__":
    main()
