#include "ci/gitlab_facts.hpp"

#include "ci/variables.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <utility>

namespace buildcache::ci {
namespace {

// Values of CI_PIPELINE_SOURCE that a person or another system started by hand.
constexpr std::array<std::string_view, 8> kManualSources = {"api",
                                                            "chat",
                                                            "external",
                                                            "ondemand_dast_scan",
                                                            "ondemand_dast_validation",
                                                            "trigger",
                                                            "web",
                                                            "webide"};

Event event_of_source(std::string_view source) {
  if (source == "schedule") {
    return Event::schedule;
  }
  const bool manual = std::ranges::find(kManualSources, source) != kManualSources.end();
  return manual ? Event::manual : Event::push;
}

Change external_change(Variables& variables) {
  Change change;
  change.number = variables.number("CI_EXTERNAL_PULL_REQUEST_IID");
  change.head_branch = variables.text("CI_EXTERNAL_PULL_REQUEST_SOURCE_BRANCH_NAME");
  change.head_sha = variables.commit("CI_EXTERNAL_PULL_REQUEST_SOURCE_BRANCH_SHA");
  change.base_branch = variables.required_text("CI_EXTERNAL_PULL_REQUEST_TARGET_BRANCH_NAME");
  change.stated_base_sha = variables.commit("CI_EXTERNAL_PULL_REQUEST_TARGET_BRANCH_SHA");
  const std::string source = variables.text("CI_EXTERNAL_PULL_REQUEST_SOURCE_REPOSITORY");
  change.fork =
      source.empty() || source != variables.text("CI_EXTERNAL_PULL_REQUEST_TARGET_REPOSITORY");
  return change;
}

// Only pipelines of merged results, trains among them, know the two branches' commits; in a
// detached one the commit built is the source branch's.
Change merge_request(Variables& variables, const std::string& sha) {
  Change change;
  change.number = variables.number("CI_MERGE_REQUEST_IID");
  change.head_branch = variables.required_text("CI_MERGE_REQUEST_SOURCE_BRANCH_NAME");
  change.base_branch = variables.required_text("CI_MERGE_REQUEST_TARGET_BRANCH_NAME");
  change.head_sha = variables.commit("CI_MERGE_REQUEST_SOURCE_BRANCH_SHA");
  if (change.head_sha.empty()) {
    change.head_sha = sha;
  }
  change.stated_base_sha = variables.commit("CI_MERGE_REQUEST_TARGET_BRANCH_SHA");
  change.stated_fork_point = variables.commit("CI_MERGE_REQUEST_DIFF_BASE_SHA");
  const std::string source = variables.text("CI_MERGE_REQUEST_SOURCE_PROJECT_ID");
  change.fork = source.empty() || source != variables.text("CI_MERGE_REQUEST_PROJECT_ID");
  return change;
}

// A train builds what the target branch will be: a queue's run, unless a fork sent the change.
void take_merge_request(Facts& facts, Change change, bool train) {
  if (!train || change.fork) {
    facts.event = Event::pull_request;
    facts.change = std::move(change);
    return;
  }
  facts.event = Event::merge_queue;
  facts.queue_base_branch = std::move(change.base_branch);
  facts.queue_base_sha = std::move(change.stated_base_sha);
}

void read_ref(Variables& variables, Facts& facts) {
  facts.tag = variables.text("CI_COMMIT_TAG");
  facts.branch = variables.text("CI_COMMIT_BRANCH");
  if (!facts.tag.empty()) {
    facts.event = Event::tag;
    facts.branch.clear();
  } else if (!facts.branch.empty()) {
    facts.event = event_of_source(facts.event_name);
  } else {
    facts.event = Event::other;
    facts.forces_read_only = true;
    facts.read_only_reason = "CI_COMMIT_BRANCH and CI_COMMIT_TAG name neither a branch nor a tag";
  }
}

}  // namespace

core::Result<Facts> read_gitlab_facts(const sys::Environment& environment) {
  Variables variables(environment);
  Facts facts;
  facts.provider = Provider::gitlab;
  facts.event_name = variables.text("CI_PIPELINE_SOURCE");
  facts.repository = variables.text("CI_PROJECT_PATH");
  facts.sha = variables.commit("CI_COMMIT_SHA");
  facts.default_branch = variables.text("CI_DEFAULT_BRANCH");
  facts.ref_protected = variables.is_true("CI_COMMIT_REF_PROTECTED");
  facts.run_url = variables.text("CI_JOB_URL");
  if (variables.has("CI_MERGE_REQUEST_IID")) {
    const bool train = variables.text("CI_MERGE_REQUEST_EVENT_TYPE") == "merge_train";
    take_merge_request(facts, merge_request(variables, facts.sha), train);
  } else if (variables.has("CI_EXTERNAL_PULL_REQUEST_IID")) {
    take_merge_request(facts, external_change(variables), false);
  } else {
    read_ref(variables, facts);
  }
  if (variables.error()) {
    return tl::unexpected(*variables.error());
  }
  return facts;
}

}  // namespace buildcache::ci
