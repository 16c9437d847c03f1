#include "docker/base64.hpp"

#include <doctest/doctest.h>

namespace buildcache::docker {
namespace {

using namespace std::string_literals;

TEST_CASE("base64: the samples of RFC 4648 go both ways") {
  const std::pair<std::string, std::string> samples[] = {{"", ""},
                                                         {"f", "Zg=="},
                                                         {"fo", "Zm8="},
                                                         {"foo", "Zm9v"},
                                                         {"foob", "Zm9vYg=="},
                                                         {"fooba", "Zm9vYmE="},
                                                         {"foobar", "Zm9vYmFy"}};
  for (const auto& [bytes, text] : samples) {
    CHECK(encode_base64(bytes) == text);
    CHECK(decode_base64(text) == bytes);
  }
}

TEST_CASE("base64: any bytes survive") {
  const std::string bytes = "\0\xff\n:\x80"s;
  CHECK(decode_base64(encode_base64(bytes)) == bytes);
}

TEST_CASE("base64: what is not base64 gives nothing") {
  for (const char* text : {"Z", "Zg=", "Zg", "Z*==", "===="}) {
    CAPTURE(text);
    CHECK(decode_base64(text).size() < 2);
  }
  CHECK(decode_base64("Z*==").empty());
}

}  // namespace
}  // namespace buildcache::docker
