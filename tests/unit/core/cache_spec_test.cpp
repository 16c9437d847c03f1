#include "core/cache_spec.hpp"

#include <doctest/doctest.h>

using namespace buildcache::core;

TEST_CASE("cache spec: attributes are printed in their order behind the type") {
  const CacheSpec spec{"registry", {{"ref", "ghcr.io/a/b:c"}, {"mode", "max"}}};
  CHECK(spec.str() == "type=registry,ref=ghcr.io/a/b:c,mode=max");
}

TEST_CASE("cache spec: fields are quoted where a CSV reader would break them") {
  const auto printed = [](const std::string& value) {
    return CacheSpec{"local", {{"dest", value}}}.str();
  };
  CHECK(printed("/a b") == "type=local,dest=/a b");
  CHECK(printed("/a,b") == "type=local,\"dest=/a,b\"");
  CHECK(printed("/a\"b") == "type=local,\"dest=/a\"\"b\"");
  CHECK(printed("/a\nb") == "type=local,\"dest=/a\nb\"");
  CHECK(printed("/a\rb") == "type=local,\"dest=/a\rb\"");
  CHECK((CacheSpec{"local", {{" dest", "x"}}}.str()) == "type=local,\" dest=x\"");
}

TEST_CASE("cache spec: an attribute that is not set is empty") {
  const CacheSpec spec{"registry", {{"ref", "r"}}};
  CHECK(spec.get("ref") == "r");
  CHECK(spec.get("mode").empty());
}
