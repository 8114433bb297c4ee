#!/usr/bin/env python3
"""Reports wasted bytes in the layers of an image in a registry.

    layers.py IMAGE [--above N] [--json]

It reports, in bytes before compression, files that a later layer replaces or removes, and files of at least 4 KiB whose
content is also in another layer. Layers are counted from 0. --above ignores the lowest N layers, those of a base image.
"""

import argparse
import csv
import gzip
import hashlib
import json
import posixpath
import tarfile
from dataclasses import asdict, dataclass

import registry

WHITEOUT, OPAQUE = ".wh.", ".wh..wh..opq"
LEAST = 4096


@dataclass(frozen=True)
class File:
    """A file in a layer; links and special files have size 0."""

    path: str
    size: int
    sha256: str


@dataclass(frozen=True)
class Wasted:
    """A wasted file of a layer, and the later layer that makes it useless."""

    path: str
    size: int
    layer: int
    by: int
    how: str


@dataclass(frozen=True)
class Findings:
    """The findings for an image whose base image has the lowest `above` layers."""

    above: int
    compressed: list[int]
    unpacked: list[int]
    shadowed: list[Wasted]
    doubled: list[Wasted]


def read_layer(image: str, layer: registry.Layer) -> tuple[list[File], list[str], list[str]]:
    """The files of a layer, the paths that it removes, and the folders that it empties."""
    files, removed, emptied = [], [], []
    with registry.fetch(image, f"blobs/{layer.digest}") as blob:
        stream = gzip.GzipFile(fileobj=blob) if layer.media_type.endswith("gzip") else blob
        with tarfile.open(fileobj=stream, mode="r|") as archive:
            for entry in archive:
                path = posixpath.normpath("/" + entry.name)
                folder, name = posixpath.split(path)
                if name == OPAQUE:
                    emptied.append(folder)
                elif name.startswith(WHITEOUT):
                    removed.append(posixpath.join(folder, name.removeprefix(WHITEOUT)))
                elif entry.isreg():
                    files.append(File(path, entry.size, hashlib.sha256(archive.extractfile(entry).read()).hexdigest()))
                elif not entry.isdir():
                    files.append(File(path, 0, ""))
    return files, removed, emptied


def read(image: str, above: int = 0) -> Findings:
    """Reads the layers from the lowest up."""
    found = Findings(above, [], [], [], [])
    present: dict[str, tuple[int, File]] = {}
    contents: dict[str, tuple[int, str]] = {}
    for place, layer in enumerate(registry.layers(image)):
        files, removed, emptied = read_layer(image, layer)
        found.compressed.append(layer.size)
        found.unpacked.append(sum(file.size for file in files))

        gone = {path: "removed" for path in removed if path in present}
        folders = tuple(folder.rstrip("/") + "/" for folder in removed + emptied)
        if folders:
            gone |= {path: "removed" for path in present if path.startswith(folders)}
        gone |= {file.path: "replaced" for file in files if file.path in present}
        for path, how in gone.items():
            below, file = present.pop(path)
            if below >= above and file.size:
                found.shadowed.append(Wasted(path, file.size, below, place, how))

        for file in files:
            present[file.path] = (place, file)
            if file.size >= LEAST and place >= above:
                below, path = contents.setdefault(file.sha256, (place, file.path))
                if below != place:
                    found.doubled.append(Wasted(file.path, file.size, below, place, f"the same as {path}"))
    return found


def recorded(image: str, layers: list[registry.Layer], package: str) -> int:
    """The size of a Python package in these layers, according to its RECORD file."""
    for layer in layers:
        with registry.fetch(image, f"blobs/{layer.digest}") as blob, tarfile.open(fileobj=blob, mode="r|gz") as archive:
            for entry in archive:
                folder, name = posixpath.split(entry.name)
                if name == "RECORD" and posixpath.basename(folder).startswith(f"{package}-"):
                    rows = csv.reader(archive.extractfile(entry).read().decode().splitlines())
                    return sum(int(size) for _, _, size in rows if size)
    raise LookupError(f"none of the new layers of {image} contains {package}")


def show(title: str, wasted: list[Wasted]) -> None:
    print(f"{title}: {len(wasted)} files, {sum(one.size for one in wasted)} bytes")
    for one in sorted(wasted, key=lambda one: -one.size):
        print(f"  {one.size:>10}  {one.path}  of layer {one.layer}, {one.how}, by layer {one.by}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("image")
    parser.add_argument("--above", type=int, default=0)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    found = read(given.image, given.above)
    if given.json:
        print(json.dumps(asdict(found)))
        return
    for place, (compressed, unpacked) in enumerate(zip(found.compressed, found.unpacked)):
        print(f"layer {place}: {compressed} bytes, {unpacked} unpacked")
    show("replaced or removed", found.shadowed)
    show("doubled", found.doubled)


if __name__ == "__main__":
    main()
