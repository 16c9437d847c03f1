#include "git/told_history.hpp"

#include "sys/parallel.hpp"

#include <algorithm>
#include <cstddef>
#include <utility>

namespace buildcache::git {
namespace {

using std::chrono::milliseconds;

constexpr std::size_t kAtOnce = 4;
constexpr std::size_t kMaxCommits = 4;  // asked about: head, its parents, the base

void add_unique(std::vector<std::string>& commits, const std::string& commit) {
  if (!commit.empty() && std::ranges::find(commits, commit) == commits.end()) {
    commits.push_back(commit);
  }
}

std::vector<std::string> first_of(const std::vector<std::string>& commits, std::size_t count) {
  std::vector<std::string> first;
  for (const std::string& commit : commits) {
    if (first.size() < count) {
      add_unique(first, commit);
    }
  }
  return first;
}

}  // namespace

std::optional<CommitNode> ToldHistory::Commits::read(const std::string& id) {
  const auto found = nodes.find(id);
  return found == nodes.end() ? std::nullopt : std::optional(found->second);
}

ToldHistory::ToldHistory(ApiSeams seams, Forge forge, milliseconds limit)
    : seams_(std::move(seams)), forge_(std::move(forge)), limit_(limit) {}

core::Result<MoreCommits> ToldHistory::more(const HistoryWish& wish) {
  if (!deadline_) {
    deadline_ = seams_.clock.steady() + limit_;
  }
  MoreCommits told;
  told.commits = &commits_;
  told.source = step::kForgeApi;
  told.has_deeper = false;
  std::string base = wish.base;
  if (base.empty() && !wish.branch.empty()) {
    auto tip = tip_of(wish.branch);
    if (!tip) {
      return tl::unexpected(tip.error());
    }
    told.branch_tip = *tip;
    base = *tip;
  }
  auto meetings = ask_meetings(wish, base);
  if (!meetings) {
    return tl::unexpected(meetings.error());
  }
  told.meetings = std::move(*meetings);
  std::vector<std::string> starts;
  for (const Meeting& meeting : told.meetings) {
    add_unique(starts, meeting.commit);
  }
  std::erase_if(starts, [this](const std::string& id) { return commits_.nodes.contains(id); });
  ask_histories(starts);
  return told;
}

core::Result<std::string> ToldHistory::tip_of(const std::string& branch) {
  const auto response = get(list_url(forge_, branch));
  if (!response) {
    return tl::unexpected(response.error());
  }
  auto commits = listed_commits(forge_, *response);
  if (!commits) {
    return tl::unexpected(commits.error());
  }
  if (commits->empty()) {
    return core::fail(core::ErrorKind::not_found, "the base branch has no commit at the forge");
  }
  std::string tip = commits->front().first;
  commits_.nodes.insert(commits->begin(), commits->end());
  return tip;
}

// The commits' histories are asked for at the same time. Fails when nothing at all was told.
core::Result<std::vector<Meeting>> ToldHistory::ask_meetings(const HistoryWish& wish,
                                                             const std::string& base) {
  std::vector<std::string> starts = first_of(wish.commits, kMaxCommits);
  std::vector<std::string> changes = base.empty() ? std::vector<std::string>() : starts;
  std::erase(changes, base);
  std::erase_if(starts, [this](const std::string& id) { return commits_.nodes.contains(id); });
  std::vector<core::Result<std::string>> met(changes.size());
  sys::for_each_parallel(changes.size() + 1, kAtOnce, [&](std::size_t i) {
    if (i == changes.size()) {
      ask_histories(starts);
    } else {
      met[i] = ask_meeting(base, changes[i]);
    }
  });
  std::vector<Meeting> meetings;
  for (std::size_t i = 0; i < changes.size(); ++i) {
    if (met[i]) {
      meetings.push_back({base, changes[i], *met[i]});
    }
  }
  if (meetings.empty() && !met.empty()) {
    return tl::unexpected(met.front().error());
  }
  if (meetings.empty() && commits_.nodes.empty()) {
    return core::fail(core::ErrorKind::not_found, "the forge tells nothing of these commits");
  }
  return meetings;
}

core::Result<std::string> ToldHistory::ask_meeting(const std::string& base,
                                                   const std::string& change) const {
  const auto response = get(meeting_url(forge_, base, change));
  if (!response) {
    return tl::unexpected(response.error());
  }
  return meeting_commit(forge_, *response);
}

// What cannot be had is left out: the meetings are worth more.
void ToldHistory::ask_histories(const std::vector<std::string>& starts) {
  std::vector<std::vector<NamedCommit>> lists(starts.size());
  sys::for_each_parallel(starts.size(), kAtOnce, [&](std::size_t i) {
    if (const auto response = get(list_url(forge_, starts[i]))) {
      lists[i] = listed_commits(forge_, *response).value_or(std::vector<NamedCommit>());
    }
  });
  for (const auto& list : lists) {
    commits_.nodes.insert(list.begin(), list.end());
  }
}

core::Result<sys::HttpResponse> ToldHistory::get(const sys::Url& url) const {
  const auto left = std::chrono::duration_cast<milliseconds>(*deadline_ - seams_.clock.steady());
  if (left <= milliseconds(0)) {
    return core::fail(core::ErrorKind::timed_out,
                      std::string("the ") + name_of(forge_.kind) + " API took too long");
  }
  sys::HttpRequest request;
  request.url = url.str();
  request.headers.emplace_back(
      "Accept",
      forge_.kind == ForgeKind::github ? "application/vnd.github+json" : "application/json");
  if (!forge_.token_header.empty()) {
    request.headers.emplace_back(forge_.token_header, forge_.token.reveal());
  }
  request.timeout = left;
  request.deadline = left;
  request.stop = seams_.stop;
  auto response = seams_.http.send(request);
  if (!response) {
    return tl::unexpected(core::while_doing(
        response.error(), std::string("ask the ") + name_of(forge_.kind) + " API"));
  }
  return response;
}

}  // namespace buildcache::git
