#include "config/value.hpp"

#include "core/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

namespace buildcache::config {
namespace {

constexpr std::size_t kQuotedLength = 60;  // characters
constexpr std::size_t kHarmlessKeyLength = 24;

// Whether a key can hardly be a secret that went to the wrong place.
bool is_harmless_key(std::string_view key) {
  return key.size() <= kHarmlessKeyLength && std::ranges::all_of(key, [](char c) {
           return (c >= 'a' && c <= 'z') || c == '-' || c == '_';
         });
}

std::string joined(std::string_view path, std::string_view key) {
  return fmt::format("{}{}{}", path, path.empty() ? "" : ".", key);
}

// Whether a key is none; then that is an error.
bool refuse_key(const Value& key) {
  if (key.node().kind != YamlNode::Kind::scalar) {
    key.error("a key must be a word", "write `key: value`");
    return true;
  }
  if (key.is_plain() && key.text() == "<<") {
    key.error("merge keys are not supported", "repeat the keys, or give single values an anchor");
    return true;
  }
  return false;
}

}  // namespace

Value Value::quiet() const {
  Value result = *this;
  result.quiet_ = true;
  return result;
}

Value Value::below(const YamlNode& node, std::string path) const {
  Value result(*reading_, node, std::move(path));
  result.quiet_ = quiet_;
  return result;
}

Value Value::value_of(const YamlNode& key, const YamlNode& node, std::string path) const {
  Value value = below(node, std::move(path));
  if (node.kind == YamlNode::Kind::null) {  // which stands somewhere after the key
    value.line_ = key.line;
    value.column_ = key.column;
  }
  return value;
}

Value Value::item(std::size_t index) const {
  return below(*node_->items[index], fmt::format("{}[{}]", path_, index));
}

std::string Value::key_text(const YamlNode& key) const {
  if (key.text.empty() || (quiet_ && !is_harmless_key(key.text))) {
    return key.text.empty() ? "\"\"" : "?";
  }
  return core::shortened(core::printable(key.text), kQuotedLength);
}

std::vector<Entry> Value::entries() const {
  std::vector<Entry> result;
  std::map<std::string_view, int> lines;  // of the keys so far
  for (const auto& [key, node] : node_->entries) {
    const bool is_word = key->kind == YamlNode::Kind::scalar;
    const auto path = is_word ? joined(path_, key_text(*key)) : path_;
    const Value key_place = below(*key, path);
    if (refuse_key(key_place)) {
      continue;
    }
    const auto [known, is_new] = lines.emplace(key->text, key->line);
    if (!is_new) {
      key_place.error(fmt::format("the key is there twice, first in line {}", known->second),
                      "keep one of the two");
      continue;
    }
    result.push_back({key->text, key_place, value_of(*key, *node, path)});
  }
  return result;
}

bool Value::has(std::string_view key) const {
  return std::ranges::any_of(node_->entries, [key](const auto& entry) {
    return entry.first->kind == YamlNode::Kind::scalar && entry.first->text == key;
  });
}

Value Value::at(std::string_view key) const {
  const auto found = std::ranges::find_if(node_->entries, [key](const auto& entry) {
    return entry.first->kind == YamlNode::Kind::scalar && entry.first->text == key;
  });
  return value_of(*found->first, *found->second, joined(path_, key));
}

bool Value::expect_scalar(std::string_view what, std::string hint) const {
  if (node_->kind != YamlNode::Kind::scalar) {
    unexpected(what, std::move(hint));
    return false;
  }
  return true;
}

bool Value::expect_list(std::string_view what) const {
  if (node_->kind != YamlNode::Kind::list) {
    const bool single = node_->kind == YamlNode::Kind::scalar && !quiet_;
    unexpected(what,
               single ? "a list of one is written [" +
                            core::shortened(core::printable(text()), kQuotedLength) + "]"
                      : "");
    return false;
  }
  return true;
}

bool Value::expect_map(std::string_view what) const {
  if (node_->kind != YamlNode::Kind::map) {
    unexpected(what,
               node_->kind == YamlNode::Kind::null
                   ? "write {} to leave everything at its default, or remove the key"
                   : "");
    return false;
  }
  return true;
}

void Value::error(const std::string& message, std::string hint) const {
  if (reading_->is_full()) {
    return;
  }
  reading_->errors.push_back({core::ErrorKind::config,
                              path_.empty() ? message : path_ + ": " + message,
                              position(),
                              std::move(hint)});
}

void Value::error_at(std::size_t offset, const std::string& message, std::string hint) const {
  Value place = *this;
  if (node_->text_offset >= 0) {
    place.column_ += node_->text_offset + static_cast<int>(offset);
  }
  place.error(message, std::move(hint));
}

void Value::unexpected(std::string_view what, std::string hint) const {
  const bool hidden = quiet_ && node_->kind == YamlNode::Kind::scalar;
  error(hidden ? fmt::format("expected {}", what) : fmt::format("expected {}, got {}", what, got()),
        std::move(hint));
}

std::string Value::quoted(std::string_view text) const {
  if (quiet_) {
    return "this value";
  }
  if (text.empty()) {
    return "an empty value";
  }
  return "`" + core::shortened(core::printable(text), kQuotedLength) + "`";
}

std::string Value::got() const {
  switch (node_->kind) {
    case YamlNode::Kind::null:
      return "nothing";
    case YamlNode::Kind::list:
      return "a list";
    case YamlNode::Kind::map:
      return "a mapping";
    case YamlNode::Kind::scalar:
      break;
  }
  return quoted(text());
}

}  // namespace buildcache::config
