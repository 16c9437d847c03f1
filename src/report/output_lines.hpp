// Build output as whole, harmless lines.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace buildcache::report {

// Joins pieces of output into lines, one unfinished line a source. What a carriage return
// overwrites is dropped, as a terminal would. Bounded: a line is cut at 4 KiB.
class OutputLines {
 public:
  // Returns the lines that `piece` completes, printable and without "##[". One that begins with
  // "::" is a CI command where it stands first in its line: print something before it.
  std::vector<std::string> feed(const std::string& source, std::string_view piece);
  // Returns the unfinished line of a source that has ended; empty when there is none.
  std::string finish(const std::string& source);

 private:
  std::map<std::string, std::string> unfinished_;
};

// Returns the text printable, with GitHub's workflow commands taken apart: "##[" acts anywhere in a
// line, "::" at its beginning (actions/runner ActionCommand.cs).
std::string harmless(std::string_view text);

// The same for a text of several lines that is printable already.
std::string harmless_lines(std::string text);

}  // namespace buildcache::report
