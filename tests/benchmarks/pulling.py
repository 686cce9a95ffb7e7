"""Time a pull from a registry on loopback: `python -m tests.benchmarks.pulling [NAME ...]`.

Debian's docker-registry is filled by skopeo; then, in turns, `layertui --ci` of the image there
without the cache and with a filled one, and `skopeo copy` of it to a docker-archive. What is
printed is a Markdown table of medians, with ratios to skopeo.
"""

from __future__ import annotations

import argparse
import shlex
import tempfile
from pathlib import Path

from tests.benchmarks import processes
from tests.benchmarks.headless import program
from tests.benchmarks.images import CACHE, IMAGES, build
from tests.integration.registries import docker_registry
from tests.integration.tools import run

MIB = 1 << 20
ROUNDS = 3
WITHOUT, FILLED, SKOPEO = "without", "filled", "skopeo copy"
_COPY = ("skopeo", "--insecure-policy", "copy", "--quiet")


def measure(path: Path, layertui: list[str], rounds: int) -> dict[str, processes.Run]:
    """Return the median of each way to pull an image that is pushed first."""
    with tempfile.TemporaryDirectory(prefix="layertui-bench-") as name:
        folder = Path(name)
        with docker_registry(folder / "registry", folder / "storage") as host:
            source = "oci-archive" if path.stem.endswith("gzip") else "docker-archive"
            image = f"{host}/bench/image:1"
            run(*_COPY, "--dest-tls-verify=false", f"{source}:{path}", f"docker://{image}")
            return _in_turns(image, folder, layertui, rounds)


def _in_turns(
    image: str, folder: Path, layertui: list[str], rounds: int
) -> dict[str, processes.Run]:
    judge = [*layertui, "--ci", f"registry:{image}"]
    copy = [*_COPY, "--src-tls-verify=false", f"docker://{image}"]
    archive, cache = folder / "image.tar", folder / "layers"
    processes.run(judge, cache)
    runs: dict[str, list[processes.Run]] = {WITHOUT: [], FILLED: [], SKOPEO: []}
    for _ in range(rounds):
        archive.unlink(missing_ok=True)
        runs[SKOPEO].append(processes.run([*copy, f"docker-archive:{archive}"]))
        runs[WITHOUT].append(processes.run(judge))
        runs[FILLED].append(processes.run(judge, cache))
    return {way: processes.median(each) for way, each in runs.items()}


def main() -> None:
    """Measure the images asked for and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(IMAGES))
    parser.add_argument("--cache", type=Path, default=CACHE, help=f"folder, default {CACHE}")
    parser.add_argument("--rounds", type=int, default=ROUNDS, help=f"default {ROUNDS}")
    parser.add_argument("--layertui", default=program("layertui"), help="command")
    options = parser.parse_args()
    print("| image | way | wall s | of skopeo's time | peak RSS MiB |")
    print("|---|---|---|---|---|")
    for name in options.names or IMAGES:
        path = build(name, options.cache)
        found = measure(path, shlex.split(options.layertui), options.rounds)
        for way, each in found.items():
            ratio = each.seconds / found[SKOPEO].seconds
            print(f"| {name} | {way} | {each.seconds:.2f} | {ratio:.2f} | {each.peak / MIB:.0f} |")


if __name__ == "__main__":
    main()
