#!/usr/bin/env python3
"""AWS's token services, strict: STS, ECR, a container's credentials and an instance's (IMDSv2).

usage: aws_services.py PORT_FILE LOG REGISTRY_PASSWORD

Whoever asks for the registry's login must sign right, with keys that one of the sources gave out. What
is asked is written to LOG, one line each: the service and who asked. Anything else is answered with 400
and logged as "refused".
"""
import base64, http.server, json, os, sys, urllib.parse

import sigv4

# By source. All but the environment's need the session's token.
KEYS = {"environment": ("AKIAENVIRONMENT", "secret/of+the-environment", ""),
        "web-identity": ("ASIAIDENTITY", "secret/of+the-identity", "token/of+the-identity="),
        "profile": ("AKIAPROFILE", "secret/of+the-profile", ""),
        "container": ("ASIACONTAINER", "secret/of+the-container", "token/of+the-container="),
        "instance": ("ASIAINSTANCE", "secret/of+the-instance", "token/of+the-instance="),
        "nobody": ("AKIANOBODY", "secret/of+nobody", "")}
SECRETS = {key: secret for key, secret, _ in KEYS.values()}
SOURCES = {key: source for source, (key, _, _) in KEYS.items()}


class Services(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def note(self, line):
        with open(sys.argv[2], "a") as log:
            log.write(line + "\n")

    def answer(self, status, text):
        body = text.encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def refuse(self, code, message):
        self.note(f"refused {code}")
        self.answer(400, json.dumps({"__type": code, "message": message}))

    def keys_json(self, source):
        key, secret, token = KEYS[source]
        self.note(f"keys {source}")
        self.answer(200, json.dumps({"Code": "Success", "AccessKeyId": key, "SecretAccessKey": secret,
                                     "Token": token, "Expiration": "2099-01-01T00:00:00Z"}))

    def ecr_token(self, body):
        fault = sigv4.fault(self, body, SECRETS, "ecr")
        if fault:
            return self.refuse("UnrecognizedClientException", f"The security token is invalid: {fault}.")
        key = self.headers["Authorization"].split("Credential=")[1].split("/")[0]
        source = SOURCES[key]
        if self.headers.get("X-Amz-Security-Token", "") != KEYS[source][2]:
            return self.refuse("UnrecognizedClientException", "The security token is invalid.")
        if "/eu-west-1/ecr/" not in self.headers["Authorization"]:
            return self.refuse("InvalidSignatureException", "Credential should be scoped to a valid region.")
        if source == "nobody":
            return self.refuse("AccessDeniedException", "User: nobody is not authorized to perform: ecr:GetAuthorizationToken")
        self.note(f"ecr {source}")
        token = base64.b64encode(f"AWS:{sys.argv[3]}".encode()).decode()
        self.answer(200, json.dumps({"authorizationData": [{"authorizationToken": token}]}))

    def role(self, form):
        if form.get("Action") != ["AssumeRoleWithWebIdentity"] or form.get("WebIdentityToken") != ["identity.of.the.job"] \
                or form.get("RoleArn") != ["arn:aws:iam::123456789012:role/ci"] or "Authorization" in self.headers:
            return self.refuse("InvalidIdentityToken", "not this job's")
        key, secret, token = KEYS["web-identity"]
        self.note("keys web-identity")
        self.answer(200, f"<AssumeRoleWithWebIdentityResponse><Credentials><AccessKeyId>{key}</AccessKeyId>"
                         f"<SecretAccessKey>{secret}</SecretAccessKey><SessionToken>{token}</SessionToken>"
                         "</Credentials></AssumeRoleWithWebIdentityResponse>")

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        target = self.headers.get("X-Amz-Target", "")
        if target == "AmazonEC2ContainerRegistry_V20150921.GetAuthorizationToken":
            return self.ecr_token(body)
        if self.headers.get("Content-Type") == "application/x-www-form-urlencoded" and not target:
            return self.role(urllib.parse.parse_qs(body.decode()))
        self.refuse("UnknownOperationException", self.path)

    def do_PUT(self):
        if self.path == "/latest/api/token" and self.headers.get("X-aws-ec2-metadata-token-ttl-seconds"):
            return self.answer(200, "instance-session")
        self.refuse("UnknownOperationException", self.path)

    def do_GET(self):
        roles = "/latest/meta-data/iam/security-credentials/"
        if self.path == "/container" and self.headers.get("Authorization") == "container-session":
            return self.keys_json("container")
        if self.headers.get("X-aws-ec2-metadata-token") == "instance-session":
            if self.path == roles:
                return self.answer(200, "runner")
            if self.path == roles + "runner":
                return self.keys_json("instance")
        self.refuse("UnknownOperationException", self.path)


if __name__ == "__main__":
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Services)
    server.daemon_threads = True
    with open(sys.argv[1] + ".new", "w") as file:
        file.write(str(server.server_address[1]))
    os.rename(sys.argv[1] + ".new", sys.argv[1])
    server.serve_forever()
