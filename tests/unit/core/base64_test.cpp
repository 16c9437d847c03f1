#include "core/base64.hpp"

#include <doctest/doctest.h>

#include <string>
#include <utility>
#include <vector>

namespace buildcache::core {
namespace {

using namespace std::string_literals;

TEST_CASE("base64: the samples of RFC 4648 go both ways") {
  const std::vector<std::pair<std::string, std::string>> samples = {{"", ""},
                                                                    {"f", "Zg=="},
                                                                    {"fo", "Zm8="},
                                                                    {"foo", "Zm9v"},
                                                                    {"foob", "Zm9vYg=="},
                                                                    {"fooba", "Zm9vYmE="},
                                                                    {"foobar", "Zm9vYmFy"}};
  for (const auto& [bytes, text] : samples) {
    CHECK(base64_encoded(bytes) == text);
    CHECK(base64_decoded(text) == bytes);
  }
}

TEST_CASE("base64: any bytes survive") {
  const std::string bytes = "\0\xff\n:\x80"s;
  CHECK(base64_decoded(base64_encoded(bytes)) == bytes);
}

TEST_CASE("base64: padding may be missing") {
  CHECK(base64_decoded("Zg") == "f");
  CHECK(base64_decoded("Zm8") == "fo");
}

TEST_CASE("base64: what is not base64 gives nothing") {
  for (const char* text : {"Z", "Z*==", "Zg==Zg==", "Zm9v Zm9v"}) {
    CAPTURE(text);
    CHECK_FALSE(base64_decoded(text));
  }
}

}  // namespace
}  // namespace buildcache::core
