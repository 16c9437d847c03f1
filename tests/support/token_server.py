"""A token service as registries name one in their challenge, with tokens that a real registry takes
(distribution's token specification: JWTs signed with RS256, the certificate in x5c).

usage: token_server.py FOLDER      serves until its process ends, at most ten minutes
FOLDER holds key.pem and certificate.pem, and users.json: {"NAME": {"password": …, "identity": …,
"actions": ["pull", "push"]}}. Written there: `port`; `log`, a line for each request that was
answered with a token ("GET ci buildcache repository:acme/cache:pull"); `refused`, a line for each
that was not; `unexpected`, a line for each that no client should send.
A file `hasty` there makes tokens for buildcache end after as many seconds as it holds, though they
are announced as living longer. Users without a password get their tokens by POST alone.
"""
import base64
import hmac
import http.server
import json
import os
import subprocess
import sys
import threading
import time
import urllib.parse
import uuid

FOLDER = sys.argv[1]
ISSUER, SERVICE = "token-server.test", "registry.test"
LEEWAY = 60  # of docker-registry, for clocks that differ
LIFETIME = 300
KNOWN = {"service", "scope", "client_id", "account", "offline_token",
         "grant_type", "refresh_token", "username", "password", "access_type"}


def path(name):
    return os.path.join(FOLDER, name)


def note(name, line):
    with open(path(name), "a") as file:
        file.write(line + "\n")


def users():
    with open(path("users.json")) as file:
        return json.load(file)


def base64url(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=")


def certificate():
    with open(path("certificate.pem")) as file:
        return "".join(line.strip() for line in file if not line.startswith("-"))


def hasty():
    try:
        with open(path("hasty")) as file:
            return int(file.read())
    except FileNotFoundError:
        return None


def access_of(scopes, allowed):
    access = []
    for scope in scopes:
        kind, rest = scope.split(":", 1)
        name, actions = rest.rsplit(":", 1)
        granted = [action for action in actions.split(",") if action in allowed]
        if granted:
            access.append({"type": kind, "name": name, "actions": granted})
    return access


def signed(user, scopes, allowed, client):
    now = int(time.time())
    short = hasty() if client == "buildcache" else None
    claims = {"iss": ISSUER, "sub": user, "aud": SERVICE, "jti": str(uuid.uuid4()), "iat": now,
              "nbf": now - LEEWAY, "access": access_of(scopes, allowed),
              "exp": now + LIFETIME if short is None else now - LEEWAY + short}
    head = {"typ": "JWT", "alg": "RS256", "x5c": [certificate()]}
    text = b".".join(base64url(json.dumps(part).encode()) for part in (head, claims))
    signature = subprocess.run(["openssl", "dgst", "-sha256", "-sign", path("key.pem")], input=text,
                               capture_output=True, check=True).stdout
    return (text + b"." + base64url(signature)).decode()


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *words):
        pass

    def handle(self):
        # A client that tries TLS first must be told at once, as a Go server does.
        if self.connection.recv(1, 2) == b"\x16":
            self.connection.sendall(b"HTTP/1.0 400 Bad Request\r\n\r\nno TLS here\n")
            return
        super().handle()

    def answer(self, status, document):
        body = json.dumps(document).encode()
        self.send_response_only(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def fail_unexpected(self, why):
        note("unexpected", f"{self.command} {self.path.partition('?')[0]}: {why}")
        self.answer(400, {"error": "invalid_request", "error_description": why})

    def refuse(self, words):
        note("refused", f"{self.command} {words}")
        self.answer(401, {"details": words})

    def fields_of(self, text):
        """Returns the fields, scopes as a list; None after an answer to a broken request."""
        pairs = urllib.parse.parse_qsl(text, keep_blank_values=True, strict_parsing=bool(text))
        fields = {name: value for name, value in pairs if name != "scope"}
        fields["scopes"] = [one for name, value in pairs if name == "scope"
                            for one in value.split()]
        if self.path.partition("?")[0] != "/token":
            return self.fail_unexpected("no such place")
        if unknown := {name for name, _ in pairs} - KNOWN:
            return self.fail_unexpected("unknown fields " + ", ".join(sorted(unknown)))
        if fields.get("service") != SERVICE:
            return self.fail_unexpected("service is wrong")
        # Containerd's GET names no client.
        if self.command == "POST" and not fields.get("client_id"):
            return self.fail_unexpected("no client_id")
        fields.setdefault("client_id", "-")
        return fields

    def grant(self, user, fields, key):
        known = users().get(user, {"actions": []})
        note("log", " ".join([self.command, user or "-", fields["client_id"]] + fields["scopes"]))
        token = signed(user, fields["scopes"], known["actions"], fields["client_id"])
        answer = {key: token, "expires_in": LIFETIME, "issued_at":
                  time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())}
        if (fields.get("offline_token") == "true" or fields.get("access_type") == "offline") \
                and "identity" in known:
            answer["refresh_token"] = known["identity"]
        self.answer(200, answer)

    def do_GET(self):
        fields = self.fields_of(self.path.partition("?")[2])
        if fields is None:
            return
        kind, _, value = self.headers.get("Authorization", "").partition(" ")
        if not kind:
            return self.grant("", fields, "token")
        name, _, password = base64.b64decode(value).decode().partition(":")
        if kind != "Basic" or fields.get("account") not in (None, name):
            return self.fail_unexpected("neither Basic nor of the account named")
        self.by_password(name, password, fields, "token")

    def by_password(self, name, password, fields, key):
        known = users().get(name, {}).get("password", "")
        if known and hmac.compare_digest(known, password):
            return self.grant(name, fields, key)
        self.refuse("incorrect username or password")

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
        if self.headers.get_content_type() != "application/x-www-form-urlencoded":
            return self.fail_unexpected("not a form")
        if "Authorization" in self.headers or "?" in self.path:
            return self.fail_unexpected("a form and more")
        fields = self.fields_of(body)
        if fields is None:
            return
        if fields.get("grant_type") == "password":
            return self.by_password(fields.get("username", ""), fields.get("password", ""), fields,
                                    "access_token")
        if fields.get("grant_type") != "refresh_token":
            return self.fail_unexpected("unknown grant_type")
        for name, known in users().items():
            if hmac.compare_digest(known.get("identity", ""), fields.get("refresh_token") or "-"):
                return self.grant(name, fields, "access_token")
        self.refuse("unknown identity token")


def main():
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    with open(path("port.new"), "w") as file:
        file.write(str(server.server_address[1]))
    os.rename(path("port.new"), path("port"))
    threading.Timer(600, server.shutdown).start()
    server.serve_forever()


main()
