#include "report/replay_text.hpp"

#include <doctest/doctest.h>

namespace buildcache::report {

TEST_CASE("replay text: a line a list, with median and largest distance") {
  plan::Replayed replayed;
  replayed.branch = "main";
  replayed.pushes = 1;
  replayed.changes = 2;
  replayed.lists.push_back({"configured", {1, 2, 3, 4, 5, 6, 7}, {0, 2, 9}});
  replayed.lists.push_back({"latest only", {}, {}});
  CHECK(replay_text(replayed) ==
        "history of main: 1 push, 2 changes merged\n\n"
        "fallback                   own  ancestor  tree base  fork point  branch tip  base tip"
        "  nothing  distance   most\n"
        "configured                   1         2          3           4           5         6"
        "        7         2      9\n"
        "latest only                  0         0          0           0           0         0"
        "        0         -      -\n");
}

TEST_CASE("replay text: a hostile branch name is shown printable and cut") {
  plan::Replayed replayed;
  replayed.branch = "\x1b[31m" + std::string(500, 'x');
  const std::string text = replay_text(replayed);
  CHECK(text.find('\x1b') == std::string::npos);
  CHECK(text.find(std::string(100, 'x')) == std::string::npos);
}

}  // namespace buildcache::report
