// One value of the file while it is read: the node, its key path, and where complaints go.
#pragma once

#include "config/node.hpp"
#include "core/error.hpp"
#include "core/notice.hpp"
#include "sys/environment.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace buildcache::config {

// What all values of one file share.
struct Reading {
  std::string file;
  const sys::Environment& environment;
  std::vector<core::Error> errors;
  std::vector<core::Notice> notices;

  // Whether there are so many errors that more of them help nobody; later ones are dropped.
  [[nodiscard]] bool is_full() const { return errors.size() >= kMaxErrors; }
  static constexpr std::size_t kMaxErrors = 100;
};

struct Entry;

// Refers to a Reading and a YamlNode that outlive it. Copying is cheap.
class Value {
 public:
  Value(Reading& reading, const YamlNode& node, std::string path)
      : reading_(&reading),
        node_(&node),
        line_(node.line),
        column_(node.column),
        path_(std::move(path)) {}

  [[nodiscard]] const YamlNode& node() const { return *node_; }
  [[nodiscard]] const std::string& path() const { return path_; }
  [[nodiscard]] Reading& reading() const { return *reading_; }
  [[nodiscard]] const sys::Environment& environment() const { return reading_->environment; }
  [[nodiscard]] core::Position position() const { return {reading_->file, line_, column_}; }

  [[nodiscard]] bool is_plain() const {
    return node_->kind == YamlNode::Kind::scalar && node_->plain;
  }
  // A scalar's text as written, before any interpolation.
  [[nodiscard]] const std::string& text() const { return node_->text; }

  // Returns the same value, but one that messages never quote, nor anything below it.
  [[nodiscard]] Value quiet() const;

  // Returns item `index` of a list.
  [[nodiscard]] Value item(std::size_t index) const;
  // Returns the entries of a mapping without those whose key is refused: no word, a merge key, a
  // key that was there before. Each refusal is an error.
  [[nodiscard]] std::vector<Entry> entries() const;
  // Whether a mapping has the key, well-formed or not.
  [[nodiscard]] bool has(std::string_view key) const;
  // Returns the value of the key. REQUIRES: has(key).
  [[nodiscard]] Value at(std::string_view key) const;

  // Each of the three returns whether the value is of that kind; otherwise "expected <what>" is an
  // error.
  [[nodiscard]] bool expect_scalar(std::string_view what, std::string hint = {}) const;
  [[nodiscard]] bool expect_list(std::string_view what) const;
  [[nodiscard]] bool expect_map(std::string_view what) const;

  // Records an error of this value: "<path>: <message>".
  void error(const std::string& message, std::string hint = {}) const;
  // The same at byte `offset` of the text, where the file holds the text literally.
  void error_at(std::size_t offset, const std::string& message, std::string hint = {}) const;
  // Records "expected <what>, got <this value>"; of quiet values the first half.
  void unexpected(std::string_view what, std::string hint = {}) const;
  // Returns `text` for a message: in backquotes, printable, shortened; "this value" for quiet ones.
  [[nodiscard]] std::string quoted(std::string_view text) const;

 private:
  [[nodiscard]] Value below(const YamlNode& node, std::string path) const;
  [[nodiscard]] Value value_of(const YamlNode& key, const YamlNode& node, std::string path) const;
  [[nodiscard]] std::string key_text(const YamlNode& key) const;
  [[nodiscard]] std::string got() const;

  Reading* reading_;
  const YamlNode* node_;
  int line_;  // of the key where the value is empty
  int column_;
  std::string path_;
  bool quiet_ = false;
};

struct Entry {
  std::string key;
  Value key_place;  // to complain about the key itself; its path is the value's
  Value value;
};

}  // namespace buildcache::config
