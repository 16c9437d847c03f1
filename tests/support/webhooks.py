#!/usr/bin/env python3
"""Plans under every webhook payload of @octokit/webhooks-examples, as GitHub's runner would hand it over.

usage: webhooks.py BINARY INDEX_JSON REPOSITORY SCRATCH
Each payload becomes GITHUB_EVENT_PATH, with the variables that GitHub documents for its event
(docs.github.com: Events that trigger workflows). The facts of the plan are compared with what the
payload says, derived here anew; events that name neither push, change, queue nor release are "not
applicable": they must plan as `other`. Prints the first that differ, and counts; fails on any.
"""
import json
import os
import subprocess
import sys

binary, index, repository, scratch = sys.argv[1:]
CHANGES = {"pull_request", "pull_request_target", "pull_request_review", "pull_request_review_comment"}


def triggered(name, payload):
    """Returns GITHUB_REF and GITHUB_SHA for a workflow that this event starts."""
    default = payload.get("repository", {}).get("default_branch", "main")
    last = "1" * 40
    if name == "push":
        return payload["ref"], payload["after"]
    if name == "pull_request_target":
        return "refs/heads/" + payload["pull_request"]["base"]["ref"], payload["pull_request"]["base"]["sha"]
    if name in CHANGES:
        return f"refs/pull/{payload['pull_request']['number']}/merge", last
    if name == "merge_group":
        return payload["merge_group"]["head_ref"], payload["merge_group"]["head_sha"]
    if name == "release":
        return "refs/tags/" + payload["release"]["tag_name"], last
    return "refs/heads/" + default, last


def expected(name, payload, ref):
    if name == "push":
        if payload["deleted"]:
            return {"event": "other", "change": None, "fork": False}
        event = "tag" if ref.startswith("refs/tags/") else "push"
        return {"event": event, "change": None, "fork": False}
    if name in CHANGES:
        change = payload["pull_request"]
        head, base = change["head"].get("repo"), change["base"]["repo"]
        return {"event": "pull_request", "change": str(change["number"]), "base_branch": change["base"]["ref"],
                "fork": head is None or head["full_name"] != base["full_name"]}
    if name == "merge_group":
        return {"event": "merge_queue", "change": None, "fork": False,
                "base_branch": payload["merge_group"]["base_ref"].removeprefix("refs/heads/")}
    if name == "release":
        return {"event": "release", "change": None, "fork": False}
    if name == "workflow_dispatch":
        return {"event": "manual", "change": None, "fork": False}
    return {"event": "other", "change": None, "fork": False}


def plan(name, payload, ref, sha):
    path = os.path.join(scratch, "event.json")
    with open(path, "w", encoding="utf-8") as file:
        json.dump(payload, file)
    environment = {"PATH": os.environ["PATH"], "HOME": scratch, "GITHUB_ACTIONS": "true", "CI": "true",
                   "GITHUB_EVENT_NAME": name, "GITHUB_EVENT_PATH": path, "GITHUB_REF": ref,
                   "GITHUB_SHA": sha,
                   "GITHUB_REPOSITORY": payload.get("repository", {}).get("full_name", "acme/shop")}
    done = subprocess.run([binary, "plan", "--offline", "--format", "json"], cwd=repository, env=environment,
                          capture_output=True, text=True, check=False)
    return done


def differences(name, payload):
    ref, sha = triggered(name, payload)
    done = plan(name, payload, ref, sha)
    if done.returncode != 0:
        return [f"exit {done.returncode}: {done.stderr.strip()}"]
    document = json.loads(done.stdout)
    want = expected(name, payload, ref)
    got = dict(document["ci"], base_branch=document["git"]["base_branch"])
    found = [f"{key}: {got[key]!r}, expected {value!r}" for key, value in want.items() if got[key] != value]
    default = payload.get("repository", {}).get("default_branch")
    if default and document["git"]["default_branch"] != default:
        found.append(f"default_branch: {document['git']['default_branch']!r}, expected {default!r}")
    writes = set(document["trust"]["write"])
    if (want["fork"] or name == "pull_request_target" or payload.get("deleted")) and writes:
        found.append(f"writes {sorted(writes)}")
    if want["event"] not in ("push", "other", "manual") and "commit" in writes and want["event"] != "merge_queue":
        found.append(f"writes caches of commits at event {want['event']}")
    return found


def main():
    with open(index, encoding="utf-8") as file:
        events = json.load(file)
    applicable = others = wrong = 0
    for event in events:
        names = [event["name"]]
        if event["name"] == "pull_request":
            names.append("pull_request_target")
        for name in names:
            for number, payload in enumerate(event["examples"]):
                found = differences(name, payload)
                wrong += bool(found)
                for words in found if wrong <= 10 else ():
                    print(f"{name}[{number}]: {words}")
                is_other = expected(name, payload, triggered(name, payload)[0])["event"] == "other"
                others += is_other
                applicable += not is_other
    print(f"{applicable} applicable, {others} not applicable, {wrong} wrong")
    sys.exit(1 if wrong or applicable < 20 else 0)


main()
