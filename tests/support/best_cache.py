#!/usr/bin/env python3
"""Builds of every kind, at depth 1 as CI checks out: which of the caches in a real registry each is
given, the best first.

usage: best_cache.py BUILDCACHE REGISTRY FORGE SCRATCH
Prints a line a build that was given others than it should.
"""

import hashlib
import json
import os
import sys
import urllib.request

from lineage import Forge, check_out, git, github, plan, pull_request, push

MANIFEST = "application/vnd.oci.image.manifest.v1+json"


class Registry:
    """Puts caches as another run would have left them: small, whole, stamped."""

    def __init__(self, host, repository):
        self.host, self.repository = host, repository
        self.base = f"http://{host}/v2/{repository}"

    def send(self, method, url, data=None, content_type="application/octet-stream"):
        request = urllib.request.Request(url, data=data, method=method,
                                         headers={"Content-Type": content_type})
        with urllib.request.urlopen(request) as response:
            return response.headers

    def blob(self, data):
        digest = "sha256:" + hashlib.sha256(data).hexdigest()
        place = self.send("POST", self.base + "/blobs/uploads/", b"")["Location"]
        self.send("PUT", place + ("&" if "?" in place else "?") + "digest=" + digest, data)
        return {"digest": digest, "size": len(data)}

    def put(self, scope, commit, trust):
        layer = self.blob(scope.encode())
        config = json.dumps({
            "layers": [{"blob": layer["digest"], "parent": -1}],
            "records": [{"digest": layer["digest"],
                         "layers": [{"layer": 0, "createdAt": "2026-01-02T03:04:05Z"}]}]}).encode()
        document = {
            "schemaVersion": 2, "mediaType": MANIFEST,
            "config": {"mediaType": "application/vnd.buildkit.cacheconfig.v0", **self.blob(config)},
            "layers": [{"mediaType": "application/vnd.oci.image.layer.v1.tar+gzip", **layer}],
            "annotations": {"org.opencontainers.image.revision": commit,
                            "org.opencontainers.image.ref.name": "main",
                            "org.opencontainers.image.created": "2026-01-02T03:04:05Z",
                            "buildcache.trust": trust}}
        self.send("PUT", f"{self.base}/manifests/app--{scope}", json.dumps(document).encode(), MANIFEST)


def extend(forge):
    """Branches of the kinds that lineage's events do not have."""
    path = forge.path
    git(path, "branch", "-q", "renamed", "change")
    git(path, "checkout", "-q", "-b", "picked", "v1")
    git(path, "cherry-pick", "--allow-empty", "change")
    git(path, "checkout", "-q", "main")


def builds(forge):
    """Name: what is built; the caches that are there (scope, commit, level); those it is given."""
    def commit(name, level="protected"):
        return "c-" + forge.id(name), forge.id(name), level

    def branch(name, at, level="protected"):
        return "b-" + name, forge.id(at), level

    main, left, queue = branch("main", "main"), forge.met("change", "main"), "refs/pull/1/merge"
    here = commit(queue, "merge-queue")
    after_queue = push(forge, "main")
    after_queue["reference"] = queue
    after_queue["variables"]["GITHUB_SHA"] = forge.id(queue)
    return {
        "first build of a branch": (
            push(forge, "young"), [commit("main~3"), commit("main~6"), main], ["c-main~3", "b-main"]),
        "a branch that was forced elsewhere": (
            push(forge, "rewritten", before=left, forced=True),
            [branch("rewritten", "change", "branch"), commit("main~7"), main],
            ["b-rewritten", "c-main~7", "b-main"]),
        "a renamed branch": (
            push(forge, "renamed"), [branch("change", "change", "branch"), commit(left), main],
            ["c-" + left, "b-main"]),
        "a commit picked onto an old one": (
            push(forge, "picked"), [commit("v1"), commit("v1~3"), main], ["c-v1", "b-main"]),
        "a pull request whose base has moved on": (
            pull_request(forge, 1, "change"), [commit("main~4"), commit(left), main],
            ["c-main~4", "b-main"]),  # one commit of a walk is enough
        "a pull request's second build": (
            pull_request(forge, 1, "change"),
            [("p-1", forge.id("change~1"), "pull-request"), commit("main"), main],
            ["p-1", "c-main"]),  # what b-main has is of the same commit
        "a fork's pull request": (
            pull_request(forge, 2, "refs/pull/2/head", fork=True),
            [branch("topic", "change", "branch"), commit("main"), main], ["c-main"]),
        "the merge queue": (
            github(forge, "merge_group", "refs/heads/gh-readonly-queue/main/pr-1",
                   {"action": "checks_requested", "merge_group": {
                       "head_sha": forge.id(queue), "base_sha": forge.id("main"),
                       "head_ref": "refs/heads/gh-readonly-queue/main/pr-1",
                       "base_ref": "refs/heads/main"}}),
            [commit("main~1"), ("p-1", forge.id("change"), "pull-request"), main], ["c-main~1", "b-main"]),
        "the push that follows the merge queue": (after_queue, [here, main], ["c-" + forge.id(queue)]),
        "a tag on an old commit": (
            github(forge, "push", "refs/tags/v1", {"ref": "refs/tags/v1"}),
            [commit("v1"), commit("v1~1"), main], ["c-v1"]),
        "a release whose commit's cache is gone": (
            github(forge, "release", "refs/tags/v1", {"action": "published", "release": {"tag_name": "v1"}}),
            [commit("v1~2"), commit("v1~4"), main], ["c-v1~2", "b-main"]),
        "a scheduled build": (
            github(forge, "schedule", "refs/heads/main", {"schedule": "0 3 * * *"}), [commit("main"), main],
            ["c-main"]),
        "a build by hand of a branch": (
            github(forge, "workflow_dispatch", "refs/heads/change", {"ref": "refs/heads/change"}),
            [branch("change", "change~2", "branch"), commit(left), main],
            ["b-change", "c-" + left, "b-main"]),
    }


def scope_of(forge, word):
    return "c-" + forge.id(word[2:]) if word.startswith("c-") else word


def main():
    buildcache, registry, directory, scratch = sys.argv[1:]
    forge = Forge(directory)
    extend(forge)
    false, kinds = 0, builds(forge)
    for number, (name, (event, caches, given)) in enumerate(kinds.items()):
        store = Registry(registry, f"acme/build{number}")
        for cache in caches:
            store.put(*cache)
        work_tree = check_out(forge, os.path.join(scratch, "clone"), "depth 1", event)
        with open(os.path.join(work_tree, ".git/info/exclude"), "a", encoding="utf-8") as file:
            file.write("other.yml\n")
        with open(os.path.join(work_tree, "other.yml"), "w", encoding="utf-8") as file:
            file.write(f"version: 1\ncache: {{repository: {registry}/acme/build{number}}}\ntargets: {{app: {{}}}}\n")
        document, fault = plan(buildcache, work_tree, scratch, event, None, "--file", "other.yml")
        if not fault:
            chosen = [candidate["ref"].rpartition(":app--")[2]
                      for candidate in document["targets"][0]["candidates"] if candidate["chosen"]]
            wanted = [scope_of(forge, word) for word in given]
            if chosen != wanted:
                fault = f"given {chosen}, should be {wanted}"
        if fault:
            false += 1
            print(f"{name}: {fault}")
    print(f"{false} of {len(kinds)} are given others")
    sys.exit(1 if false else 0)


main()
