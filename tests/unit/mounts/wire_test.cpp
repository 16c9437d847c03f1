#include "mounts/wire.hpp"

#include <doctest/doctest.h>

#include <limits>

using namespace buildcache::mounts;

TEST_CASE("wire: numbers come back") {
  for (const std::uint64_t value : {std::uint64_t{0},
                                    std::uint64_t{127},
                                    std::uint64_t{128},
                                    std::uint64_t{1} << 63U,
                                    std::numeric_limits<std::uint64_t>::max()}) {
    WireWriter out;
    out.number(value);
    const std::string bytes = out.take();
    WireReader in(bytes);
    CHECK(in.number() == value);
    CHECK(in.at_end());
    CHECK(in.ok());
  }
  for (const std::int64_t value : {std::int64_t{0},
                                   std::int64_t{-1},
                                   std::numeric_limits<std::int64_t>::min(),
                                   std::numeric_limits<std::int64_t>::max()}) {
    WireWriter out;
    out.signed_number(value);
    const std::string bytes = out.take();
    CHECK(WireReader(bytes).signed_number() == value);
  }
}

TEST_CASE("wire: what does not fit is an error, and stays one") {
  WireReader endless(std::string_view("\xff\xff\xff\xff\xff\xff\xff\xff\xff\x7f", 10));
  CHECK(endless.number() == 0);
  CHECK_FALSE(endless.ok());
  CHECK(endless.raw(1).empty());
  WireReader wide(std::string_view("\xff\xff\xff\xff\x1f", 5));
  CHECK(wide.number32() == 0);
  CHECK_FALSE(wide.ok());
  WireReader many(
      std::string_view("\x05"
                       "abcd",
                       5));
  CHECK(many.count() == 0);
  CHECK_FALSE(many.ok());
  WireReader short_text(
      std::string_view("\x05"
                       "abcd",
                       5));
  CHECK(short_text.text().empty());
  CHECK_FALSE(short_text.ok());
}
