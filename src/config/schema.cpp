#include "config/load.hpp"
#include "config/shape.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace buildcache::config {
namespace {

using Json = nlohmann::ordered_json;

Json schema_of(const Shape& shape);

Json object_schema(const Shape& shape) {
  Json properties = Json::object();
  Json required = Json::array();
  for (const KeyInfo& key : shape.keys) {
    Json property{{"description", key.description}};
    property.update(schema_of(key.shape));
    if (!key.default_json.empty()) {
      property["default"] = Json::parse(key.default_json);
    }
    properties[key.name] = std::move(property);
    if (key.required) {
      required.push_back(key.name);
    }
  }
  Json schema{{"type", "object"}, {"additionalProperties", false}};
  if (!required.empty()) {
    schema["required"] = std::move(required);
  }
  schema["properties"] = std::move(properties);
  return schema;
}

Json one_of_schema(const Shape& shape) {
  Json choices = Json::array();
  for (const Shape& part : shape.parts) {
    choices.push_back(schema_of(part));
  }
  return {{"anyOf", std::move(choices)}};
}

Json list_schema(const Shape& shape) {
  Json schema{{"type", "array"}};
  if (shape.always_empty) {
    schema["maxItems"] = 0;
    return schema;
  }
  schema["uniqueItems"] = true;
  schema["items"] = schema_of(shape.parts.front());
  return schema;
}

Json map_schema(const Shape& shape) {
  return {{"type", "object"},
          {"additionalProperties", schema_of(shape.parts.front())},
          {"propertyNames", {{"pattern", shape.pattern}}}};
}

// NOLINTNEXTLINE(misc-no-recursion): as deep as the table
Json schema_of(const Shape& shape) {
  switch (shape.kind) {
    case Shape::Kind::any_scalar:
      return {{"type", {"string", "number", "boolean"}}};
    case Shape::Kind::integer:
      return {{"type", "integer"}, {"minimum", shape.min}, {"maximum", shape.max}};
    case Shape::Kind::boolean:
      return {{"type", "boolean"}};
    case Shape::Kind::words:
      return {{"enum", shape.words}};
    case Shape::Kind::list:
      return list_schema(shape);
    case Shape::Kind::map:
      return map_schema(shape);
    case Shape::Kind::object:
      return object_schema(shape);
    case Shape::Kind::one_of:
      return one_of_schema(shape);
    case Shape::Kind::text:
      break;
  }
  Json schema{{"type", "string"}};
  if (!shape.pattern.empty()) {
    schema["pattern"] = shape.pattern;
  }
  return schema;
}

}  // namespace

std::string schema_json() {
  Json schema{{"$schema", "https://json-schema.org/draft/2020-12/schema"},
              {"title", ".buildcache.yml"},
              {"description", "Configuration of buildcache"}};
  schema.update(schema_of(file_shape()));
  return schema.dump(2) + "\n";
}

}  // namespace buildcache::config
