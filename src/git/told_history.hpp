// History told by the forge's API: where two commits meet, and the hundred commits before each.
#pragma once

#include "git/forge.hpp"
#include "git/forge_answers.hpp"
#include "git/more_history.hpp"
#include "sys/clock.hpp"
#include "sys/http.hpp"

#include <chrono>
#include <map>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace buildcache::git {

struct ApiSeams {
  sys::HttpTransport& http;
  sys::Clock& clock;
  std::stop_token stop;
};

// Asks GitHub or GitLab what git itself cannot fetch, at most three rounds of concurrent requests.
// A token goes to the API's own host alone: no redirect is followed.
class ToldHistory final : public MoreHistory {
 public:
  // `limit` counts from the first call on, for all calls.
  ToldHistory(ApiSeams seams, Forge forge, std::chrono::milliseconds limit);

  // As MoreHistory::more; what the API tells has no depth, so it is asked once.
  core::Result<MoreCommits> more(const HistoryWish& wish) override;

 private:
  class Commits final : public CommitSource {
   public:
    std::optional<CommitNode> read(const std::string& id) override;
    std::map<std::string, CommitNode> nodes;
  };

  core::Result<std::string> tip_of(const std::string& branch);
  core::Result<std::vector<Meeting>> ask_meetings(const HistoryWish& wish, const std::string& base);
  [[nodiscard]] core::Result<std::string> ask_meeting(const std::string& base,
                                                      const std::string& change) const;
  void ask_histories(const std::vector<std::string>& starts);
  [[nodiscard]] core::Result<sys::HttpResponse> get(const sys::Url& url) const;

  ApiSeams seams_;
  Forge forge_;
  std::chrono::milliseconds limit_;
  std::optional<std::chrono::steady_clock::time_point> deadline_;
  Commits commits_;
};

}  // namespace buildcache::git
