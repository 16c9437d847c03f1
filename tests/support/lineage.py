#!/usr/bin/env python3
"""A checkout as CI makes it, times every event of every platform: what the binary says the bases are
must be what git says in the whole history, or less, and declared.

usage: lineage.py BUILDCACHE FORGE SCRATCH CHECKOUT
  FORGE     where the forge's repository is, made when it is not there yet
  CHECKOUT  a name of CHECKOUTS; "list" prints them
Prints a line a failing cell, and at the end how many cells were true and how many said less.
"""

import hashlib
import json
import os
import shutil
import subprocess
import sys

LOOKBACK = 15
IDENTITY = ["-c", "user.name=Developer", "-c", "user.email=developer@example.com"]
CLOCK = [1_767_225_600]


def git(directory, *words, check=True, env=None):
    done = subprocess.run(["git", "-C", directory, *IDENTITY, *words], stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, env=env)
    if check and done.returncode != 0:
        sys.exit(f"git {' '.join(words)}: {done.stderr.decode()}")
    return done.stdout.decode().strip()


class Forge:
    """main: 45 commits, a side branch merged at the 36th; change: 12 commits off its 20th; rewritten: a
    branch forced to another place; young: just made; topic: a fork's, off the 30th, whose own main is at
    the 10th. References as GitHub keeps them."""

    def __init__(self, directory):
        self.path = directory
        self.fork_path = directory + "-fork"
        if not os.path.exists(directory):
            self.make()
        self.ids = {}

    def commit(self, message, path=None):
        path = path or self.path
        CLOCK[0] += 60
        date = f"{CLOCK[0]} +0000"
        git(path, "commit", "-q", "--allow-empty", "-m", message,
            env={**os.environ, "GIT_AUTHOR_DATE": date, "GIT_COMMITTER_DATE": date})
        return git(path, "rev-parse", "HEAD")

    def commits(self, count, name, path=None):
        for number in range(count):
            self.commit(f"{name} {number}", path)

    def make(self):
        path = self.path
        os.makedirs(path)
        git(path, "-c", "init.defaultBranch=main", "init", "-q")
        git(path, "config", "uploadpack.allowFilter", "true")
        with open(os.path.join(path, ".buildcache.yml"), "w", encoding="utf-8") as file:
            file.write("version: 1\ncache: {store: local, path: caches, lookback: %d}\n"
                       "targets: {app: {}}\n" % LOOKBACK)
        git(path, "add", "-A")
        self.commits(20, "main")
        git(path, "branch", "change")
        git(path, "branch", "rewritten")
        self.commits(10, "main")
        git(path, "tag", "v1")
        git(path, "checkout", "-q", "-b", "side")
        self.commits(4, "side")
        git(path, "checkout", "-q", "main")
        self.commits(5, "main")
        self.merge("side")
        self.commits(9, "main")
        git(path, "checkout", "-q", "change")
        self.commits(12, "change")
        git(path, "checkout", "-q", "rewritten")
        self.commits(3, "first try")
        git(path, "reset", "-q", "--hard", "main~7")
        self.commits(2, "second try")
        git(path, "checkout", "-q", "-b", "young", "main~3")
        self.commit("young")
        self.make_fork()
        self.make_merges()
        git(path, "checkout", "-q", "main")
        git(path, "branch", "-q", "-D", "side")

    def make_fork(self):
        git(os.path.dirname(self.path), "clone", "-q", "--no-local", self.path, self.fork_path)
        git(self.fork_path, "config", "uploadpack.allowFilter", "true")
        git(self.fork_path, "checkout", "-q", "-b", "topic", "v1")
        CLOCK[0] += 6000
        self.commits(5, "topic", self.fork_path)
        git(self.fork_path, "branch", "-f", "main", "v1~20")
        git(self.path, "fetch", "-q", self.fork_path, "topic:refs/pull/2/head")

    def merge(self, *others):
        CLOCK[0] += 60
        date = f"{CLOCK[0]} +0000"
        git(self.path, "merge", "-q", "--no-ff", "--no-edit", *others,
            env={**os.environ, "GIT_AUTHOR_DATE": date, "GIT_COMMITTER_DATE": date})
        return git(self.path, "rev-parse", "HEAD")

    def make_merges(self):
        path = self.path
        for base, other, reference in (("main", "change", "refs/pull/1/merge"),
                                       ("change", "main", "refs/jenkins/1"),
                                       ("main", "refs/pull/2/head", "refs/pull/2/merge")):
            git(path, "checkout", "-q", "--detach", base)
            git(path, "update-ref", reference, self.merge(other))
        git(path, "branch", "-q", "gh-readonly-queue/main/pr-1", "refs/pull/1/merge")
        git(path, "update-ref", "refs/merge-requests/1/train", "refs/pull/1/merge")
        # A change that main has not left: merging main into it is no merge at all.
        git(path, "checkout", "-q", "--detach", "main")
        self.commit("ahead")
        git(path, "branch", "-q", "ahead")

    def id(self, name):
        if name not in self.ids:
            self.ids[name] = git(self.path, "rev-parse", name + "^{commit}")
        return self.ids[name]

    def met(self, one, two):
        return git(self.path, "merge-base", one, two)


def github(forge, event_name, reference, payload):
    variables = {"GITHUB_ACTIONS": "true", "GITHUB_REPOSITORY": "acme/shop", "GITHUB_RUN_ID": "7",
                 "GITHUB_SERVER_URL": "https://github.example", "GITHUB_EVENT_NAME": event_name,
                 "GITHUB_REF": reference, "GITHUB_SHA": forge.id(reference)}
    payload["repository"] = {"full_name": "acme/shop", "default_branch": "main"}
    return {"reference": reference, "variables": variables, "payload": payload}


def push(forge, branch, before=None, forced=False):
    reference = "refs/heads/" + branch
    return github(forge, "push", reference,
                  {"ref": reference, "before": before or "0" * 40, "after": forge.id(reference),
                   "forced": forced, "created": before is None})


def pull_request(forge, number, head, action="synchronize", fork=False, reference=None):
    reference = reference or f"refs/pull/{number}/merge"
    event = github(forge, "pull_request", f"refs/pull/{number}/merge",
                   {"action": action, "number": number, "pull_request": {
                       "number": number, "merged": action == "closed",
                       "head": {"ref": "topic" if fork else "change", "sha": forge.id(head),
                                "repo": {"full_name": "sam/shop" if fork else "acme/shop", "fork": fork}},
                       # What GitHub states here is as old as the last change of the request.
                       "base": {"ref": "main", "sha": forge.id("main~9"),
                                "repo": {"full_name": "acme/shop"}}}})
    event["reference"] = reference
    return event


def gitlab(forge, reference, variables):
    common = {"GITLAB_CI": "true", "CI": "true", "CI_PROJECT_PATH": "acme/shop", "CI_PROJECT_ID": "1",
              "CI_DEFAULT_BRANCH": "main", "CI_COMMIT_SHA": forge.id(reference),
              "CI_COMMIT_BEFORE_SHA": "0" * 40, "CI_PIPELINE_SOURCE": "push"}
    return {"reference": reference, "variables": {**common, **variables}}


def merge_request(forge, reference, kind, head, source="1"):
    variables = {"CI_PIPELINE_SOURCE": "merge_request_event", "CI_COMMIT_REF_NAME": "change",
                 "CI_MERGE_REQUEST_IID": "1", "CI_MERGE_REQUEST_EVENT_TYPE": kind,
                 "CI_MERGE_REQUEST_SOURCE_BRANCH_NAME": "change",
                 "CI_MERGE_REQUEST_TARGET_BRANCH_NAME": "main", "CI_MERGE_REQUEST_PROJECT_ID": "1",
                 "CI_MERGE_REQUEST_SOURCE_PROJECT_ID": source,
                 "CI_MERGE_REQUEST_DIFF_BASE_SHA": forge.met(forge.id(head), "main")}
    if kind != "detached":
        variables["CI_MERGE_REQUEST_SOURCE_BRANCH_SHA"] = forge.id(head)
        variables["CI_MERGE_REQUEST_TARGET_BRANCH_SHA"] = forge.id("main")
    return gitlab(forge, reference, variables)


def jenkins(forge, reference, variables, fetch_as):
    common = {"CI": "true", "JENKINS_URL": "https://jenkins.example/", "BUILD_TAG": "jenkins-shop-7",
              "BUILD_NUMBER": "7", "BUILD_URL": "https://jenkins.example/job/shop/7/",
              "GIT_COMMIT": forge.id(reference)}
    return {"reference": reference, "variables": {**common, **variables}, "fetch_as": fetch_as}


def jenkins_change(forge, reference, head):
    return jenkins(forge, reference,
                   {"BRANCH_NAME": "PR-1", "CHANGE_ID": "1", "CHANGE_BRANCH": "change",
                    "CHANGE_TARGET": "main", "CHANGE_URL": "https://forge.example/acme/shop/pull/1"},
                   (head, "refs/remotes/origin/PR-1"))


def events(forge, base=None):
    """Name: what CI says, and the truth: tree base and fork point, None where there is none. With `base`
    the jobs run in a fork whose main that is: pushes there, and merge requests that leave it."""
    every = all_events(forge)
    if base is None:
        return every
    here = {}
    for name, (event, truth) in every.items():
        if name in ("gitlab detached merge request", "gitlab merge request from a fork"):
            here[name] = (event, truth)
        elif event["reference"].startswith("refs/heads/") and "pull request" not in name and \
                "queue" not in name and truth[0]:
            here[name] = (event, (forge.met(event["reference"], base),) * 2)
    return here


def all_events(forge):
    main = forge.id("main")
    left = forge.met("change", "main")
    fork_left = forge.met("refs/pull/2/head", "main")
    of_change = (left, left)
    none = (None, None)
    return {
        "github push to main": (push(forge, "main", before=forge.id("main~1")), none),
        "github push to a branch": (push(forge, "change", before=forge.id("change~1")), of_change),
        "github first push of a branch": (push(forge, "young"), (forge.id("main~3"),) * 2),
        "github forced push": (push(forge, "rewritten", before=left, forced=True),
                               (forge.id("main~7"),) * 2),
        "github pull request": (pull_request(forge, 1, "change"), (main, left)),
        "github pull request at its head": (
            pull_request(forge, 1, "change", reference="refs/heads/change"), of_change),
        "github pull request closed": (pull_request(forge, 1, "change", action="closed"), (main, left)),
        "github pull request from a fork": (
            pull_request(forge, 2, "refs/pull/2/head", fork=True), (main, fork_left)),
        "github merge queue": (
            github(forge, "merge_group", "refs/heads/gh-readonly-queue/main/pr-1",
                   {"action": "checks_requested", "merge_group": {
                       "head_sha": forge.id("refs/pull/1/merge"), "base_sha": main,
                       "head_ref": "refs/heads/gh-readonly-queue/main/pr-1",
                       "base_ref": "refs/heads/main"}}), (main, left)),
        "github tag on an old commit": (
            github(forge, "push", "refs/tags/v1", {"ref": "refs/tags/v1", "before": "0" * 40}), none),
        "github release": (
            github(forge, "release", "refs/tags/v1",
                   {"action": "published", "release": {"tag_name": "v1"}}), none),
        "github schedule": (github(forge, "schedule", "refs/heads/main", {"schedule": "0 3 * * *"}), none),
        "github dispatch on a branch": (
            github(forge, "workflow_dispatch", "refs/heads/change", {"ref": "refs/heads/change"}), of_change),
        "gitlab branch": (gitlab(forge, "refs/heads/change", {
            "CI_COMMIT_BRANCH": "change", "CI_COMMIT_REF_NAME": "change"}), of_change),
        "gitlab detached merge request": (
            merge_request(forge, "refs/heads/change", "detached", "change"), of_change),
        "gitlab merged results": (
            merge_request(forge, "refs/pull/1/merge", "merged_result", "change"), (main, left)),
        "gitlab merge train": (
            merge_request(forge, "refs/merge-requests/1/train", "merge_train", "change"), (main, left)),
        "gitlab merge request from a fork": (
            merge_request(forge, "refs/pull/2/head", "detached", "refs/pull/2/head", source="2"),
            (fork_left, fork_left)),
        "jenkins branch": (jenkins(forge, "refs/heads/change", {"BRANCH_NAME": "change"}, None), of_change),
        "jenkins pull request head": (jenkins_change(forge, "refs/heads/change", "refs/heads/change"), of_change),
        "jenkins pull request merge": (jenkins_change(forge, "refs/jenkins/1", "refs/heads/change"), (main, left)),
        "jenkins fast-forwarded pull request merge": (
            jenkins_change(forge, "refs/heads/ahead", "refs/heads/ahead"), (main, main)),
    }


# Options of the fetch; whether all branches are fetched; what is missing afterwards.
CHECKOUTS = {
    "full": ([], True, None),
    "depth 1": (["--depth=1", "--no-tags"], False, None),
    "depth 20": (["--depth=20", "--no-tags"], False, None),
    "single branch": (["--no-tags"], False, None),
    "blobless": (["--filter=blob:none"], True, None),
    "treeless": (["--filter=tree:0"], True, None),
    "no tags": (["--no-tags"], True, None),
    "on a branch": ([], True, "detachment"),
    "worktree": ([], True, "main work tree"),
    "no credentials": (["--depth=1", "--no-tags"], False, "credentials"),
    "remote gone": (["--depth=20", "--no-tags"], False, "remote"),
    "fork remote": ([], True, "upstream"),
    "no git": (["--depth=1", "--no-tags"], False, "git"),
}
LACKS_HISTORY = ("credentials", "remote", "git")


def check_out(forge, clone, checkout, event):
    options, all_branches, lacks = CHECKOUTS[checkout]
    shutil.rmtree(clone, ignore_errors=True)
    os.makedirs(clone)
    git(clone, "-c", "init.defaultBranch=main", "init", "-q")
    origin = forge.fork_path if lacks == "upstream" else forge.path
    git(clone, "remote", "add", "origin", "file://" + origin)
    if lacks == "upstream":
        git(clone, "fetch", "-q", "origin", "+refs/heads/*:refs/remotes/origin/*")
        git(clone, "fetch", "-q", "--no-tags", "file://" + forge.path, f"+{event['reference']}:refs/built")
    else:
        refspecs = [f"+{event['reference']}:refs/built"]
        if event.get("fetch_as"):
            refspecs.append("+%s:%s" % event["fetch_as"])
        if all_branches:
            refspecs.append("+refs/heads/*:refs/remotes/origin/*")
        git(clone, "fetch", "-q", *options, "origin", *refspecs)
    work_tree = clone
    if lacks == "main work tree":
        work_tree = clone + "-tree"
        shutil.rmtree(work_tree, ignore_errors=True)
        git(clone, "worktree", "prune")
        git(clone, "worktree", "add", "-q", "--detach", work_tree, "refs/built")
    elif lacks == "detachment":
        git(clone, "checkout", "-q", "-b", "built", "refs/built")
    else:
        git(clone, "checkout", "-q", "--detach", "refs/built")
    if lacks == "credentials":  # nobody answers; suite history has a server that refuses
        git(clone, "remote", "set-url", "origin", "http://127.0.0.1:9/acme/shop.git")
    if lacks == "remote":
        git(clone, "remote", "set-url", "origin", "file:///nonexistent/shop")
    return work_tree


def state_of(clone):
    state = {}
    for folder, _, files in os.walk(os.path.join(clone, ".git")):
        for name in files:
            path = os.path.join(folder, name)
            if "/.git/objects/" not in path:
                with open(path, "rb") as file:
                    state[path] = hashlib.sha256(file.read()).hexdigest()
    return state


def plan(buildcache, work_tree, scratch, event, lacks, *options):
    variables = {"PATH": "/nonexistent" if lacks == "git" else os.environ["PATH"], "HOME": "/nonexistent",
                 "TMPDIR": os.path.join(scratch, "tmp"), "DOCKER_HOST": "unix:///nonexistent.sock",
                 "GIT_CONFIG_NOSYSTEM": "1", **event["variables"]}
    os.makedirs(variables["TMPDIR"], exist_ok=True)
    if "payload" in event:
        variables["GITHUB_EVENT_PATH"] = os.path.join(scratch, "event.json")
        with open(variables["GITHUB_EVENT_PATH"], "w", encoding="utf-8") as file:
            json.dump(event["payload"], file)
    done = subprocess.run([buildcache, "plan", "--format", "json", *options], cwd=work_tree, env=variables,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=60)
    if done.returncode != 0:
        return None, f"exit {done.returncode}: {done.stderr.decode()}"
    left = os.listdir(variables["TMPDIR"])
    return json.loads(done.stdout), f"left {left}" if left else None


def is_declared(document):
    """Whether the document says that a base could not be found, or is only the base branch's tip."""
    said = [warning["message"] for warning in document["warnings"]]
    return any("does not show where this commit left branch" in message or
               "default branch is not known" in message for message in said)


def judge(document, truth, may_say_less):
    told = tuple(base and base["commit"] for base in
                 (document["git"]["tree_base"], document["git"]["fork_point"]))
    if told == truth:
        return "true", None
    shown = f"said {document['git']['tree_base']}, {document['git']['fork_point']}; true are {truth}"
    if not may_say_less:
        return "false", shown
    sources = {base["source"] for base in (document["git"]["tree_base"], document["git"]["fork_point"]) if base}
    # Less than the truth: a base is missing, or is what CI or the branch's tip stand in for.
    right = all(one is None or one == true for one, true in zip(told, truth))
    stand_in = bool(sources & {"base branch tip", "CI event"})
    if not right and not stand_in:
        return "false", shown
    tree_base_is_all = document["git"]["tree_base"] and \
        document["git"]["tree_base"]["source"] == "merge parents"
    if not is_declared(document) and not tree_base_is_all:
        return "false", shown + ", and nothing says so"
    return "less", None


def main():
    buildcache, directory, scratch, checkout = sys.argv[1:]
    if checkout == "list":
        print("\n".join(CHECKOUTS))
        return
    forge = Forge(directory)
    lacks = CHECKOUTS[checkout][2]
    counts = {"true": 0, "less": 0, "false": 0}
    base = git(forge.fork_path, "rev-parse", "main") if lacks == "upstream" else None
    for name, (event, truth) in events(forge, base).items():
        clone = os.path.join(scratch, "clone")
        work_tree = check_out(forge, clone, checkout, event)
        before = state_of(clone)
        document, fault = plan(buildcache, work_tree, scratch, event, lacks)
        verdict = "false"
        if not fault:
            # Jenkins says nothing of the default branch, and these clones have no origin/HEAD.
            may_say_less = lacks in LACKS_HISTORY or name == "jenkins branch"
            verdict, fault = judge(document, truth, may_say_less)
        if not fault and state_of(clone) != before:
            verdict, fault = "false", "the clone was changed"
        counts[verdict] += 1
        if fault:
            print(f"{checkout}, {name}: {fault}")
    print(f"{checkout}: {counts['true']} true, {counts['less']} less and declared, {counts['false']} false")
    sys.exit(1 if counts["false"] or not counts["true"] else 0)


if __name__ == "__main__":
    main()
