#include "ci/github_facts.hpp"

#include "ci/first_error.hpp"
#include "ci/payload.hpp"
#include "ci/read_facts.hpp"
#include "ci/variables.hpp"
#include "core/text.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <utility>

namespace buildcache::ci {
namespace {

constexpr std::string_view kBranches = "refs/heads/";
constexpr std::string_view kTags = "refs/tags/";

// Events beside those with a handler that only people with write access, or the platform itself,
// can cause. All others, those of later years included, count as anybody's.
constexpr std::array<std::string_view, 9> kInsiderEvents = {"check_run",
                                                            "check_suite",
                                                            "create",
                                                            "deployment",
                                                            "deployment_status",
                                                            "registry_package",
                                                            "repository_dispatch",
                                                            "status",
                                                            "workflow_call"};

constexpr std::array<std::string_view, 4> kChangeEvents = {
    "pull_request", "pull_request_target", "pull_request_review", "pull_request_review_comment"};

template <typename Words>
bool is_one_of(const Words& words, std::string_view word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

std::string_view without_prefix(std::string_view text, std::string_view prefix) {
  return text.substr(0, prefix.size()) == prefix ? text.substr(prefix.size()) : text;
}

bool has_prefix(std::string_view text, std::string_view prefix) {
  return text.substr(0, prefix.size()) == prefix;
}

// Reads one event. The first error is kept; reads after it return empty values.
class EventReader {
 public:
  EventReader(const sys::Environment& environment, Payload payload)
      : variables_(environment), payload_(std::move(payload)) {}

  core::Result<Facts> read() {
    facts_.provider = Provider::github;
    facts_.event_name = variables_.text("GITHUB_EVENT_NAME");
    facts_.repository = variables_.text("GITHUB_REPOSITORY");
    if (facts_.repository.empty()) {
      facts_.repository = text("repository.full_name");
    }
    facts_.sha = variables_.commit("GITHUB_SHA");
    facts_.default_branch = text("repository.default_branch");
    facts_.ref_protected = variables_.is_true("GITHUB_REF_PROTECTED");
    facts_.run_url = run_url();
    read_ref();
    if (variables_.required_text("GITHUB_EVENT_NAME").empty()) {
      return tl::unexpected(*variables_.error());
    }
    read_event();
    if (variables_.error()) {
      return tl::unexpected(*variables_.error());
    }
    if (error_.get()) {
      return tl::unexpected(*error_.get());
    }
    return std::move(facts_);
  }

 private:
  std::string text(std::string_view path) { return error_.take(payload_.text(path)); }

  std::string run_url() {
    const std::string server = variables_.text("GITHUB_SERVER_URL");
    const std::string run = variables_.text("GITHUB_RUN_ID");
    if (server.empty() || run.empty() || facts_.repository.empty()) {
      return {};
    }
    return server + "/" + facts_.repository + "/actions/runs/" + run;
  }

  void read_ref() {
    const std::string ref = variables_.text("GITHUB_REF");
    if (has_prefix(ref, kBranches)) {
      facts_.branch = without_prefix(ref, kBranches);
    } else if (has_prefix(ref, kTags)) {
      facts_.tag = without_prefix(ref, kTags);
    }
  }

  void read_event() {
    const std::string& name = facts_.event_name;
    if (name == "push") {
      read_push();
    } else if (is_one_of(kChangeEvents, name)) {
      read_pull_request();
    } else if (name == "merge_group") {
      read_merge_group();
    } else if (name == "release") {
      read_release();
    } else if (name == "schedule") {
      facts_.event = Event::schedule;
      if (facts_.default_branch.empty()) {
        facts_.default_branch = facts_.branch;
      }
    } else if (name == "workflow_dispatch") {
      facts_.event = facts_.tag.empty() ? Event::manual : Event::tag;
    } else {
      read_other();
    }
  }

  void read_only(std::string reason) {
    facts_.forces_read_only = true;
    facts_.read_only_reason = std::move(reason);
  }

  void read_push() {
    if (error_.take(payload_.flag("deleted"))) {
      facts_.event = Event::other;
      read_only("the event deletes the branch or tag");
    } else if (!facts_.tag.empty()) {
      facts_.event = Event::tag;
    } else if (!facts_.branch.empty()) {
      facts_.event = Event::push;
    } else {
      facts_.event = Event::other;
      read_only("GITHUB_REF names neither a branch nor a tag");
    }
  }

  void read_pull_request() {
    facts_.event = Event::pull_request;
    facts_.branch.clear();
    facts_.tag.clear();
    Change change;
    change.number = error_.take(payload_.number("pull_request.number"));
    change.head_sha = error_.take(payload_.commit("pull_request.head.sha"));
    change.head_branch = error_.take(payload_.required_text("pull_request.head.ref"));
    change.base_branch = error_.take(payload_.required_text("pull_request.base.ref"));
    change.stated_base_sha = error_.take(payload_.commit("pull_request.base.sha"));
    change.fork =
        is_foreign("pull_request.head.repo.full_name", "pull_request.base.repo.full_name");
    facts_.change = std::move(change);
    if (facts_.event_name == "pull_request_target") {
      read_only("pull_request_target runs a change with the rights of the base repository");
    }
  }

  // Whether the repository at `head` is another than that at `base`, or gone. (`head.repo.fork`
  // says something else: it is true for every repository that was ever forked from another.)
  bool is_foreign(std::string_view head, std::string_view base) {
    const std::string head_name = text(head);
    std::string base_name = text(base);
    if (base_name.empty()) {
      base_name = facts_.repository;
    }
    return head_name.empty() || head_name != base_name;
  }

  void read_merge_group() {
    facts_.event = Event::merge_queue;
    facts_.branch.clear();  // a queue's branch is gone after its run
    facts_.tag.clear();
    facts_.queue_base_branch =
        without_prefix(error_.take(payload_.required_text("merge_group.base_ref")), kBranches);
    facts_.queue_base_sha = error_.take(payload_.commit("merge_group.base_sha"));
    const std::string head = error_.take(payload_.commit("merge_group.head_sha"));
    if (facts_.sha.empty()) {
      facts_.sha = head;
    }
  }

  void read_release() {
    facts_.event = Event::release;
    facts_.branch.clear();
    if (facts_.tag.empty()) {
      facts_.tag = error_.take(payload_.required_text("release.tag_name"));
    }
  }

  void read_other() {
    facts_.event = facts_.tag.empty() ? Event::other : Event::tag;
    if (facts_.event_name == "workflow_run") {
      read_workflow_run();
      return;
    }
    if (!is_one_of(kInsiderEvents, facts_.event_name)) {
      read_only("anybody can cause the event '" +
                core::shortened(core::printable(facts_.event_name), 80) + "'");
    }
  }

  void read_workflow_run() {
    if (is_foreign("workflow_run.head_repository.full_name", "workflow_run.repository.full_name")) {
      read_only("the workflow run that caused this one is of another repository");
    } else if (has_prefix(text("workflow_run.event"), "pull_request")) {
      read_only("the workflow run that caused this one is of a pull request");
    }
  }

  Variables variables_;
  Payload payload_;
  Facts facts_;
  FirstError error_;
};

}  // namespace

core::Result<Facts> read_github_event(const sys::Environment& environment,
                                      std::string_view payload) {
  auto parsed = Payload::parse(payload);
  if (!parsed) {
    return tl::unexpected(parsed.error());
  }
  return EventReader(environment, std::move(*parsed)).read();
}

void limit_writes(Facts& facts, const sys::Environment& environment) {
  if (facts.forces_read_only) {
    return;
  }
  if (facts.change && facts.change->fork) {
    facts.forces_read_only = true;
    facts.read_only_reason = "the change comes from another repository";
    return;
  }
  const std::string mode = environment.get("ACTIONS_CACHE_MODE");
  if (facts.provider == Provider::github && (mode == "read" || mode == "none")) {
    facts.forces_read_only = true;
    facts.read_only_reason =
        "GitHub gives this run no cache writes (ACTIONS_CACHE_MODE=" + mode + ")";
  }
}

core::Result<Facts> read_github_facts(const sys::Environment& environment,
                                      std::string_view payload) {
  auto facts = read_github_event(environment, payload);
  if (facts) {
    limit_writes(*facts, environment);
  }
  return facts;
}

}  // namespace buildcache::ci
