#include "config/syntax_error.hpp"

#include <array>

namespace buildcache::config {
namespace {

struct Explanation {
  std::string_view starts_with;  // of yaml-cpp's message (yaml-cpp/exceptions.h)
  std::string_view message;
  std::string_view hint;
  bool at_opening = false;
};

constexpr std::array<Explanation, 16> kExplanations{{
    {"end of map flow",
     "the mapping opened here is not closed by `}`, or a comma is missing in it",
     "write {key: value, key: value}",
     true},
    {"end of sequence flow",
     "the list opened here is not closed by `]`, or a comma is missing in it",
     "write [one, two]",
     true},
    {"end of map",
     "this does not fit the mapping above",
     "line it up with the other keys, or quote the whole value"},
    {"end of sequence", "this does not fit the list above", "line it up with the other `-`"},
    {"illegal map value",
     "a `:` that does not follow a key",
     "check the indentation and the line above, or quote a value that contains `: `"},
    {"illegal flow end", "a `}` or `]` that nothing opened", "quote a value that starts with it"},
    {"illegal block entry",
     "a `-` that is not at the start of a line",
     "put each item on its own line, or write [one, two]"},
    {"unknown token", "a value cannot start with this character", "put the value in quotes"},
    {"illegal EOF in scalar", "the file ends inside quotes", "close the quotes"},
    {"unknown escape character",
     "unknown escape after `\\` in double quotes",
     "write `\\\\` for a backslash, or use single quotes"},
    {"bad character found while scanning hex",
     "not a hexadecimal digit in an escape",
     "write `\\\\` for a backslash, or use single quotes"},
    {"invalid unicode",
     "an escape that names no character",
     "write the character itself, in UTF-8"},
    {"the referenced anchor is not defined",
     "this alias has no anchor before it",
     "define it with `&` first, or quote a value that starts with `*`"},
    {"alias not found",
     "a `*` without the name of an anchor",
     "quote a value that starts with `*`"},
    {"anchor not found", "a `&` without a name", "quote a value that starts with `&`"},
    {"illegal tab", "a tab in the indentation", "YAML indents with spaces"},
}};

}  // namespace

SyntaxError explain_syntax_error(std::string_view yaml_cpp_message) {
  for (const Explanation& known : kExplanations) {
    if (yaml_cpp_message.starts_with(known.starts_with)) {
      return {std::string(known.message), std::string(known.hint), known.at_opening};
    }
  }
  return {"not YAML: " + std::string(yaml_cpp_message), "check the quotes and the indentation"};
}

}  // namespace buildcache::config
