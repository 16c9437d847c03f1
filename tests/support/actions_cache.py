#!/usr/bin/env python3
"""GitHub's cache service (v2) on loopback, with the blob storage its signed URLs lead to.

usage: actions_cache.py serve FOLDER            prints the port in FOLDER/port, serves until killed
       actions_cache.py token REF READABLE...   prints a token that may write for REF and read the
                                                caches of the other refs

Speaks what actions/toolkit's and BuildKit's clients speak: Twirp's JSON over POST to
github.actions.results.api.v1.CacheService, and Azure's Put Blob, Put Block, Put Block List, Get Blob.
Strict: whatever else is asked is refused with 501 and told in FOLDER/violations. Every request is a
line of FOLDER/requests, every key of FOLDER/keys. FOLDER/fault, when it exists, holds a status that
every call answers with; FOLDER/lose-layers makes all layers evicted ones.
Caches are as at GitHub: written for the token's own ref, read from it first, then from the others; an
exact key first, then each restore key as a prefix, newest first; a key is written once.
"""
import base64, hashlib, hmac, http.server, json, os, re, secrets, sys, threading, time
import urllib.parse
import xml.etree.ElementTree

KEY = b"a key of the fake"
SERVICE = "/twirp/github.actions.results.api.v1.CacheService/"


def encoded(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def decoded(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def sign(text):
    return encoded(hmac.new(KEY, text.encode(), hashlib.sha256).digest())


def make_token(refs):
    scopes = [{"Scope": refs[0], "Permission": 3}] + [{"Scope": r, "Permission": 1} for r in refs[1:]]
    now = int(time.time())
    head = encoded(json.dumps({"typ": "JWT", "alg": "HS256"}).encode())
    body = encoded(json.dumps({"ac": json.dumps(scopes), "nbf": now - 60, "exp": now + 3600}).encode())
    return f"{head}.{body}.{sign(head + '.' + body)}"


def scopes_of(token):
    head, body, signature = token.split(".")
    if not hmac.compare_digest(sign(head + "." + body), signature):
        raise ValueError("signature")
    return [(s["Scope"], s["Permission"]) for s in json.loads(json.loads(decoded(body))["ac"])]


class Refused(Exception):
    def __init__(self, status, code, message):
        super().__init__(message)
        self.status, self.code = status, code


class Storage:
    """What is kept: entries by (ref, key, version), blobs by id."""

    def __init__(self):
        self.lock = threading.Lock()
        self.entries, self.blobs, self.blocks, self.order = {}, {}, {}, 0

    def create(self, scopes, key, version):
        refs = [ref for ref, permission in scopes if permission & 2]
        if not refs:
            raise Refused(403, "permission_denied", "cache write denied")
        with self.lock:
            if (refs[0], key, version) in self.entries:
                raise Refused(409, "already_exists", "cache entry with the same key, version, and scope already exists")
            blob = secrets.token_hex(8)
            self.entries[refs[0], key, version] = {"blob": blob, "done": False, "order": 0, "size": 0}
            return blob

    def finalize(self, scopes, key, version, size):
        with self.lock:
            for ref, permission in scopes:
                entry = self.entries.get((ref, key, version))
                if permission & 2 and entry:
                    if len(self.blobs.get(entry["blob"], b"")) != size:
                        raise Refused(400, "invalid_argument", "size does not match")
                    self.order += 1
                    entry.update(done=True, order=self.order, size=size)
                    return self.order
        raise Refused(404, "not_found", "no such upload")

    def find(self, scopes, key, restore_keys, version):
        with self.lock:
            for ref, permission in scopes:
                mine = {k: e for (r, k, v), e in self.entries.items()
                        if r == ref and v == version and e["done"] and permission & 1}
                if key in mine:
                    return key, mine[key]["blob"]
                for prefix in restore_keys:
                    found = [(e["order"], k) for k, e in mine.items() if k.startswith(prefix)]
                    if found:
                        newest = max(found)[1]
                        return newest, mine[newest]["blob"]
        return None


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    storage, folder = Storage(), "."

    def log_message(self, *_):
        pass

    def note(self, name, text):
        with open(os.path.join(self.folder, name), "a") as file:
            file.write(text + "\n")

    def answer(self, status, body=b"", headers=()):
        self.note("requests", f"{self.command} {self.path.split('?')[0]} {status}")
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("x-ms-request-id", "00000000-0000-0000-0000-000000000000")
        self.send_header("x-ms-version", "2021-08-06")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def answer_json(self, status, document):
        self.answer(status, json.dumps(document).encode(), [("Content-Type", "application/json")])

    def violation(self, what):
        self.note("violations", f"{self.command} {self.path.split('?')[0]}: {what}")
        self.answer_json(501, {"code": "unimplemented", "msg": what})

    def body(self):
        if self.headers.get("Transfer-Encoding", "").lower() == "chunked":
            data = b""
            while True:
                size = int(self.rfile.readline().split(b";")[0], 16)
                data += self.rfile.read(size)
                self.rfile.readline()
                if size == 0:
                    return data
        return self.rfile.read(int(self.headers.get("Content-Length") or 0))

    def fault(self):
        path = os.path.join(self.folder, "fault")
        return int(open(path).read()) if os.path.exists(path) else 0

    def do_POST(self):
        body = self.body()
        if self.fault():
            return self.answer_json(self.fault(), {"code": "fault", "msg": "a fault of the test"})
        if not self.path.startswith(SERVICE):
            return self.violation("no such service")
        try:
            scopes = scopes_of(self.headers.get("Authorization", "").removeprefix("Bearer "))
        except ValueError:
            return self.answer_json(401, {"code": "unauthenticated", "msg": "bad token"})
        method = self.path.removeprefix(SERVICE)
        if self.headers.get("Content-Type") != "application/json":
            return self.violation("not JSON")
        try:
            self.answer_json(200, self.call(method, scopes, json.loads(body)))
        except Refused as refused:
            self.answer_json(refused.status, {"code": refused.code, "msg": str(refused)})
        except (KeyError, ValueError, TypeError, AttributeError) as error:
            self.violation(f"{method}: {error!r}")

    def call(self, method, scopes, message):
        known = {"CreateCacheEntry": {"key", "version"},
                 "FinalizeCacheEntryUpload": {"key", "version", "size_bytes"},
                 "GetCacheEntryDownloadURL": {"key", "version", "restore_keys"}}
        if method not in known or set(message) - known[method]:
            raise ValueError(f"unknown call or member {sorted(message)}")
        key, version = message["key"], message["version"]
        self.note("keys", f"{method} {key}")
        if not 0 < len(key) <= 512 or "," in key or not re.fullmatch("[0-9a-f]{64}", version):
            raise ValueError("key or version")
        if method == "CreateCacheEntry":
            return {"ok": True, "signed_upload_url": self.url(self.storage.create(scopes, key, version), "w")}
        if method == "FinalizeCacheEntryUpload":
            return {"ok": True, "entry_id": str(self.storage.finalize(scopes, key, version, int(message["size_bytes"])))}
        restore_keys = message["restore_keys"]
        if len(restore_keys) > 10:
            raise Refused(400, "invalid_argument", "too many restore keys")
        found = self.storage.find(scopes, key, restore_keys, version)
        if key.startswith("buildkit-blob-") and os.path.exists(os.path.join(self.folder, "lose-layers")):
            found = None
        if not found:
            return {"ok": False, "signed_download_url": "", "matched_key": ""}
        return {"ok": True, "signed_download_url": self.url(found[1], "r"), "matched_key": found[0]}

    def url(self, blob, right):
        host = "%s:%d" % self.server.server_address
        return f"http://{host}/storage/{blob}?sp={right}&sig={sign(blob + right)}"

    def signed_blob(self, right):
        parts = urllib.parse.urlsplit(self.path)
        query = dict(urllib.parse.parse_qsl(parts.query, keep_blank_values=True))
        blob = parts.path.removeprefix("/storage/")
        if not hmac.compare_digest(query.get("sig", ""), sign(blob + right)):
            raise Refused(403, "AuthenticationFailed", "signature")
        if "Authorization" in self.headers:
            raise ValueError("a token where it does not belong")
        return blob, query

    def do_PUT(self):
        body = self.body()
        try:
            blob, query = self.signed_blob("w")
            if query.get("comp") == "block":
                self.storage.blocks[blob, query["blockid"]] = body
            elif query.get("comp") == "blocklist":
                ids = [e.text for e in xml.etree.ElementTree.fromstring(body)]
                self.storage.blobs[blob] = b"".join(self.storage.blocks[blob, i] for i in ids)
            elif "comp" not in query and self.headers.get("x-ms-blob-type") == "BlockBlob":
                self.storage.blobs[blob] = body
            else:
                raise ValueError("unknown way to write a blob")
            self.answer(201, headers=[("ETag", '"1"'), ("Last-Modified", self.date_time_string())])
        except Refused as refused:
            self.answer(refused.status)
        except (KeyError, ValueError) as error:
            self.violation(repr(error))

    def do_GET(self):
        try:
            blob, _ = self.signed_blob("r")
            data = self.storage.blobs[blob]
            headers = [("ETag", '"1"'), ("Last-Modified", self.date_time_string()), ("x-ms-blob-type", "BlockBlob"),
                       ("Content-Type", "application/octet-stream"), ("Accept-Ranges", "bytes")]
            wanted = re.fullmatch(r"bytes=(\d+)-(\d*)", self.headers.get("x-ms-range") or self.headers.get("Range") or "")
            if not wanted:
                return self.answer(200, data, headers)
            start, end = int(wanted[1]), int(wanted[2] or len(data) - 1)
            headers.append(("Content-Range", f"bytes {start}-{min(end, len(data) - 1)}/{len(data)}"))
            self.answer(206, data[start:end + 1], headers)
        except Refused as refused:
            self.answer(refused.status)
        except (KeyError, ValueError) as error:
            self.violation(repr(error))

    def do_HEAD(self):
        self.do_GET()

    def do_DELETE(self):
        self.violation("nothing is deleted this way")

    do_PATCH = do_OPTIONS = do_DELETE


def serve(folder):
    Handler.folder = folder
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    with open(os.path.join(folder, "port.new"), "w") as file:
        file.write(str(server.server_address[1]))
    os.rename(os.path.join(folder, "port.new"), os.path.join(folder, "port"))
    server.serve_forever()


if __name__ == "__main__":
    if sys.argv[1] == "serve":
        serve(sys.argv[2])
    elif sys.argv[1] == "token":
        print(make_token(sys.argv[2:]))
