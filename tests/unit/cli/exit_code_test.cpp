#include "cli/exit_code.hpp"

#include "cli/help.hpp"

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>
#include <string>

namespace buildcache::cli {
namespace {

using Table = std::map<std::string, std::string>;

Table table_of_code() {
  Table table;
  for (const ExitCodeRow& row : kExitCodes) {
    table.emplace(row.code, row.meaning);
  }
  return table;
}

// "      2  wrong command line" after the line "Exit codes:".
Table table_of_help() {
  const std::string help = general_help();
  std::istringstream lines(help.substr(help.find("Exit codes:\n") + 12));
  Table table;
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line);
    std::string code;
    words >> code >> std::ws;
    std::getline(words, table[code]);
  }
  return table;
}

// "| `2` | wrong command line |".
Table table_of_docs() {
  const auto root = std::filesystem::path(BUILDCACHE_GOLDEN_DIR).parent_path().parent_path();
  std::ifstream lines(root / "docs" / "exit-codes.md");
  Table table;
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("| `")) {
      const std::size_t code_end = line.find("` | ");
      table[line.substr(3, code_end - 3)] = line.substr(code_end + 4, line.size() - code_end - 6);
    }
  }
  return table;
}

}  // namespace

TEST_CASE("exit codes: help and documentation have the same table") {
  CHECK(table_of_code().size() == 8);
  CHECK(table_of_help() == table_of_code());
  CHECK(table_of_docs() == table_of_code());
}

TEST_CASE("exit codes: every kind of error has the code of the table") {
  using core::ErrorKind;
  CHECK(exit_code_of(ErrorKind::build) == 1);
  CHECK(exit_code_of(ErrorKind::usage) == 2);
  CHECK(exit_code_of(ErrorKind::not_found) == 2);
  CHECK(exit_code_of(ErrorKind::config) == 3);
  CHECK(exit_code_of(ErrorKind::forbidden) == 3);
  CHECK(exit_code_of(ErrorKind::facts) == 4);
  CHECK(exit_code_of(ErrorKind::engine) == 5);
  CHECK(exit_code_of(ErrorKind::internal) == 70);
}

}  // namespace buildcache::cli
