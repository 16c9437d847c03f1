#include "core/slug.hpp"

#include "core/digest.hpp"

#include <doctest/doctest.h>

using namespace buildcache::core;

TEST_CASE("slug: plain names stay as they are") {
  for (const std::string text : {"main", "1.2", "release-1.2", "a_b", "0", "v1.0-rc.1"}) {
    CHECK(slug(text, 16) == text);
  }
}

TEST_CASE("slug: a changed name ends in the hash of the original") {
  const std::string hash = sha256_hex("feat/a").substr(0, 10);
  CHECK(slug("feat/a", 40) == "feat-a-h" + hash);
}

TEST_CASE("slug: names that only look alike do not meet") {
  CHECK(slug("feat/a", 40) != slug("feat-a", 40));
  CHECK(slug("Main", 40) != slug("main", 40));
  CHECK(slug("a--b", 40) != slug("a-b", 40));
  CHECK(slug("a.", 40) != slug("a", 40));
  CHECK(slug("é", 40) != slug("è", 40));
}

TEST_CASE("slug: a name that looks like a changed one is changed itself") {
  const std::string forged = slug("feat/a", 40);
  CHECK(is_cut_slug(forged));
  CHECK(slug(forged, 40) != forged);
  CHECK(is_cut_slug(slug(forged, 40)));
}

TEST_CASE("slug: whatever comes in, the result keeps the grammar and the limit") {
  for (const std::string text : {"",
                                 "-",
                                 ".",
                                 "--",
                                 "----h0123456789",
                                 "..",
                                 "/",
                                 "日本",
                                 "A",
                                 "-h0123456789",
                                 "a-",
                                 "_x",
                                 "a b c",
                                 "x\ny"}) {
    CAPTURE(text);
    const std::string result = slug(text, 16);
    CHECK(is_slug(result));
    CHECK(result.size() <= 16);
  }
  const std::string long_text(500, 'a');
  CHECK(slug(long_text, 16).size() == 16);
  CHECK(slug(long_text, 128).size() == 128);
  CHECK(slug(std::string(16, 'a'), 16) == std::string(16, 'a'));
}

TEST_CASE("slug: the cut never leaves two separators before the hash") {
  CHECK(slug("abc/-/-/-/-def-------------------------------------", 16).find("--") ==
        std::string::npos);
}
