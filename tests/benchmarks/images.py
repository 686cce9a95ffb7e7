"""Build the benchmark images: `python -m tests.benchmarks.images [--cache FOLDER] [NAME ...]`.

The images depend on nothing but this folder and `tests/builders.py`: two builds are equal byte for
byte. One that is in the cache is kept.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING

from tests.benchmarks.archives import write_docker_archive, write_oci_archive
from tests.benchmarks.recipes import GIGABYTE_STEPS, MILLION_STEPS, SERVICE_STEPS, Recipe

if TYPE_CHECKING:
    from collections.abc import Callable

CACHE = Path(tempfile.gettempdir()) / "layertui-benchmarks"
"""Where the images are kept unless told otherwise."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BenchmarkImage:
    """One image file and how it is written."""

    recipe: Recipe
    write: Callable[[Recipe, IO[bytes]], None]


IMAGES = {
    image.recipe.name: image
    for image in (
        BenchmarkImage(
            recipe=Recipe(name="service", steps=SERVICE_STEPS), write=write_docker_archive
        ),
        BenchmarkImage(
            recipe=Recipe(name="service-gzip", steps=SERVICE_STEPS), write=write_oci_archive
        ),
        BenchmarkImage(
            recipe=Recipe(name="million", steps=MILLION_STEPS), write=write_docker_archive
        ),
        BenchmarkImage(
            recipe=Recipe(name="gigabyte", steps=GIGABYTE_STEPS), write=write_oci_archive
        ),
    )
}
"""The images by their names."""


def build(name: str, cache: Path = CACHE) -> Path:
    """Return the file of an image, building it if the cache has none."""
    target = cache / f"{name}.tar"
    if target.exists():
        return target
    cache.mkdir(parents=True, exist_ok=True)
    partial = target.with_suffix(".partial")
    image = IMAGES[name]
    with partial.open("wb") as output:
        image.write(image.recipe, output)
    return partial.rename(target)


def main() -> None:
    """Build the images asked for, all of them by default, and print where they are."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(IMAGES))
    parser.add_argument("--cache", type=Path, default=CACHE, help=f"folder, default {CACHE}")
    options = parser.parse_args()
    for name in options.names or IMAGES:
        start = time.perf_counter()
        path = build(name, options.cache)
        seconds = time.perf_counter() - start
        print(f"{path}  {path.stat().st_size:,} bytes  {seconds:.1f} s")


if __name__ == "__main__":
    main()
