#!/usr/bin/env python3
"""The commit endpoints of GitHub's and GitLab's REST API, answered by git from a real repository.

usage: forge_api.py REPOSITORY TOKEN REQUEST_LOG
Prints its address (127.0.0.1:PORT) once it listens, and ends with its standard input. GitHub is at
/repos/acme/shop, GitLab at /api/v4/projects/7. Who has not the token gets 404, as for a private
project. Anything that the client should not ask, or not ask so, is 400. Each request is logged as
"STATUS PATH?QUERY".
Shapes: docs.github.com "REST API endpoints for commits", docs.gitlab.com "Commits API" and
"Repositories API" (merge base).
"""

import http.server
import json
import re
import subprocess
import sys
import threading
import urllib.parse

repository, token, request_log = sys.argv[1:]
ID = "[0-9a-f]{40}"


def git(*arguments):
    done = subprocess.run(["git", "-C", repository, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    return done.stdout.decode().split("\n")[:-1] if done.returncode == 0 else None


def commits(start, count, *options):
    lines = git("log", f"-{count}", "--format=%H %P", *options, start, "--")
    return None if lines is None else [line.split() for line in lines]


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def send(self, status, document):
        with open(request_log, "a", encoding="utf-8") as log:
            log.write(f"{status} {self.path}\n")
        data = json.dumps(document).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def allowed(self):
        if self.headers.get_all("Authorization") == [f"Bearer {token}"]:
            return True
        return self.headers.get_all("JOB-TOKEN") == [token]

    def github_list(self, query):
        if set(query) != {"sha", "per_page"}:
            return 400, {}
        found = commits(query["sha"][0], min(int(query["per_page"][0]), 100))
        if found is None:
            return 404, {"message": "Not Found"}
        return 200, [{"sha": one, "parents": [{"sha": p} for p in parents]} for one, *parents in found]

    def github_compare(self, base, head, query):
        if query != {"per_page": ["1"], "page": ["2"]}:
            return 400, {"message": "the first page holds all changed files"}
        met = git("merge-base", base, head)
        if not met:
            return 404, {"message": f"No common ancestor between {base} and {head}."}
        return 200, {"merge_base_commit": {"sha": met[0], "parents": []}, "commits": []}

    def gitlab_list(self, query):
        if query.get("first_parent") != ["true"]:
            return 400, {}
        found = commits(query["ref_name"][0], min(int(query["per_page"][0]), 100), "--first-parent")
        if found is None:
            return 404, {"message": "404 Commit Not Found"}
        return 200, [{"id": one, "parent_ids": parents} for one, *parents in found]

    def gitlab_meeting(self, query):
        met = git("merge-base", *query["refs[]"]) if len(query.get("refs[]", [])) == 2 else None
        return (200, {"id": met[0], "parent_ids": []}) if met else (404, {"message": "404 Merge Base Not Found"})

    def answer(self):
        url = urllib.parse.urlsplit(self.path)
        query = urllib.parse.parse_qs(url.query)
        if not self.allowed():
            return 404, {"message": "Not Found"}
        if url.path == "/repos/acme/shop/commits":
            return self.github_list(query)
        if compared := re.fullmatch(f"/repos/acme/shop/compare/({ID})\\.\\.\\.({ID})", url.path):
            return self.github_compare(*compared.groups(), query)
        if url.path == "/api/v4/projects/7/repository/commits":
            return self.gitlab_list(query)
        if url.path == "/api/v4/projects/7/repository/merge_base":
            return self.gitlab_meeting(query)
        return 400, {"message": "nobody should ask this"}

    def do_GET(self):
        self.send(*self.answer())


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
print(f"127.0.0.1:{server.server_port}", flush=True)
threading.Thread(target=server.serve_forever, daemon=True).start()
sys.stdin.read()
