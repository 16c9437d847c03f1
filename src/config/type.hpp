// The building blocks of the key table: a type says what a value looks like (Shape) and how it gets
// into a struct, so that parser, schema and reference table cannot disagree.
#pragma once

#include "config/shape.hpp"
#include "config/value.hpp"

#include <algorithm>
#include <chrono>
#include <functional>
#include <initializer_list>
#include <iterator>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace buildcache::config {

template <typename T>
struct Type {
  Shape shape;
  // Reads the value into `T`; each fault is an error of the value and leaves `T` as it was.
  std::function<void(const Value&, T&)> read;
};

// One key of an object of type S.
template <typename S>
struct Field {
  KeyInfo info;
  std::function<void(const Value&, S&)> read;
};

// What a text must be once its variables are filled in.
struct TextRule {
  std::string_view what;                     // "a directory"
  bool (*fits)(std::string_view) = nullptr;  // null: any text of one line
  std::string_view hint = {};
  bool may_be_empty = false;
};

// A text of one line with `${VAR}`.
Type<std::string> text(TextRule rule);
// A text as it is written, without `${VAR}`: names that must be readable in the file.
Type<std::string> name(TextRule rule, std::string pattern);
// A text of one line with `${VAR}`, of any scalar: numbers and booleans keep their text.
Type<std::string> scalar(TextRule rule);
// true, false, or one of the words; "true" and "false" as texts.
Type<std::string> flag_or(const std::vector<std::string>& words);
// A text of any number of lines as it is written, not empty.
Type<std::string> block(TextRule rule);
// A text of any scalar, of several lines too, with `${VAR}` and {placeholders}, which are checked
// here and filled in by the plan.
Type<std::string> templated(TextRule rule);
Type<int> whole_number(int min, int max);
Type<bool> boolean();
// "500ms", "10s", "1m30s", "2h"; from `min` to `max`.
Type<std::chrono::milliseconds> duration(std::chrono::milliseconds min,
                                         std::chrono::milliseconds max);

// The parts of the templates below that do not depend on a type.
void refuse_unknown_key(const Entry& entry, const std::vector<std::string>& known);
void refuse_missing_key(const Value& object, const KeyInfo& key);
void refuse_unknown_word(const Value& value, const std::vector<std::string>& known);
void refuse_repeated_items(const Value& list);
// "zstd, gzip or uncompressed"
std::string one_of_text(const std::vector<std::string>& words);
// Whether the key has the form; otherwise an error at the key.
bool check_map_key(const Entry& entry, const TextRule& rule);

template <typename E>
Type<E> word(std::initializer_list<std::pair<std::string_view, E>> choices) {
  std::map<std::string, E, std::less<>> meaning;
  auto shape = shape_of(Shape::Kind::words, "");
  for (const auto& [text, meant] : choices) {
    meaning.emplace(text, meant);
    shape.words.emplace_back(text);
  }
  shape.words_for_people = one_of_text(shape.words);
  return {shape, [meaning, words = shape.words](const Value& value, E& out) {
            const auto found = meaning.find(value.text());
            if (value.node().kind != YamlNode::Kind::scalar || found == meaning.end()) {
              refuse_unknown_word(value, words);
              return;
            }
            out = found->second;
          }};
}

template <typename T>
Type<std::vector<T>> list_of(const std::string& what, Type<T> item) {
  const auto shape = shape_of(Shape::Kind::list, what, std::vector{item.shape});
  return {shape, [what, item](const Value& value, std::vector<T>& out) {
            if (!value.expect_list(what)) {
              return;
            }
            refuse_repeated_items(value);
            out.clear();
            for (std::size_t i = 0; i < value.node().items.size(); ++i) {
              item.read(value.item(i), out.emplace_back());
            }
          }};
}

template <typename T>
Type<std::map<std::string, T>> map_of(const std::string& what,
                                      TextRule key,
                                      std::string key_pattern,
                                      Type<T> item) {
  auto shape = shape_of(Shape::Kind::map, what, std::move(key_pattern));
  shape.parts.push_back(item.shape);
  return {shape, [what, key, item](const Value& value, std::map<std::string, T>& out) {
            if (!value.expect_map(what)) {
              return;
            }
            for (const Entry& entry : value.entries()) {
              if (check_map_key(entry, key)) {
                item.read(entry.value, out[entry.key]);
              }
            }
          }};
}

template <typename S, typename T>
Field<S> field(T S::*member, KeyInfo info, Type<T> type) {
  info.shape = std::move(type.shape);
  return {std::move(info), [member, read = std::move(type.read)](const Value& value, S& out) {
            read(value, out.*member);
          }};
}

// The same for a member of a part of S.
template <typename S, typename P, typename T>
Field<S> field(P S::*part, T P::*member, KeyInfo info, Type<T> type) {
  info.shape = std::move(type.shape);
  return {std::move(info), [part, member, read = std::move(type.read)](const Value& value, S& out) {
            read(value, out.*part.*member);
          }};
}

// Reads the entries of a mapping by the fields of their names; others are unknown keys.
template <typename S>
void read_entries(const Value& value, const std::vector<Field<S>>& fields, S& out) {
  std::vector<std::string> names;
  std::ranges::transform(
      fields, std::back_inserter(names), [](const Field<S>& field) { return field.info.name; });
  for (const Entry& entry : value.entries()) {
    const auto known = std::ranges::find(names, entry.key);
    if (known == names.end()) {
      refuse_unknown_key(entry, names);
    } else {
      fields[static_cast<std::size_t>(known - names.begin())].read(entry.value, out);
    }
  }
}

// `check` sees the whole object after its keys were read, faulty ones included.
template <typename S>
Type<S> object(const std::string& what,
               const std::vector<Field<S>>& fields,
               std::function<void(const Value&, S&)> check = {}) {
  auto shape = shape_of(Shape::Kind::object, what);
  std::ranges::transform(
      fields, std::back_inserter(shape.keys), [](const Field<S>& field) { return field.info; });
  return {shape, [what, fields, check = std::move(check)](const Value& value, S& out) {
            if (!value.expect_map(what)) {
              return;
            }
            read_entries(value, fields, out);
            for (const Field<S>& field : fields) {
              if (field.info.required && !value.has(field.info.name)) {
                refuse_missing_key(value, field.info);
              }
            }
            if (check) {
              check(value, out);
            }
          }};
}

// The same type, but its values never appear in messages.
template <typename T>
Type<T> quiet(Type<T> type) {
  return {type.shape, [read = type.read](const Value& value, T& out) { read(value.quiet(), out); }};
}

}  // namespace buildcache::config
