// What a YAML syntax error means, in words that say what to do.
#pragma once

#include <string>
#include <string_view>

namespace buildcache::config {

struct SyntaxError {
  std::string message;
  std::string hint;
  bool at_opening = false;  // belongs to where the innermost `{` or `[` was opened
};

// Explains yaml-cpp's message. The result quotes nothing of the file.
SyntaxError explain_syntax_error(std::string_view yaml_cpp_message);

}  // namespace buildcache::config
