#include "report/replay_text.hpp"

#include "report/replay_document.hpp"
#include "report/replay_json.hpp"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <array>
#include <string>
#include <vector>

namespace buildcache::report {

namespace {

plan::FallbackTally list(std::string name,
                         const std::array<std::size_t, plan::kFindings>& builds,
                         std::vector<std::size_t> distances) {
  plan::FallbackTally tally;
  tally.name = std::move(name);
  tally.builds = builds;
  tally.distances = std::move(distances);
  return tally;
}

plan::Replayed with_paths() {
  plan::Replayed replayed;
  replayed.branch = "feat|<b>";
  replayed.pushes = 7;
  replayed.changes = 1;
  replayed.paths = {"package-lock.json", "a|b<i>"};
  replayed.lists.push_back(list("configured", {0, 2, 0, 0, 3, 1, 2}, {1, 2, 4}));
  replayed.lists.back().unchanged = 4;
  replayed.lists.back().changed = 1;
  replayed.lists.back().untold = 1;
  replayed.lists.push_back(list("pr,commit,branch,merge-base", {0, 0, 0, 0, 0, 0, 8}, {}));
  return replayed;
}

}  // namespace

TEST_CASE("replay text: a line a list, with median and largest distance") {
  plan::Replayed replayed;
  replayed.branch = "main";
  replayed.pushes = 1;
  replayed.changes = 2;
  replayed.lists.push_back(list("configured", {1, 2, 3, 4, 5, 6, 7}, {0, 2, 9}));
  replayed.lists.push_back(list("latest only", {}, {}));
  CHECK(replay_text(replayed) ==
        "history of main: 1 push, 2 changes\n\n"
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

TEST_CASE("replay text: paths asked about have a table of their own, names a column they fit in") {
  const std::string text = replay_text(with_paths());
  CHECK(text.find("configured                         0         2") != std::string::npos);
  CHECK(text.find("\npaths package-lock.json a|b<i>\n"
                  "fallback                      unchanged  changed  cannot be told\n"
                  "configured                            4        1               1\n") !=
        std::string::npos);
}

TEST_CASE("replay document: bars and numbers in Markdown and HTML, hostile names escaped") {
  const std::string markdown = to_markdown(replay_document(with_paths()));
  CHECK(markdown.find("███████▌░░ 6 of 8") != std::string::npos);
  CHECK(markdown.find("█████░░░░░ 4 of 8") != std::string::npos);
  CHECK(markdown.find("<i>") == std::string::npos);
  CHECK(markdown.find("<b>") == std::string::npos);
  const std::string html = to_html(replay_document(with_paths()));
  CHECK(html.find("<svg") != std::string::npos);
  CHECK(html.find("6 of 8") != std::string::npos);
  CHECK(html.find("<i>") == std::string::npos);
  CHECK(to_markdown(replay_document({})).find("0 pushes") != std::string::npos);
}

TEST_CASE("replay json: every number, and null for what there is not") {
  const auto document = nlohmann::json::parse(replay_json(with_paths()));
  CHECK(document.at("version") == 1);
  CHECK(document.at("branch") == "feat|<b>");
  const auto& first = document.at("lists").at(0);
  CHECK(first.at("ancestor") == 2);
  CHECK(first.at("distance") == nlohmann::json{{"median", 2}, {"most", 4}});
  CHECK(first.at("paths") == nlohmann::json{{"unchanged", 4}, {"changed", 1}, {"untold", 1}});
  CHECK(document.at("lists").at(1).at("distance").is_null());
  plan::Replayed plain = with_paths();
  plain.paths.clear();
  plain.branch = "\xff";
  CHECK(nlohmann::json::parse(replay_json(plain)).at("lists").at(0).at("paths").is_null());
}

}  // namespace buildcache::report
