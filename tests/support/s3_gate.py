#!/usr/bin/env python3
"""Checks AWS signatures (version 4) before an S3 server that does not, s3rver.

usage: s3_gate.py SERVER_URL PORT_FILE    keys: AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY

Everything that is signed is checked: method, path, query, the headers named, the body's hash and that
the time is now. What passes goes to the server as it came; the rest is answered with 403 and a code.
"""
import datetime, hashlib, hmac, http.server, os, re, sys, urllib.error, urllib.parse, urllib.request

AUTHORIZATION = re.compile(r"AWS4-HMAC-SHA256 Credential=([^/]+)/(\d{8})/([a-z0-9-]+)/s3/aws4_request, ?"
                           r"SignedHeaders=([a-z0-9;-]+), ?Signature=([0-9a-f]{64})$")


def mac(key, text):
    return hmac.new(key, text.encode(), hashlib.sha256).digest()


class Gate(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_url = ""

    def log_message(self, *_):
        pass

    def fault(self, body):
        match = AUTHORIZATION.match(self.headers.get("Authorization", ""))
        if not match:
            return "AccessDenied"
        key_id, day, region, names, signature = match.groups()
        if key_id != os.environ["AWS_ACCESS_KEY_ID"]:
            return "InvalidAccessKeyId"
        stamp = self.headers.get("X-Amz-Date", "")
        now = datetime.datetime.now(datetime.timezone.utc).replace(tzinfo=None)
        if not stamp.startswith(day) or abs(now - datetime.datetime.strptime(stamp, "%Y%m%dT%H%M%SZ")) > datetime.timedelta(minutes=15):
            return "RequestTimeTooSkewed"
        digest = hashlib.sha256(body).hexdigest()
        if self.headers.get("x-amz-content-sha256") != digest:
            return "XAmzContentSHA256Mismatch"
        if not {"host", "x-amz-content-sha256", "x-amz-date"} <= set(names.split(";")):
            return "SignatureDoesNotMatch"
        parts = urllib.parse.urlsplit(self.path)
        headers = [f"{name}:{' '.join(self.headers.get(name, '').split())}" for name in names.split(";")]
        canonical = "\n".join([self.command, parts.path, parts.query, *headers, "", names, digest])
        scope = f"{day}/{region}/s3/aws4_request"
        text = "\n".join(["AWS4-HMAC-SHA256", stamp, scope, hashlib.sha256(canonical.encode()).hexdigest()])
        key = ("AWS4" + os.environ["AWS_SECRET_ACCESS_KEY"]).encode()
        for part in (day, region, "s3", "aws4_request"):
            key = mac(key, part)
        return "" if hmac.compare_digest(mac(key, text).hex(), signature) else "SignatureDoesNotMatch"

    def answer(self, status, body, content_type="application/xml"):
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def pass_on(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        fault = self.fault(body)
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
