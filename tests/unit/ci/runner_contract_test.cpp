// The reader the other tests trust: its own cases, from the runner's contract.
#include "support/github_runner.hpp"

#include <doctest/doctest.h>

#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace buildcache::support {
namespace {

using Entries = std::vector<std::pair<std::string, std::string>>;

TEST_CASE("runner contract: files the runner takes") {
  CHECK(read_output_file("").empty());
  CHECK(read_output_file("\n\n").empty());
  CHECK(read_output_file("a=b") == Entries{{"a", "b"}});
  CHECK(read_output_file("a=\n\nb==c\n") == Entries{{"a", ""}, {"b", "=c"}});
  CHECK(read_output_file("a= b =c\n") == Entries{{"a", " b =c"}});
  CHECK(read_output_file("a=b<<c\n") == Entries{{"a", "b<<c"}});
  CHECK(read_output_file("a<<E\nE\n") == Entries{{"a", ""}});
  CHECK(read_output_file("a<<E\nx\nE") == Entries{{"a", "x"}});
  CHECK(read_output_file("a<<E\n\nx\n\nE\n") == Entries{{"a", "\nx\n"}});
  CHECK(read_output_file("a<<E\n E\nE \nE\n") == Entries{{"a", " E\nE "}});
  CHECK(read_output_file("a<<=E\nx\n=E\n") == Entries{{"a", "x"}});
  CHECK(read_output_file("a<<<E\nx\n<E\n") == Entries{{"a", "x"}});
  CHECK(read_output_file("a<<E\nx\r\nE\n") == Entries{{"a", "x\r"}});
  CHECK(read_output_file("\xEF\xBB\xBF"
                         "a=b\n") == Entries{{"a", "b"}});
}

TEST_CASE("runner contract: files that fail the step") {
  for (const std::string bytes :
       {"word\n", "=x\n", "<<E\nE\n", "a<<\nx\n", "a<<E\nx\n", "a<<E\nx\nE \n", "a=\xFF\n"}) {
    CAPTURE(bytes);
    CHECK_THROWS_AS(read_output_file(bytes), std::runtime_error);
  }
}

TEST_CASE("runner contract: commands are recognised at the start of a line") {
  const RunnerLog log = read_log({"  ::warning title=a%3Ab,line=3::x%0Ay%253A",
                                  "text ::error::no",
                                  "::unknown::no",
                                  "::error",
                                  "::debug::"});
  REQUIRE(log.commands.size() == 2);
  CHECK(log.commands[0].properties.at("title") == "a:b");
  CHECK(log.commands[0].properties.at("line") == "3");
  CHECK(log.commands[0].data == "x\ny%3A");
  CHECK(log.text.size() == 3);
}

TEST_CASE("runner contract: old commands are recognised anywhere") {
  const RunnerLog log = read_log({"text ##[error]yes", "##[nobody]no", "##[error no"});
  REQUIRE(log.commands.size() == 1);
  CHECK(log.commands[0].legacy);
  CHECK(log.commands[0].data == "yes");
}

TEST_CASE("runner contract: stopped commands resume at their token alone") {
  const RunnerLog log =
      read_log({"::stop-commands::t", "::error::no", "::x::", "::t::", "::error::yes"});
  CHECK(log.commands.size() == 3);
  CHECK(log.text.size() == 2);
  CHECK(read_log({"::stop-commands::t"}).stopped);
  CHECK_THROWS_AS(read_log({"::stop-commands::"}), std::runtime_error);
  CHECK_THROWS_AS(read_log({"::stop-commands::error"}), std::runtime_error);
}

TEST_CASE("runner contract: a mask of several lines masks each") {
  CHECK(read_log({"::add-mask::a%0Ab"}).masks == std::vector<std::string>{"a\nb", "a", "b"});
  CHECK_THROWS_AS(read_log({"::add-mask:: "}), std::runtime_error);
}

TEST_CASE("runner contract: a summary over 1 MiB is not shown") {
  check_summary_file(std::string(1'048'576, 'x'));
  CHECK_THROWS_AS(check_summary_file(std::string(1'048'577, 'x')), std::runtime_error);
}

}  // namespace
}  // namespace buildcache::support
