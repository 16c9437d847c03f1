#include "dockerfile/logical_lines.hpp"

#include <doctest/doctest.h>

using namespace buildcache;

namespace {

std::string joined(std::string_view dockerfile) {
  const auto lines = dockerfile::logical_lines(dockerfile);
  if (!lines) {
    return "error at " + std::to_string(lines.error().position.value_or(core::Position{}).line) +
           ": " + lines.error().message;
  }
  std::string text;
  for (const auto& line : lines->lines) {
    text += std::to_string(line.line) + ":" + line.text + "|";
  }
  return text;
}

}  // namespace

TEST_CASE("logical lines: comments, blanks, carriage returns, a byte order mark") {
  CHECK(joined("\xef\xbb\xbf# syntax=x\r\n\r\n  FROM a\r\n # no\nRUN b # c") ==
        "3:FROM a|5:RUN b # c|");
  CHECK(joined("") == "");
}

TEST_CASE("logical lines: continuations go over comments and blank lines") {
  CHECK(joined("RUN a \\\n# comment\n\n  b \\  \n c\nRUN d") == "1:RUN a   b  c|6:RUN d|");
  CHECK(joined("RUN a \\\\\nRUN b") == "1:RUN a \\\\|2:RUN b|");
  CHECK(joined("RUN a \\") == "1:RUN a |");
}

TEST_CASE("logical lines: the escape directive, which stands first") {
  CHECK(joined("# escape=`\nRUN a `\n b") == "2:RUN a  b|");
  CHECK(joined("# a comment\n# escape=`\nRUN a `\nRUN b") == "3:RUN a `|4:RUN b|");
  CHECK(joined("#escape = `\nRUN c:\\\nRUN b") == "2:RUN c:\\|3:RUN b|");
}

TEST_CASE("logical lines: here-documents are not instructions") {
  CHECK(joined("RUN <<EOF\nRUN --mount=type=cache,target=/x\nEOF\nRUN b") ==
        "1:RUN <<EOF|4:RUN b|");
  CHECK(joined("COPY <<-\"A\" <<B /x/\n\tRUN\n\tA\nFROM\nB\nRUN b") ==
        "1:COPY <<-\"A\" <<B /x/|6:RUN b|");
  CHECK(joined("ENV a=<<EOF\nRUN b") == "1:ENV a=<<EOF|2:RUN b|");
  CHECK(joined("RUN \"<<EOF\"\nRUN b") == "1:RUN \"<<EOF\"|2:RUN b|");
  CHECK(joined("RUN a\nRUN <<EOF\nno end").find("error at 2: the here-document EOF") == 0);
}

TEST_CASE("logical lines: a file that is too large") {
  CHECK(joined(std::string(2U << 20U, 'x')).find("larger than 1 MiB") != std::string::npos);
}
