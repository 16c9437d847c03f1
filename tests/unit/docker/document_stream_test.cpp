#include "docker/document_stream.hpp"

#include <doctest/doctest.h>

namespace buildcache::docker {
namespace {

// "J:" for documents, "P:" for other lines.
std::vector<std::string> cut(std::initializer_list<std::string> parts) {
  DocumentStream stream;
  std::vector<std::string> all;
  const auto keep = [&all](const std::vector<DocumentStream::Piece>& pieces) {
    for (const auto& piece : pieces) {
      all.push_back((piece.document ? "J:" : "P:") + piece.text);
    }
  };
  for (const auto& part : parts) {
    keep(stream.feed(part));
  }
  keep(stream.finish());
  return all;
}

using Lines = std::vector<std::string>;

TEST_CASE("document stream: one document a line, mixed with other lines") {
  CHECK(cut({"{\"a\":1}\nERROR: x\n", "\n{\"b\"", ":2}\n"}) ==
        Lines{"J:{\"a\":1}", "P:ERROR: x", "J:{\"b\":2}"});
}

TEST_CASE("document stream: indented documents over many lines") {
  CHECK(cut({"{\n  \"a\": [\n", "  ]\n}\n{\n}\nERROR: x"}) ==
        Lines{"J:{\n  \"a\": [\n  ]\n}", "J:{\n}", "P:ERROR: x"});
}

TEST_CASE("document stream: a brace that opens no document gives its lines back") {
  CHECK(cut({"{\n  half\nERROR: x\n{\n  open"}) ==
        Lines{"P:{", "P:  half", "P:ERROR: x", "P:{", "P:  open"});
}

TEST_CASE("document stream: carriage returns and empty lines are no lines of their own") {
  CHECK(cut({"one\r\n\r\n\n{}\r\n"}) == Lines{"P:one", "J:{}"});
}

TEST_CASE("document stream: a line over the limit is dropped and counted, the next one is read") {
  DocumentStream stream;
  const std::string big(DocumentStream::kLimit, 'x');
  CHECK(stream.feed(big).empty());
  CHECK(stream.feed("y more of it").empty());
  const auto pieces = stream.feed("\nnext\n");
  REQUIRE(pieces.size() == 1);
  CHECK(pieces[0].text == "next");
  CHECK(stream.dropped() == 1);
}

TEST_CASE("document stream: an indented document over the limit is dropped as a whole") {
  DocumentStream stream;
  stream.feed("{\n");
  const std::string line = " " + std::string(1U << 20U, 'x') + "\n";
  for (int i = 0; i < 5; ++i) {
    CHECK(stream.feed(line).empty());
  }
  const auto pieces = stream.feed("}\n{\"a\":1}\n");
  REQUIRE(pieces.size() == 1);
  CHECK(pieces[0].text == "{\"a\":1}");
  CHECK(stream.dropped() == 1);
}

}  // namespace
}  // namespace buildcache::docker
