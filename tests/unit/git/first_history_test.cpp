#include "git/first_history.hpp"

#include "memory_graph.hpp"

#include <doctest/doctest.h>

#include <string>

namespace buildcache::git {
namespace {

class Place final : public MoreHistory {
 public:
  explicit Place(core::ErrorKind kind, std::string reason = {})
      : kind_(kind), reason_(std::move(reason)) {}

  core::Result<MoreCommits> more(const HistoryWish& wish) override {
    CHECK(wish.branch == "main");
    ++asked;
    if (reason_.empty()) {
      return MoreCommits{&graph_, "tip"};
    }
    return core::fail(kind_, reason_);
  }

  int asked = 0;

 private:
  core::ErrorKind kind_;
  std::string reason_;
  test::MemoryGraph graph_;
};

const HistoryWish kWish{"/src", {}, "main", 200};

TEST_CASE("first history: the next is asked where one fails, and the failed one never again") {
  Place broken(core::ErrorKind::unavailable, "no way");
  Place good(core::ErrorKind::internal);
  FirstHistory first({&broken, &good});
  CHECK(first.more(kWish)->branch_tip == "tip");
  CHECK(first.more(kWish)->branch_tip == "tip");
  CHECK(broken.asked == 1);
  CHECK(good.asked == 2);
}

TEST_CASE("first history: when all fail, every reason is told") {
  Place one(core::ErrorKind::unavailable, "no way");
  Place two(core::ErrorKind::not_found, "no such commit");
  FirstHistory first({&one, &two});
  const auto more = first.more(kWish);
  REQUIRE_FALSE(more.has_value());
  CHECK(more.error().kind == core::ErrorKind::not_found);
  CHECK(more.error().message == "no way; no such commit");
}

TEST_CASE("first history: after an interruption nobody else is asked") {
  Place one(core::ErrorKind::cancelled, "interrupted");
  Place two(core::ErrorKind::internal);
  FirstHistory first({&one, &two});
  CHECK(first.more(kWish).error().kind == core::ErrorKind::cancelled);
  CHECK(two.asked == 0);
}

}  // namespace
}  // namespace buildcache::git
