"""Stands before a registry on loopback and misbehaves towards some of those who ask.

usage: faulty_registry.py UPSTREAM PORT_FILE [--for tool|engine|all] [--on REGEX] [--also REGEX FAULT]... FAULT
UPSTREAM is the HOST:PORT of a real registry, or @FILE for one that stands in FILE when the first
request comes; requests without a fault are passed on to it, also those that ask it as a proxy, and
connections that a proxy is asked for lead there. Writes its own port to PORT_FILE, then serves until
it is killed, at most five minutes.
--for  whose requests are met: buildcache's (tool), BuildKit's and docker's (engine); default all
--on   only requests whose "METHOD PATH" matches, e.g. "^GET .*/blobs/"
--also a further fault, for requests that no fault before it meets; several are tried in turn
FAULT  `none`; a status such as 500; 429:SECONDS with Retry-After; `truncated` and `nonsense` bodies;
       `hang:SECONDS`, which takes requests and answers none until so long after the first, then
       breaks their connections; `late:SECONDS`, which passes them on only then; `meet:NUMBER`, which
       passes them on once so many are there. `TIMES*FAULT` meets no more than so many requests.
Writes a line "FAULT METHOD PATH" for each request it meets.
"""
import argparse
import http.client
import http.server
import re
import socket
import threading
import time

LIFETIME = 300
WORDS = {401: "UNAUTHORIZED", 403: "DENIED", 404: "NAME_UNKNOWN", 429: "TOOMANYREQUESTS",
         500: "UNKNOWN", 405: "UNSUPPORTED"}


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    options = None
    hang_end = None
    rules = []  # [regular expression, requests that are still met, fault]
    choosing = threading.Lock()
    gates = {}

    def log_message(self, *words):
        pass

    def handle(self):
        # A client that tries TLS first must be told at once, as a Go server does.
        if self.connection.recv(1, socket.MSG_PEEK) == b"\x16":
            self.connection.sendall(b"HTTP/1.0 400 Bad Request\r\n\r\nno TLS here\n")
            return
        super().handle()

    def fault(self):
        """Returns what this request is met with, nothing when it is passed on."""
        asker = "tool" if self.headers.get("User-Agent", "").startswith("buildcache/") else "engine"
        if self.options.asker not in ("all", asker):
            return ""
        with self.choosing:
            for rule in self.rules:
                if rule[1] > 0 and re.search(rule[0], f"{self.command} {self.path}"):
                    rule[1] -= 1
                    print(rule[2], self.command, self.path, flush=True)
                    return rule[2]
        return ""

    def body(self):
        if "chunked" in self.headers.get("Transfer-Encoding", ""):
            pieces = []
            while size := int(self.rfile.readline().split(b";")[0], 16):
                pieces.append(self.rfile.read(size))
                self.rfile.readline()
            self.rfile.readline()
            return b"".join(pieces)
        return self.rfile.read(int(self.headers.get("Content-Length", 0)))

    def answer(self, status, headers, body):
        self.send_response_only(status)
        for name, value in headers:
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def refuse(self, status, headers):
        body = ('{"errors":[{"code":"%s","message":"refused for the test"}]}'
                % WORDS.get(status, "UNKNOWN")).encode()
        self.answer(status, [("Content-Type", "application/json"),
                             ("Content-Length", str(len(body)))] + headers, body)

    def upstream_address(self):
        address = self.options.upstream
        if address.startswith("@"):
            with open(address[1:]) as file:
                address = file.read().strip()
        return address

    def do_CONNECT(self):
        host, port = self.upstream_address().split(":")
        with socket.create_connection((host, int(port)), timeout=60) as upstream:
            self.send_response_only(200)
            self.end_headers()
            back = threading.Thread(target=self.copy, args=(upstream, self.connection), daemon=True)
            back.start()
            self.copy(self.connection, upstream)
            back.join(timeout=60)
        self.close_connection = True

    @staticmethod
    def copy(source, target):
        try:
            while data := source.recv(1 << 16):
                target.sendall(data)
            target.shutdown(socket.SHUT_WR)
        except OSError:
            pass

    def pass_on(self, body):
        upstream = http.client.HTTPConnection(self.upstream_address(), timeout=60)
        headers = {name: value for name, value in self.headers.items()
                   if name.lower() not in ("transfer-encoding", "content-length", "connection")}
        upstream.request(self.command, self.path, body or None, headers)
        response = upstream.getresponse()
        data = response.read()
        headers = [(name, value) for name, value in response.getheaders()
                   if name.lower() not in ("transfer-encoding", "content-length", "connection")]
        length = response.getheader("Content-Length") if self.command == "HEAD" else str(len(data))
        upstream.close()
        return response.status, headers + [("Content-Length", length or "0")], data

    def act(self):
        body = self.body()
        fault = self.fault()
        if fault.startswith("hang:"):
            self.hang(float(fault[5:]))
        elif fault[:3].isdigit():
            status, _, seconds = fault.partition(":")
            self.refuse(int(status), [("Retry-After", seconds)] if seconds else [])
        elif fault == "truncated":
            # All the length, half the bytes.
            self.answer(*self.halved(self.pass_on(body)))
            self.close_connection = True
        elif fault == "nonsense":
            status, headers, data = self.pass_on(body)
            data = b'{"schemaVersion": "what", "layers": 7}'.ljust(len(data))
            self.answer(status, headers, data)
        else:
            self.delay(fault)
            self.answer(*self.pass_on(body))

    def delay(self, fault):
        kind, _, number = fault.partition(":")
        if kind == "late":
            time.sleep(float(number))
        elif kind == "meet":
            with self.choosing:
                gate = self.gates.setdefault(fault, threading.Barrier(int(number), timeout=30))
            gate.wait()

    def hang(self, seconds):
        Handler.hang_end = Handler.hang_end or time.monotonic() + seconds
        time.sleep(max(0.0, Handler.hang_end - time.monotonic()))
        self.close_connection = True

    @staticmethod
    def halved(answer):
        status, headers, data = answer
        return status, headers, data[:len(data) // 2]

    do_GET = do_HEAD = do_PUT = do_POST = do_PATCH = do_DELETE = act


def rule_of(pattern, fault):
    """Returns a rule of Handler."""
    times, star, rest = fault.partition("*")
    return [pattern, int(times), rest] if star else [pattern, float("inf"), fault]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("upstream")
    parser.add_argument("port_file")
    parser.add_argument("--for", dest="asker", choices=("tool", "engine", "all"), default="all")
    parser.add_argument("--on", default="")
    parser.add_argument("--also", nargs=2, action="append", default=[])
    parser.add_argument("fault")
    Handler.options = options = parser.parse_args()
    Handler.rules = [rule_of(*one) for one in [(options.on, options.fault)] + options.also]
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    with open(Handler.options.port_file, "w") as file:
        print(server.server_address[1], file=file)
    threading.Timer(LIFETIME, server.shutdown).start()
    server.serve_forever()


main()
