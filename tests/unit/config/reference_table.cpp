#include "reference_table.hpp"

#include "config/shape.hpp"

#include <fmt/format.h>

namespace buildcache::config {
namespace {

std::string shown_default(const KeyInfo& key) {
  if (key.required) {
    return "required";
  }
  return key.default_json.empty() ? "" : "`" + key.default_json + "`";
}

// NOLINTNEXTLINE(misc-no-recursion): as deep as the table
void add_rows(const Shape& shape, const std::string& path, std::string& table) {
  if (shape.kind == Shape::Kind::list) {
    add_rows(shape.parts.front(), path + "[]", table);
  }
  if (shape.kind == Shape::Kind::map) {
    add_rows(shape.parts.front(), path + ".NAME", table);
  }
  if (shape.kind == Shape::Kind::one_of) {
    for (const Shape& part : shape.parts) {
      add_rows(part, path, table);
    }
  }
  for (const KeyInfo& key : shape.keys) {
    const auto below = path.empty() ? key.name : path + "." + key.name;
    table += fmt::format("| `{}` | {} | {} | {} |\n",
                         below,
                         key.shape.words_for_people,
                         shown_default(key),
                         key.description);
    add_rows(key.shape, below, table);
  }
}

}  // namespace

std::string reference_table() {
  std::string table = "| key | value | default | meaning |\n|---|---|---|---|\n";
  add_rows(file_shape(), "", table);
  return table;
}

}  // namespace buildcache::config
