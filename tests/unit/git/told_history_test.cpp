#include "git/told_history.hpp"

#include "git/deepen.hpp"
#include "memory_graph.hpp"
#include "support/fake_clock.hpp"
#include "support/scripted_http.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

namespace buildcache::git {
namespace {

const std::string kApi = "https://api.github.com/repos/acme/shop";
const std::string kListEnd = "&per_page=100";

// The full id that stands for a short name.
std::string id(const std::string& name) {
  std::string full;
  for (const char c : name) {
    full += c == 'm' ? 'a' : c;
  }
  return full + std::string(40 - full.size(), '0');
}

std::string commit(const std::string& name, const std::vector<std::string>& parents) {
  std::string text = R"({"sha": ")" + id(name) + R"(", "parents": [)";
  for (std::size_t i = 0; i < parents.size(); ++i) {
    text += (i == 0 ? R"({"sha": ")" : R"(, {"sha": ")") + id(parents[i]) + R"("})";
  }
  return text + "]}";
}

std::string list_of(const std::string& start) {
  return kApi + "/commits?sha=" + start + kListEnd;
}

std::string compare(const std::string& base, const std::string& change) {
  return kApi + "/compare/" + id(base) + "..." + id(change) + "?per_page=1&page=2";
}

std::string meeting(const std::string& name) {
  return R"({"merge_base_commit": {"sha": ")" + id(name) + R"("}})";
}

struct Told {
  explicit Told(const std::string& token = {}) {
    Forge forge{ForgeKind::github, sys::parse_url(kApi).value(), {}, {}, {}};
    if (!token.empty()) {
      forge.token_header = "Authorization";
      forge.token = core::Secret("Bearer " + token);
    }
    history.emplace(ApiSeams{http, clock, {}}, forge, std::chrono::seconds(10));
  }

  support::FakeClock clock;
  support::ScriptedHttp http;
  std::optional<ToldHistory> history;
};

HistoryWish wish(std::vector<std::string> commits,
                 const std::string& base,
                 std::string branch = {}) {
  return {"/src", std::move(commits), std::move(branch), 200, base};
}

TEST_CASE("told history: the meeting and the commits before it, with the token, once each") {
  Told told("hunter2");
  told.http.expect("GET", compare("m4", "c2"))
      .with_header("Authorization", "Bearer hunter2")
      .with_header("Accept", "application/vnd.github+json")
      .responds(200, meeting("m2"));
  told.http.expect("GET", list_of(id("c2")))
      .with_header("Authorization", "Bearer hunter2")
      .responds(200, "[" + commit("c2", {"c1"}) + "]");
  told.http.expect("GET", list_of(id("m4"))).responds(200, "[" + commit("m4", {"m3"}) + "]");
  told.http.expect("GET", list_of(id("m2")))
      .responds(200, "[" + commit("m2", {"m1"}) + "," + commit("m1", {}) + "]");
  const auto more = told.history->more(wish({id("c2"), id("m4")}, id("m4")));
  REQUIRE(more.has_value());
  REQUIRE(more->meetings.size() == 1);
  CHECK(more->meetings[0].commit == id("m2"));
  CHECK(std::string(more->source) == "forge API");
  CHECK_FALSE(more->has_deeper);
  CHECK(more->commits->read(id("m2"))->parents == std::vector<std::string>{id("m1")});
  CHECK_FALSE(more->commits->read(id("m3")).has_value());
  for (const sys::HttpRequest& request : told.http.requests()) {
    CHECK(request.max_redirects == 0);
  }
}

TEST_CASE("told history: a branch's tip is asked for by name, encoded, and its list not twice") {
  Told told;
  told.http.expect("GET", list_of("feat%2F%26x"))
      .without_header("Authorization")
      .responds(200, "[" + commit("m4", {"m2"}) + "," + commit("m2", {}) + "]");
  told.http.expect("GET", compare("m4", "c2")).responds(200, meeting("m2"));
  told.http.expect("GET", list_of(id("c2"))).responds(200, "[]");
  const auto more = told.history->more(wish({id("c2")}, {}, "feat/&x"));
  REQUIRE(more.has_value());
  CHECK(more->branch_tip == id("m4"));
  CHECK(more->meetings.at(0).one == id("m4"));
}

TEST_CASE("told history: bases come from what it tells though the graph has a gap") {
  Told told;
  told.http.expect("GET", list_of("main")).responds(200, "[" + commit("m4", {"m3"}) + "]");
  told.http.expect("GET", compare("m4", "c2")).responds(200, meeting("m2"));
  told.http.expect("GET", list_of(id("c2"))).responds(200, "[" + commit("c2", {"c1"}) + "]");
  told.http.expect("GET", list_of(id("m2")))
      .responds(200, "[" + commit("m2", {"m1"}) + "," + commit("m1", {}) + "]");
  test::MemoryGraph clone;
  clone.add(id("c2"), {id("c1")});
  LayeredCommits commits(clone);
  Situation situation;
  situation.head = id("c2");
  situation.parents = {id("c1")};
  std::optional<MoreAsked> asked;
  const Bases bases =
      find_deep_bases({commits, &*told.history, "/src", true, 50}, situation, "main", asked);
  REQUIRE(bases.tree_base.has_value());
  CHECK(bases.tree_base->commit == id("m2"));
  CHECK(bases.tree_base->source == "forge API");
  CHECK(bases.tree_base->walk == std::vector<std::string>{id("m2"), id("m1")});
  CHECK(asked->source == "forge API");
  CHECK(asked->trouble.empty());
}

TEST_CASE("told history: the parents of a test merge are told apart by the forge's word") {
  Told told;
  told.http.expect("GET", list_of("main")).responds(200, "[" + commit("m5", {"m4"}) + "]");
  told.http.expect("GET", compare("m5", "c2")).responds(200, meeting("m2"));
  told.http.expect("GET", compare("m5", "m4")).responds(200, meeting("m4"));
  told.http.expect("GET", list_of(id("c2"))).responds(200, "[]");
  told.http.expect("GET", list_of(id("m4")))
      .times(1)
      .responds(200, "[" + commit("m4", {"m2"}) + "]");
  told.http.expect("GET", list_of(id("m2"))).responds(200, "[" + commit("m2", {}) + "]");
  test::MemoryGraph clone;
  clone.add(id("ee"), {id("c2"), id("m4")});
  LayeredCommits commits(clone);
  Situation situation;
  situation.head = id("ee");
  situation.parents = {id("c2"), id("m4")};
  situation.is_change = true;
  std::optional<MoreAsked> asked;
  const Bases bases =
      find_deep_bases({commits, &*told.history, "/src", true, 50}, situation, "main", asked);
  REQUIRE(bases.tree_base.has_value());
  CHECK(bases.tree_base->commit == id("m4"));
  CHECK(bases.change_head == id("c2"));
}

TEST_CASE("told history: a refusal is the error, and what fails besides the meeting is left out") {
  Told refused;
  refused.http.expect("GET", list_of("main")).responds(404, R"({"message": "Not Found"})");
  const auto nothing = refused.history->more(wish({id("c2")}, {}, "main"));
  REQUIRE_FALSE(nothing.has_value());
  CHECK(nothing.error().kind == core::ErrorKind::not_found);

  Told broken;
  broken.http.expect("GET", compare("m4", "c2")).responds(200, meeting("m2"));
  broken.http.expect("GET", list_of(id("c2"))).fails(core::ErrorKind::unavailable);
  broken.http.expect("GET", list_of(id("m4"))).responds(500);
  broken.http.expect("GET", list_of(id("m2"))).responds(200, "<html>");
  CHECK(broken.history->more(wish({id("c2"), id("m4")}, id("m4")))->meetings.size() == 1);

  Told silent;
  silent.http.expect("GET", list_of("main")).fails(core::ErrorKind::timed_out, "no answer");
  CHECK(silent.history->more(wish({id("c2")}, {}, "main")).error().message ==
        "ask the GitHub API: no answer");
}

TEST_CASE("told history: after its time is over nothing is asked") {
  Told told;
  told.http.expect("GET", list_of("main")).answers([&](const sys::HttpRequest& request) {
    CHECK(request.timeout == std::chrono::seconds(10));
    told.clock.advance(std::chrono::seconds(11));
    return core::Result<sys::HttpResponse>(
        sys::HttpResponse{200, {}, "[" + commit("m4", {}) + "]", {}});
  });
  const auto more = told.history->more(wish({id("c2")}, {}, "main"));
  REQUIRE_FALSE(more.has_value());
  CHECK(more.error().kind == core::ErrorKind::timed_out);
}

}  // namespace
}  // namespace buildcache::git
