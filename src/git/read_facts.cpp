#include "git/read_facts.hpp"

#include "core/text.hpp"
#include "git/bases.hpp"
#include "git/commit_object.hpp"
#include "git/deepen.hpp"
#include "git/ladder.hpp"
#include "git/repository.hpp"

#include <algorithm>
#include <cstddef>
#include <memory>
#include <utility>

namespace buildcache::git {
namespace {

core::Notice notice(core::Severity severity, std::string message, std::string remedy = {}) {
  return {severity, std::move(message), std::move(remedy), {}};
}

// Reads the facts of one repository step by step.
class Reading {
 public:
  Reading(Repository& repository, const Request& request, MoreHistory* more)
      : repository_(repository),
        request_(request),
        commits_(repository),
        deepening_{commits_, more, repository.root(), repository.is_shallow(), request.lookback} {}

  core::Result<Facts> read() {
    facts_.root = repository_.root();
    facts_.shallow = repository_.is_shallow();
    facts_.upstream_default_branch = repository_.remote_default_branch();
    if (auto done = read_head(); !done) {
      return tl::unexpected(done.error());
    }
    if (facts_.head.empty()) {
      facts_.notices.push_back(notice(core::Severity::notice,
                                      "the branch has no commit yet, so no cache belongs to it"));
      return std::move(facts_);
    }
    facts_.tags = repository_.tags_at(facts_.head);
    read_dirty();
    if (auto done = read_bases(); !done) {
      return tl::unexpected(done.error());
    }
    read_head_walk();
    return std::move(facts_);
  }

 private:
  core::Result<void> read_head() {
    auto head = repository_.head();
    if (!head) {
      return tl::unexpected(head.error());
    }
    facts_.branch = head->branch;
    facts_.head = head->commit;
    if (!request_.head.empty()) {
      auto commit = repository_.resolve(request_.head);
      if (!commit) {
        return core::fail(core::ErrorKind::facts,
                          "no commit of this clone is named '" +
                              core::shortened(core::printable(request_.head), 80) + "'",
                          "fetch it first, or leave the override out");
      }
      facts_.head = *commit;
    }
    if (facts_.head.empty()) {
      return {};
    }
    const auto node = repository_.read(facts_.head);
    if (!node) {
      return core::fail(core::ErrorKind::facts, "cannot read commit " + facts_.head);
    }
    facts_.parents = node->parents;
    return {};
  }

  // A tree that cannot be compared counts as dirty: nothing is published in its commit's name.
  void read_dirty() {
    if (repository_.is_bare()) {
      return;
    }
    const auto dirty = repository_.is_dirty(facts_.head);
    facts_.dirty = dirty.value_or(true);
    if (!dirty) {
      facts_.notices.push_back(
          notice(core::Severity::warning,
                 "the work tree counts as changed because it cannot be compared: " +
                     dirty.error().message));
    }
  }

  // After the bases: what was fetched for them serves this walk, too.
  void read_head_walk() {
    Deepening deepening = deepening_;
    if (!request_.wants_head_walk) {
      deepening.more = nullptr;
    }
    facts_.head_walk = deep_walk(deepening, facts_.head, facts_.more_asked);
  }

  core::Result<void> read_bases() {
    auto situation = make_situation();
    if (!situation) {
      return tl::unexpected(situation.error());
    }
    if (!request_.wants_bases && situation->given_tree_base.empty()) {
      return {};
    }
    if (!request_.base_branch.empty() || !is_default_branch()) {
      take_bases(*situation);
    }
    return {};
  }

  [[nodiscard]] const std::string& default_branch() const {
    return request_.default_branch.empty() ? facts_.upstream_default_branch
                                           : request_.default_branch;
  }

  [[nodiscard]] bool is_default_branch() const {
    const std::string& branch = request_.branch.empty() ? facts_.branch : request_.branch;
    return !branch.empty() && branch == default_branch() && request_.given_tree_base.empty();
  }

  core::Result<Situation> make_situation() {
    Situation situation;
    situation.head = facts_.head;
    situation.parents = facts_.parents;
    situation.is_change = !request_.base_branch.empty();
    situation.change_head = change_head();
    situation.stated_base = stated_id(request_.stated_base, "the stated base");
    situation.stated_fork_point = stated_id(request_.stated_fork_point, "the stated fork point");
    situation.commit_budget = request_.commit_budget;
    situation.base_tip =
        repository_.branch_tip(situation.is_change ? request_.base_branch : default_branch())
            .value_or("");
    if (!request_.given_tree_base.empty()) {
      auto given = given_id(request_.given_tree_base);
      if (!given) {
        return tl::unexpected(given.error());
      }
      situation.given_tree_base = *given;
      situation.given_source = step::kCommandLine;
    } else {
      situation.given_tree_base = stated_id(request_.stated_tree_base, "the queue's base");
      situation.given_source = step::kCiEvent;
    }
    return situation;
  }

  std::string change_head() {
    if (request_.change_head.empty() && !request_.change_fetched_as.empty()) {
      return repository_.branch_tip(request_.change_fetched_as).value_or("");
    }
    return stated_id(request_.change_head, "the change's head");
  }

  // A full id is taken as it is, in the clone or not; anything else must name a commit.
  [[nodiscard]] core::Result<std::string> given_id(const std::string& text) const {
    if (is_full_id(text)) {
      return text;
    }
    auto commit = repository_.resolve(text);
    if (!commit) {
      return core::fail(
          core::ErrorKind::facts,
          "no commit of this clone is named '" + core::shortened(core::printable(text), 80) + "'",
          "give the base as a full commit id");
    }
    return *commit;
  }

  // What a platform states is data from outside: unusable ids are left out, saying so.
  std::string stated_id(const std::string& text, const std::string& what) {
    if (text.empty() || is_full_id(text)) {
      return text;
    }
    facts_.notices.push_back(notice(core::Severity::warning,
                                    what + " is no commit id and is left out: '" +
                                        core::shortened(core::printable(text), 80) + "'"));
    return {};
  }

  void take_bases(const Situation& situation) {
    const std::string& base = situation.is_change ? request_.base_branch : default_branch();
    Bases bases = find_deep_bases(deepening_, situation, base, facts_.more_asked);
    facts_.ladder = ladder_of(
        {situation, bases, base, facts_.shallow, deepening_.more != nullptr, facts_.more_asked});
    facts_.change_head = std::move(bases.change_head);
    facts_.tree_base = std::move(bases.tree_base);
    facts_.fork_point = std::move(bases.fork_point);
    add_base_notice(situation);
  }

  void add_base_notice(const Situation& situation) {
    if (!situation.is_change && default_branch().empty()) {
      facts_.notices.push_back(notice(core::Severity::notice,
                                      "the default branch is not known, so no base is looked for",
                                      "name it with --default-branch"));
      return;
    }
    if (facts_.tree_base && facts_.fork_point) {
      return;
    }
    // A depth-1 checkout of a test merge knows its tree base: nothing to tell.
    if (facts_.tree_base && facts_.tree_base->source == step::kMergeParents) {
      return;
    }
    const std::string& base = situation.is_change ? request_.base_branch : default_branch();
    facts_.notices.push_back(notice(
        core::Severity::notice,
        "the clone does not show where this commit left branch '" + core::printable(base) + "'" +
            (facts_.shallow ? ", as it is shallow" : "") + more_words(),
        "fetch the base branch and more history (GitHub: fetch-depth: 0, GitLab: GIT_DEPTH: 0), "
        "or name the base with --base-sha"));
  }

  [[nodiscard]] std::string more_words() const {
    if (!facts_.more_asked) {
      return {};
    }
    return facts_.more_asked->trouble.empty()
               ? ", and neither do " + std::to_string(facts_.more_asked->depth) +
                     " commits more of each side"
               : ", and more history could not be fetched: " + facts_.more_asked->trouble;
  }

  Repository& repository_;
  const Request& request_;
  LayeredCommits commits_;
  Deepening deepening_;
  Facts facts_;
};

}  // namespace

core::Result<Facts> read_facts(const Request& request, MoreHistory* more) {
  const std::string directory = request.directory.empty() ? "." : request.directory;
  auto repository = Repository::open(directory);
  if (!repository) {
    return tl::unexpected(repository.error());
  }
  if (*repository == nullptr) {
    Facts facts;
    facts.notices.push_back(notice(core::Severity::notice,
                                   "no git repository here, so no cache is looked for by commit"));
    return facts;
  }
  return Reading(**repository, request, more).read();
}

}  // namespace buildcache::git
