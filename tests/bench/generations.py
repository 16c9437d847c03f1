"""Generations of a cache mount as they lie in a registry on loopback."""
import json
import urllib.request

MANIFEST = "application/vnd.oci.image.manifest.v1+json"


def ask(registry, path):
    request = urllib.request.Request(f"http://{registry}/v2/{path}", headers={"Accept": MANIFEST})
    with urllib.request.urlopen(request) as answer:
        return json.load(answer)


def newest(registry, repository):
    """Returns the one generation that the repository's tags name: its blobs (digest to bytes; the index first,
    the others are packs) and its annotations."""
    tags = [tag for tag in ask(registry, f"{repository}/tags/list")["tags"] if "--m-" in tag]
    if len(tags) != 1:
        raise SystemExit(f"bench: {repository} has {len(tags)} tags of mounts, not one")
    manifest = ask(registry, f"{repository}/manifests/{tags[0]}")
    return {layer["digest"]: layer["size"] for layer in manifest["layers"]}, manifest.get("annotations", {})
