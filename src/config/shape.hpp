// What values a key takes, as data: the JSON Schema and the reference table are printed from it.
#pragma once

#include <string>
#include <vector>

namespace buildcache::config {

struct KeyInfo;

struct Shape {
  enum class Kind { text, any_scalar, integer, boolean, words, list, map, object, one_of };

  Kind kind = Kind::text;
  std::string words_for_people;    // "a duration such as 10s or 1m30s"
  std::string pattern;             // text: regular expression; map: of the keys; may be empty
  int min = 0;                     // integer
  int max = 0;                     // integer
  bool always_empty = false;       // list
  std::vector<std::string> words;  // words
  std::vector<Shape> parts;        // list: the item; map: the value; one_of: the choices
  std::vector<KeyInfo> keys;       // object
};

struct KeyInfo {
  std::string name;
  std::string description{};   // one sentence, no final full stop
  std::string default_json{};  // as JSON; empty: none, or described
  std::string example{};       // of a required key
  bool required = false;
  Shape shape{};
};

// Returns a shape of which nothing else is set.
Shape shape_of(Shape::Kind kind, std::string words_for_people, std::string pattern = {});
// The same with `parts`.
Shape shape_of(Shape::Kind kind, std::string words_for_people, std::vector<Shape> parts);

// Returns the shape of a whole file.
const Shape& file_shape();

}  // namespace buildcache::config
