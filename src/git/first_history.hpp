// Several places that more history may come from, asked one after the other.
#pragma once

#include "git/more_history.hpp"

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

namespace buildcache::git {

// Asks the first place that has not failed yet; what one cannot give, the next is asked for. When
// all have failed, the error has all their reasons.
class FirstHistory final : public MoreHistory {
 public:
  // The places outlive this object; there is at least one.
  explicit FirstHistory(std::vector<MoreHistory*> places) : places_(std::move(places)) {}

  core::Result<MoreCommits> more(const HistoryWish& wish) override;

 private:
  std::vector<MoreHistory*> places_;
  std::size_t now_ = 0;
  std::string reasons_;
};

}  // namespace buildcache::git
