#include "core/cache_tag.hpp"

#include "core/digest.hpp"
#include "core/slug.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <map>
#include <random>
#include <string>
#include <vector>

using namespace buildcache::core;

namespace {

const std::string kCommit = "0123456789abcdef0123456789abcdef01234567";

CacheTag branch(std::string target, std::string name) {
  return {std::move(target), "", "", {ScopeKind::branch, std::move(name)}};
}

bool is_oci_tag(std::string_view tag) {
  const auto is_word = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
  };
  return !tag.empty() && tag.size() <= 128 && is_word(tag.front()) &&
         std::ranges::all_of(tag, [&](char c) { return is_word(c) || c == '.' || c == '-'; });
}

// Random tags out of parts that were chosen to meet: alike after cleaning, alike when cut, forged
// hashes, separators of the grammar inside parts, every byte.
class TagSource {
 public:
  CacheTag next() {
    CacheTag tag;
    tag.target = part();
    tag.stage = chance(3) ? part() : "";
    tag.platform = chance(3) ? platform() : "";
    static constexpr std::array<ScopeKind, 7> kKinds = {ScopeKind::commit,
                                                        ScopeKind::branch,
                                                        ScopeKind::pr,
                                                        ScopeKind::inputs,
                                                        ScopeKind::name,
                                                        ScopeKind::mount,
                                                        ScopeKind::staging};
    tag.scope.kind = kKinds.at(below(kKinds.size()));
    tag.scope.value =
        chance(3) ? sha256_hex(std::to_string(below(50))).substr(chance(2) ? 24 : 0) : part();
    return tag;
  }

 private:
  std::size_t below(std::size_t count) {
    return std::uniform_int_distribution<std::size_t>(0, count - 1)(engine_);
  }
  bool chance(std::size_t in) { return below(in) == 0; }

  std::string part() {
    static const std::vector<std::string> kNames = {
        "main",          "Main",        "feat/a", "feat-a",   "feat--a",   "feat_a",    "feat.a",
        "feat/a/",       "-feat-a",     "s-feat", "on-linux", "c-main",    "b-main",    "s--x",
        "a--on-b",       "a--b-main",   "",       "-",        "--",        ".",         "a.",
        "a-h0123456789", "h0123456789", "日本語", "x",        "release/1", "release-1", "\n",
        "a b",           "::error::"};
    switch (below(6)) {
      case 0:
        return random_text(below(8), 256);
      case 1:
        return random_text(below(300), 3);
      case 2:
        return std::string(below(200), 'a') + kNames.at(below(kNames.size()));
      case 3:
        return slug(kNames.at(below(kNames.size())), 16 + below(60));  // forged
      default:
        return kNames.at(below(kNames.size()));
    }
  }

  std::string platform() {
    static const std::vector<std::string> kPlatforms = {"linux/amd64",
                                                        "linux/arm64/v8",
                                                        "linux-amd64",
                                                        "linux/amd64/",
                                                        "linux//amd64",
                                                        "linux",
                                                        "Linux/amd64",
                                                        "a/h0123456789",
                                                        "linux/arm/v7",
                                                        "windows(10)/amd64"};
    return chance(4) ? part() : kPlatforms.at(below(kPlatforms.size()));
  }

  // Characters from an alphabet of `letters`, the likeliest troublemakers first.
  std::string random_text(std::size_t length, std::size_t letters) {
    std::string text;
    for (std::size_t i = 0; i < length; ++i) {
      const std::size_t c = below(letters);
      text += c < 3 ? "a-/"[c] : static_cast<char>(c);
    }
    return text;
  }

  std::mt19937_64 engine_{20260102};
};

// Whether a decoded part agrees with the original: exactly, or by prefix and hash when cut.
bool agrees(const std::string& original, const std::string& decoded, bool cut) {
  if (!cut) {
    return original == decoded;
  }
  const std::string hash = "-h" + sha256_hex(original).substr(0, 10);
  return decoded.ends_with(hash) && is_slug(decoded);
}

}  // namespace

TEST_CASE("cache tag: the parts stand where the grammar says") {
  CHECK(encode({"api", "", "", {ScopeKind::commit, kCommit}}) == "api--c-" + kCommit);
  CHECK(encode({"api", "deps", "linux/arm64/v8", {ScopeKind::inputs, "ab12"}}) ==
        "api--s-deps--on-linux-arm64-v8--i-ab12");
  CHECK(encode({"api", "", "linux/amd64", {ScopeKind::pr, "42"}}) == "api--on-linux-amd64--p-42");
  CHECK(encode(branch("api", "main")) == "api--b-main");
  CHECK(encode({"api", "", "", {ScopeKind::name, "nightly"}}) == "api--n-nightly");
  CHECK(encode({"api", "", "", {ScopeKind::mount, "12ab"}}) == "api--m-12ab");
  CHECK(encode({"api", "", "", {ScopeKind::staging, "00ff"}}) == "api--x-00ff");
}

TEST_CASE("cache tag: branches that look alike do not meet") {
  CHECK(encode(branch("api", "feat/a")) != encode(branch("api", "feat-a")));
  CHECK(encode(branch("api", "feat/a")).starts_with("api--b-feat-a-h"));
  CHECK(encode(branch("api", "Main")) != encode(branch("api", "main")));
}

TEST_CASE("cache tag: a branch named like a changed one gets a tag of its own") {
  const std::string changed = encode(branch("api", "feat/a"));
  const std::string forged = changed.substr(std::string("api--b-").size());
  CHECK(encode(branch("api", forged)) != changed);
}

TEST_CASE("cache tag: a platform spelled with dashes does not meet the real one") {
  const CacheTag real{"api", "", "linux/amd64", {ScopeKind::branch, "main"}};
  const CacheTag odd{"api", "", "linux-amd64", {ScopeKind::branch, "main"}};
  CHECK(encode(real) != encode(odd));
}

TEST_CASE("cache tag: commit ids stay whole whatever stands before them") {
  const std::string long_commit = kCommit + kCommit.substr(0, 24);
  for (const std::string& id : {kCommit, long_commit}) {
    const CacheTag tag{std::string(200, 't'),
                       std::string(200, 's'),
                       "linux/" + std::string(200, 'p'),
                       {ScopeKind::commit, id}};
    const auto decoded = decode(encode(tag));
    REQUIRE(decoded);
    CHECK(decoded->tag.scope.value == id);
    CHECK_FALSE(decoded->cut_scope);
    CHECK(decoded->cut_target);
  }
}

TEST_CASE("cache tag: a target of 40 characters stays whole beside platform and SHA-256 commit") {
  const CacheTag tag{std::string(40, 't'),
                     "",
                     "linux/arm64/v8",
                     {ScopeKind::commit, kCommit + kCommit.substr(0, 24)}};
  const auto decoded = decode(encode(tag));
  REQUIRE(decoded);
  CHECK(decoded->tag == tag);
}

TEST_CASE("cache tag: strings that no cache has are refused") {
  for (const std::string text : {"",
                                 "api",
                                 "latest",
                                 "api--",
                                 "--b-main",
                                 "api--b-",
                                 "api--b",
                                 "api--bmain",
                                 "api--z-main",
                                 "api--q-0123",
                                 "api---b-main",
                                 "api--b-main--",
                                 "api--on-linux--b-main",
                                 "api--on-linux-amd64--s-deps--b-main",
                                 "api--s-a--s-b--b-main",
                                 "api--x--b-main",
                                 "API--b-main",
                                 "api--b-Main",
                                 "api--b-main.",
                                 "api--b-main-",
                                 "api--on-a-b-c-d--b-main",
                                 "api--s-a--on-linux-amd64--z--b-main",
                                 "api--b-a/b",
                                 ".api--b-main",
                                 "api--s---b-main"}) {
    CAPTURE(text);
    CHECK_FALSE(decode(text));
  }
  CHECK_FALSE(decode("api--b-" + std::string(122, 'a')));
  CHECK(decode("api--b-" + std::string(121, 'a')));
}

TEST_CASE("cache tag: 120,000 hostile tags keep grammar, length, injectivity and round trip") {
  TagSource source;
  std::map<std::string, CacheTag> seen;
  std::size_t failures = 0;
  for (int i = 0; i < 120'000; ++i) {
    const CacheTag tag = source.next();
    const std::string text = encode(tag);
    const auto decoded = decode(text);
    const bool round_trip =
        decoded && decoded->tag.scope.kind == tag.scope.kind &&
        agrees(tag.target, decoded->tag.target, decoded->cut_target) &&
        agrees(tag.scope.value, decoded->tag.scope.value, decoded->cut_scope) &&
        (tag.stage.empty() ? decoded->tag.stage.empty()
                           : agrees(tag.stage, decoded->tag.stage, decoded->cut_stage)) &&
        (tag.platform.empty() ? decoded->tag.platform.empty()
                              : agrees(tag.platform, decoded->tag.platform, decoded->cut_platform));
    const auto [other, is_new] = seen.emplace(text, tag);
    const bool injective = is_new || other->second == tag;
    if (!is_oci_tag(text) || !round_trip || !injective) {
      CAPTURE(text);
      CAPTURE(tag.target);
      CAPTURE(tag.scope.value);
      CHECK_MESSAGE(false,
                    "grammar ",
                    is_oci_tag(text),
                    " round trip ",
                    round_trip,
                    " injective ",
                    injective);
      REQUIRE(++failures < 10);
    }
  }
  CHECK(seen.size() > 60'000);
}
