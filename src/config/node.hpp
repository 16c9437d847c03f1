// A YAML document as a tree of plain values that remember where they stand.
#pragma once

#include "core/result.hpp"

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace buildcache::config {

struct YamlNode;
using YamlNodePtr = std::shared_ptr<const YamlNode>;  // an alias shares the node of its anchor

struct YamlNode {
  enum class Kind { null, scalar, list, map };

  Kind kind = Kind::null;
  int line = 0;                    // from 1
  int column = 0;                  // from 1, in bytes; of the tag or anchor where there is one
  std::string text;                // scalar: its value, never retyped: 1.10 stays "1.10"
  bool plain = false;              // scalar: without quotes or block style
  int text_offset = -1;            // scalar: bytes from `column` to `text`; -1: not there literally
  std::vector<YamlNodePtr> items;  // list
  std::vector<std::pair<YamlNodePtr, YamlNodePtr>> entries;  // map, in order; keys may repeat
  std::size_t weight = 1;  // values below and including this one, aliases counted in full
};

// Bounds of a file. Reaching one is an error.
inline constexpr std::size_t kMaxFileSize = std::size_t{1} << 20;  // bytes
inline constexpr std::size_t kMaxDepth = 32;                       // lists and mappings
inline constexpr std::size_t kMaxNodes = 50'000;                   // values, aliases in full

// Returns the one document of `text`; null when there is none. `file` is used in positions only.
// Errors: config, the first one found: not UTF-8, a control character, a bound above, a syntax
// error, a tag other than !!str, an alias of itself, a second document.
core::Result<YamlNodePtr> read_yaml(std::string_view text, const std::string& file);

}  // namespace buildcache::config
