"""Manifests and blobs of images in a registry without authentication."""

import json
import urllib.request
from dataclasses import dataclass

KINDS = ", ".join(
    f"application/vnd.{kind}+json"
    for kind in ("oci.image.index.v1", "docker.distribution.manifest.list.v2", "oci.image.manifest.v1",
                 "docker.distribution.manifest.v2")
)


@dataclass(frozen=True)
class Layer:
    """A layer in the registry."""

    digest: str
    size: int
    media_type: str


def split(image: str) -> tuple[str, str, str]:
    """Host, repository, and tag or digest."""
    host, _, rest = image.partition("/")
    repository, separator, reference = rest.partition("@")
    if not separator:
        repository, _, reference = rest.partition(":")
    return host, repository, reference or "latest"


def fetch(image: str, what: str):
    """The open response for a manifest or blob: `manifests/TAG`, `blobs/DIGEST`."""
    host, repository, _ = split(image)
    request = urllib.request.Request(f"http://{host}/v2/{repository}/{what}", headers={"Accept": KINDS})
    return urllib.request.urlopen(request, timeout=60)


def layers(image: str, architecture: str | None = None) -> list[Layer]:
    """The layers from the lowest up, for one platform if the image has several."""
    manifest = json.load(fetch(image, f"manifests/{split(image)[2]}"))
    if "manifests" in manifest:
        images = [it for it in manifest["manifests"] if it["platform"]["os"] != "unknown"]
        wanted = [it for it in images if architecture in (None, it["platform"]["architecture"])]
        manifest = json.load(fetch(image, f"manifests/{wanted[0]['digest']}"))
    return [Layer(it["digest"], it["size"], it["mediaType"]) for it in manifest["layers"]]
