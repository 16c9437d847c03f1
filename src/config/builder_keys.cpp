#include "config/forms.hpp"
#include "config/keys.hpp"

namespace buildcache::config {
namespace {

void check_builder(const Value& value, Builder& builder) {
  if (value.has("use") && value.has("driver")) {
    value.at("use").error("an existing builder brings its own driver",
                          "keep either `use` or `driver`");
  }
  if (builder.driver == Driver::remote && !value.has("endpoint")) {
    value.at("driver").error("the remote driver needs an endpoint",
                             "add `endpoint: tcp://host:port` or `endpoint: unix:///path`");
  }
  if (value.has("endpoint") && builder.driver != Driver::remote &&
      !(value.has("driver") && builder.driver == Driver::automatic)) {
    value.at("endpoint").error("only the remote driver has an endpoint", "add `driver: remote`");
  }
}

}  // namespace

Type<Builder> builder_type() {
  const TextRule endpoint{"an address such as tcp://host:port or unix:///path",
                          is_builder_endpoint};
  const TextRule use{
      "the name of a builder, as `docker buildx ls` shows it", is_simple_name, kSimpleNameHint};
  return object<Builder>(
      "a mapping such as {driver: docker}",
      {field(
           &Builder::driver,
           {.name = "driver",
            .description = "What runs BuildKit: the Docker engine itself, or a BuildKit daemon at "
                           "`endpoint`; without it buildx's current builder is used"},
           word<Driver>({{"docker", Driver::docker}, {"remote", Driver::remote}})),
       field(&Builder::use,
             {.name = "use", .description = "An existing builder, by name; excludes `driver`"},
             text(use)),
       field(
           &Builder::endpoint,
           {.name = "endpoint", .description = "Where the BuildKit of the `remote` driver listens"},
           text(endpoint))},
      check_builder);
}

}  // namespace buildcache::config
