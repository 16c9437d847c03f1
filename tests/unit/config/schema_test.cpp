#include "config/load.hpp"
#include "config/shape.hpp"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <string>

namespace buildcache::config {
namespace {

using Json = nlohmann::json;

// Whether each default is of the kind its own schema wants, as far as this test understands it.
bool accepts(const Json& schema, const Json& value) {
  if (schema.contains("anyOf")) {
    return std::ranges::any_of(schema["anyOf"],
                               [&](const Json& choice) { return accepts(choice, value); });
  }
  if (schema.contains("enum")) {
    return std::ranges::find(schema["enum"], value) != schema["enum"].end();
  }
  const auto type = schema["type"].get<std::string>();
  if (type == "array") {
    return value.is_array() && std::ranges::all_of(value, [&](const Json& item) {
             return accepts(schema["items"], item);
           });
  }
  return (type == "string" && value.is_string()) || (type == "boolean" && value.is_boolean()) ||
         (type == "integer" && value.is_number_integer()) ||
         (type == "object" && value.is_object());
}

// NOLINTNEXTLINE(misc-no-recursion): as deep as the schema
void check_defaults(const Json& schema) {
  if (schema.is_object() && schema.contains("default")) {
    CAPTURE(schema.dump());
    CHECK(accepts(schema, schema["default"]));
  }
  for (const auto& part : schema) {
    if (part.is_structured()) {
      check_defaults(part);
    }
  }
}

// NOLINTNEXTLINE(misc-no-recursion): as deep as the table
void check_descriptions(const Shape& shape) {
  for (const Shape& part : shape.parts) {
    check_descriptions(part);
  }
  for (const KeyInfo& key : shape.keys) {
    CAPTURE(key.name);
    CHECK_FALSE(key.description.empty());
    CHECK_FALSE(key.description.ends_with('.'));
    CHECK_FALSE(key.shape.words_for_people.empty());
    CHECK((!key.required || !key.example.empty()));
    check_descriptions(key.shape);
  }
}

}  // namespace

TEST_CASE("schema: it is JSON of the 2020-12 draft that closes every object") {
  const auto schema = Json::parse(schema_json());
  CHECK(schema["$schema"] == "https://json-schema.org/draft/2020-12/schema");
  CHECK(schema["additionalProperties"] == false);
  CHECK(schema["required"] == Json{"version"});
  CHECK(schema["properties"]["cache"]["additionalProperties"] == false);
  CHECK(schema["properties"]["targets"]["additionalProperties"]["additionalProperties"] == false);
}

TEST_CASE("schema: every default is valid where it stands") {
  check_defaults(Json::parse(schema_json()));
}

TEST_CASE("schema: every key says what it means, and a required one gives an example") {
  check_descriptions(file_shape());
}

}  // namespace buildcache::config
