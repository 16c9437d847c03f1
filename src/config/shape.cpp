#include "config/shape.hpp"

#include <utility>

namespace buildcache::config {

Shape shape_of(Shape::Kind kind, std::string words_for_people, std::string pattern) {
  Shape shape;
  shape.kind = kind;
  shape.words_for_people = std::move(words_for_people);
  shape.pattern = std::move(pattern);
  return shape;
}

Shape shape_of(Shape::Kind kind, std::string words_for_people, std::vector<Shape> parts) {
  Shape shape = shape_of(kind, std::move(words_for_people));
  shape.parts = std::move(parts);
  return shape;
}

}  // namespace buildcache::config
