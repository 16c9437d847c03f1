#include "ci/jenkins_facts.hpp"

#include "ci/variables.hpp"

#include <string>
#include <string_view>
#include <utility>

namespace buildcache::ci {
namespace {

constexpr std::string_view kBranches = "refs/heads/";
constexpr std::string_view kTags = "refs/tags/";

std::string without_prefix(const std::string& text, std::string_view prefix) {
  return text.starts_with(prefix) ? text.substr(prefix.size()) : text;
}

// "https://github.com/acme/shop.git", "git@github.com:acme/shop" -> "acme/shop"
std::string repository_path(std::string url) {
  if (url.ends_with(".git")) {
    url.resize(url.size() - 4);
  }
  const auto name = url.find_last_of("/:");
  const auto owner =
      name == std::string::npos || name == 0 ? name : url.find_last_of("/:", name - 1);
  return owner == std::string::npos ? url : url.substr(owner + 1);
}

// Branch sources fetch a change's own tip as the remote branch that the job is named after.
Change multibranch_change(Variables& variables) {
  Change change;
  change.number = variables.number("CHANGE_ID");
  change.head_branch = variables.text("CHANGE_BRANCH");
  change.base_branch = variables.required_text("CHANGE_TARGET");
  change.fetched_as = variables.text("BRANCH_NAME");
  change.fork = variables.has("CHANGE_FORK");
  return change;
}

Change ghprb_change(Variables& variables) {
  Change change;
  change.number = variables.number("ghprbPullId");
  change.head_branch = variables.text("ghprbSourceBranch");
  change.base_branch = variables.required_text("ghprbTargetBranch");
  change.head_sha = variables.commit("ghprbActualCommit");
  const std::string own = variables.text("ghprbGhRepository");
  change.fork = own.empty() || repository_path(variables.text("ghprbAuthorRepoGitUrl")) != own;
  return change;
}

Change gitlab_plugin_change(Variables& variables) {
  Change change;
  change.number = variables.number("gitlabMergeRequestIid");
  change.head_branch = variables.text("gitlabSourceBranch");
  change.base_branch = variables.required_text("gitlabTargetBranch");
  change.head_sha = variables.commit("gitlabMergeRequestLastCommit");
  const std::string source = variables.text("gitlabSourceNamespace");
  change.fork = source.empty() || source != variables.text("gitlabTargetNamespace");
  return change;
}

// GIT_BRANCH is "origin/feat/x", or "detached", or a ref; GIT_LOCAL_BRANCH is a branch's own name.
std::string git_plugin_branch(Variables& variables) {
  std::string local = variables.text("GIT_LOCAL_BRANCH");
  if (!local.empty()) {
    return local;
  }
  std::string branch = without_prefix(variables.text("GIT_BRANCH"), "refs/remotes/");
  if (branch.starts_with(kBranches)) {
    return without_prefix(branch, kBranches);
  }
  const auto slash = branch.find('/');
  return slash == std::string::npos || branch.starts_with("refs/") ? std::string()
                                                                   : branch.substr(slash + 1);
}

void take_change(Facts& facts, std::string name, Change change) {
  facts.event = Event::pull_request;
  facts.event_name = std::move(name);
  facts.change = std::move(change);
}

void take_tag(Facts& facts, std::string tag) {
  facts.event = Event::tag;
  facts.event_name = "tag";
  facts.tag = std::move(tag);
}

void take_branch(Variables& variables, Facts& facts) {
  facts.event = Event::push;
  facts.event_name = "branch";
  facts.branch = variables.text("BRANCH_NAME");
  if (facts.branch.empty()) {
    facts.branch = git_plugin_branch(variables);
  }
  if (variables.is_true("BRANCH_IS_PRIMARY")) {
    facts.default_branch = facts.branch;
  }
}

}  // namespace

core::Result<Facts> read_jenkins_facts(const sys::Environment& environment) {
  Variables variables(environment);
  Facts facts;
  facts.provider = Provider::jenkins;
  facts.run_url = variables.text("BUILD_URL");
  if (variables.has("CHANGE_ID")) {
    take_change(facts, "change request", multibranch_change(variables));
  } else if (variables.has("ghprbPullId")) {
    take_change(facts, "pull request", ghprb_change(variables));
  } else if (variables.has("gitlabMergeRequestIid")) {
    take_change(facts, "merge request", gitlab_plugin_change(variables));
  } else if (variables.has("TAG_NAME")) {
    take_tag(facts, variables.text("TAG_NAME"));
  } else if (variables.text("gitlabBranch").starts_with(kTags)) {
    take_tag(facts, without_prefix(variables.text("gitlabBranch"), kTags));
  } else {
    take_branch(variables, facts);
  }
  if (variables.error()) {
    return tl::unexpected(*variables.error());
  }
  return facts;
}

}  // namespace buildcache::ci
