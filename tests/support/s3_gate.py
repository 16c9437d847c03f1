#!/usr/bin/env python3
"""Checks AWS signatures (version 4) before an S3 server that does not, s3rver.

usage: s3_gate.py SERVER_URL PORT_FILE    keys: AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY

Everything that is signed is checked: method, path, query, the headers named, the body's hash and that
the time is now. What passes goes to the server as it came; the rest is answered with 403 and a code.
"""
import http.server, os, sys, urllib.error, urllib.request

import sigv4


class Gate(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_url = ""

    def log_message(self, *_):
        pass

    def answer(self, status, body, content_type="application/xml"):
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def pass_on(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        fault = sigv4.fault(self, body, {os.environ["AWS_ACCESS_KEY_ID"]: os.environ["AWS_SECRET_ACCESS_KEY"]},
                            "s3", digest_header=True)
        if fault:
            return self.answer(403, f"<Error><Code>{fault}</Code></Error>".encode())
        request = urllib.request.Request(self.server_url + self.path, data=body or None, method=self.command)
        if "Content-Type" in self.headers:
            request.add_header("Content-Type", self.headers["Content-Type"])
        try:
            with urllib.request.urlopen(request) as response:
                self.answer(response.status, response.read())
        except urllib.error.HTTPError as error:
            self.answer(error.code, error.read())

    do_GET = do_HEAD = do_PUT = do_DELETE = pass_on


if __name__ == "__main__":
    Gate.server_url = sys.argv[1]
    gate = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Gate)
    gate.daemon_threads = True
    with open(sys.argv[2] + ".new", "w") as file:
        file.write(f"http://127.0.0.1:{gate.server_address[1]}")
    os.rename(sys.argv[2] + ".new", sys.argv[2])
    gate.serve_forever()
