"""A registry on loopback that is a round trip away: every connection and every answer takes a while.

Speaks just enough of the distribution API for probing: bearer tokens, HEAD and GET of manifests and
GET of blobs, all from a table. Serves until its process ends.

usage: slow_registry.py MILLISECONDS [--empty | --tags FILE]       prints the port
  --empty      no cache exists
  --tags FILE  those exist that FILE names, a tag a line; read again with each connection
"""
import asyncio
import hashlib
import json
import sys

DELAY = float(sys.argv[1]) / 1000
EMPTY = "--empty" in sys.argv[2:]
TAGS = sys.argv[3] if sys.argv[2:3] == ["--tags"] else None
MANIFEST = "application/vnd.oci.image.manifest.v1+json"


def digest(data):
    return "sha256:" + hashlib.sha256(data).hexdigest()


LAYER = digest(b"layer")
CONFIG = json.dumps({
    "layers": [{"blob": LAYER, "parent": -1}],
    "records": [{"digest": LAYER, "layers": [{"layer": 0, "createdAt": "2026-01-02T03:04:05Z"}]}]}).encode()
CACHE = json.dumps({
    "schemaVersion": 2, "mediaType": MANIFEST,
    "config": {"mediaType": "application/vnd.buildkit.cacheconfig.v0",
               "digest": digest(CONFIG), "size": len(CONFIG)},
    "layers": [{"mediaType": "application/vnd.oci.image.layer.v1.tar+gzip", "digest": LAYER,
                "size": 1234}]}).encode()


# Unless told otherwise, only the last candidate of a fallback list exists: the dearest case.
def exists(path, tags):
    reference = path.rpartition("/manifests/")[2]
    if reference.startswith("sha256:"):
        return True
    return reference in tags if TAGS else not EMPTY and path.endswith("--b-main")


def answer(method, path, headers, port, tags):
    if path.startswith("/token"):
        return 200, {}, json.dumps({"token": "t", "expires_in": 300}).encode()
    if headers.get("authorization") != "Bearer t":
        realm = f'Bearer realm="http://127.0.0.1:{port}/token",service="slow"'
        return 401, {"WWW-Authenticate": realm}, b"{}"
    if "/blobs/" in path:
        return 200, {}, CONFIG
    if exists(path, tags):
        return 200, {"Content-Type": MANIFEST, "Docker-Content-Digest": digest(CACHE)}, CACHE
    return 404, {}, b'{"errors":[{"code":"MANIFEST_UNKNOWN"}]}'


async def serve(reader, writer):
    port = writer.get_extra_info("sockname")[1]
    await asyncio.sleep(DELAY)  # the handshake's round trip
    tags = set()
    if TAGS:
        with open(TAGS) as file:
            tags = set(file.read().split())
    while True:
        try:
            head = await reader.readuntil(b"\r\n\r\n")
        except (asyncio.IncompleteReadError, ConnectionError):
            break
        lines = head.decode("latin-1").split("\r\n")
        method, path, _ = lines[0].split(" ", 2)
        headers = {k.lower(): v.strip() for k, _, v in (x.partition(":") for x in lines[1:] if x)}
        await asyncio.sleep(DELAY)
        status, extra, body = answer(method, path, headers, port, tags)
        out = f"HTTP/1.1 {status} X\r\nContent-Length: {len(body)}\r\n"
        out += "".join(f"{k}: {v}\r\n" for k, v in extra.items()) + "\r\n"
        writer.write(out.encode() + (b"" if method == "HEAD" else body))
        try:
            await writer.drain()
        except ConnectionError:
            break
    writer.close()


async def main():
    server = await asyncio.start_server(serve, "127.0.0.1", 0, backlog=256)
    print(server.sockets[0].getsockname()[1], flush=True)
    async with server:
        await server.serve_forever()


asyncio.run(main())
