#include "git/forge_answers.hpp"

#include <doctest/doctest.h>

#include <string>

namespace buildcache::git {
namespace {

const std::string kOne(40, '1');
const std::string kTwo(40, '2');
const std::string kThree(40, '3');

Forge forge(ForgeKind kind, const std::string& token_header = {}) {
  const char* address = kind == ForgeKind::github ? "https://api.github.com/repos/acme/shop"
                                                  : "https://git.example/api/v4/projects/7";
  return {kind,
          sys::parse_url(address).value(),
          token_header,
          core::Secret("hunter2"),
          token_header.empty() ? "" : "CI_JOB_TOKEN"};
}

sys::HttpResponse answer(int status, std::string body) {
  sys::HttpResponse response;
  response.status = status;
  response.body = std::move(body);
  return response;
}

TEST_CASE("forge answers: addresses hold what is asked, whatever its characters") {
  CHECK(list_url(forge(ForgeKind::github), "feat/a&sha=b").str() ==
        "https://api.github.com/repos/acme/shop/commits?sha=feat%2Fa%26sha%3Db&per_page=100");
  CHECK(meeting_url(forge(ForgeKind::github), kOne, kTwo).str() ==
        "https://api.github.com/repos/acme/shop/compare/" + kOne + "..." + kTwo +
            "?per_page=1&page=2");
  CHECK(list_url(forge(ForgeKind::gitlab), "main").str() ==
        "https://git.example/api/v4/projects/7/repository/commits?ref_name=main&first_parent=true"
        "&per_page=100");
  CHECK(meeting_url(forge(ForgeKind::gitlab), kOne, kTwo).str() ==
        "https://git.example/api/v4/projects/7/repository/merge_base?refs%5B%5D=" + kOne +
            "&refs%5B%5D=" + kTwo);
}

TEST_CASE("forge answers: commits come with their parents") {
  const auto github = listed_commits(
      forge(ForgeKind::github),
      answer(200,
             R"([{"sha": ")" + kOne + R"(", "parents": [{"sha": ")" + kTwo + R"("}, {"sha": ")" +
                 kThree + R"("}]}, {"sha": ")" + kTwo + R"(", "parents": []}])"));
  REQUIRE(github.has_value());
  REQUIRE(github->size() == 2);
  CHECK(github->at(0).first == kOne);
  CHECK(github->at(0).second.parents == std::vector<std::string>{kTwo, kThree});
  CHECK(github->at(1).second.parents.empty());

  const auto gitlab = listed_commits(
      forge(ForgeKind::gitlab),
      answer(200, R"([{"id": ")" + kOne + R"(", "parent_ids": [")" + kTwo + R"("]}])"));
  REQUIRE(gitlab.has_value());
  CHECK(gitlab->at(0).second.parents == std::vector<std::string>{kTwo});
}

TEST_CASE("forge answers: the meeting commit") {
  CHECK(meeting_commit(forge(ForgeKind::github),
                       answer(200, R"({"merge_base_commit": {"sha": ")" + kOne + R"("}})")) ==
        kOne);
  CHECK(meeting_commit(forge(ForgeKind::gitlab), answer(200, R"({"id": ")" + kTwo + R"("})")) ==
        kTwo);
}

TEST_CASE("forge answers: what is no answer is an error, never a commit") {
  for (const char* body :
       {"",
        "<html>",
        "null",
        "7",
        "{}",
        "[7]",
        R"([{"sha": "1234", "parents": []}])",
        R"([{"sha": "1111111111111111111111111111111111111111"}])",
        R"([{"sha": "1111111111111111111111111111111111111111", "parents": [1]}])",
        R"({"merge_base_commit": 7})",
        R"({"merge_base_commit": {"sha": "../../x"}})"}) {
    CAPTURE(body);
    const auto commits = listed_commits(forge(ForgeKind::github), answer(200, body));
    REQUIRE_FALSE(commits.has_value());
    CHECK(commits.error().kind == core::ErrorKind::bad_response);
    CHECK_FALSE(meeting_commit(forge(ForgeKind::github), answer(200, body)).has_value());
    CHECK_FALSE(meeting_commit(forge(ForgeKind::gitlab), answer(200, body)).has_value());
  }
}

TEST_CASE("forge answers: a refusal is told in the API's words, with what to give it") {
  const auto refused = meeting_commit(
      forge(ForgeKind::github), answer(403, R"({"message": "API rate limit exceeded\u001b[31m"})"));
  REQUIRE_FALSE(refused.has_value());
  CHECK(refused.error().kind == core::ErrorKind::forbidden);
  CHECK(refused.error().message ==
        "the GitHub API answers 403: API rate limit exceeded\\x1b[31m (asked without a "
        "token; it takes GITHUB_TOKEN with permission contents: read)");
  const auto absent = meeting_commit(forge(ForgeKind::gitlab, "JOB-TOKEN"), answer(404, "{}"));
  CHECK(absent.error().kind == core::ErrorKind::not_found);
  CHECK(absent.error().message ==
        "the GitLab API answers 404 (asked with CI_JOB_TOKEN; it takes GITLAB_TOKEN with scope "
        "read_api)");
  CHECK(meeting_commit(forge(ForgeKind::gitlab), answer(502, "")).error().kind ==
        core::ErrorKind::unavailable);
  CHECK(meeting_commit(forge(ForgeKind::gitlab), answer(301, "")).error().kind ==
        core::ErrorKind::bad_response);
}

}  // namespace
}  // namespace buildcache::git
