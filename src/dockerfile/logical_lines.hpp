// A Dockerfile's lines as its parser joins them.
#pragma once

#include "core/result.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace buildcache::dockerfile {

struct LogicalLine {
  int line = 0;      // where it begins, from 1
  std::string text;  // continuation lines joined, without comments and here-documents
};

struct LogicalLines {
  char escape = '\\';  // the `escape` directive
  std::vector<LogicalLine> lines;
};

// Facts: moby/buildkit, frontend/dockerfile/parser/parser.go. Errors: config with the line (larger
// than 1 MiB, a here-document that does not end).
core::Result<LogicalLines> logical_lines(std::string_view dockerfile);

}  // namespace buildcache::dockerfile
