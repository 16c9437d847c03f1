#include "git/first_history.hpp"

namespace buildcache::git {

core::Result<MoreCommits> FirstHistory::more(const HistoryWish& wish) {
  core::ErrorKind kind = core::ErrorKind::unavailable;
  for (; now_ < places_.size(); ++now_) {
    auto more = places_[now_]->more(wish);
    if (more) {
      more->passed_over = reasons_;
      return more;
    }
    kind = more.error().kind;
    reasons_ += (reasons_.empty() ? "" : "; ") + more.error().message;
    if (kind == core::ErrorKind::cancelled) {
      break;
    }
  }
  return core::fail(kind, reasons_);
}

}  // namespace buildcache::git
