#include "config/keys.hpp"

#include <charconv>

namespace buildcache::config {
namespace {

constexpr std::string_view kVersionHint = "write `version: 1`";

Field<Config> version_field() {
  auto shape = shape_of(Shape::Kind::integer, "1");
  shape.min = 1;
  shape.max = 1;
  return {{.name = "version",
           .description = "The version of this format",
           .example = "1",
           .required = true,
           .shape = shape},
          [](const Value& value, Config& /*config*/) {
            const auto& text = value.text();
            int number = 0;
            const auto parsed = std::from_chars(text.data(), text.data() + text.size(), number);
            const bool whole = parsed.ec == std::errc() && parsed.ptr == text.data() + text.size();
            if (value.is_plain() && whole && number > 1) {
              value.error("this version of the format is not known here",
                          "update buildcache, or write `version: 1`");
            } else if (!value.is_plain() || text != "1") {
              value.unexpected("the number 1", std::string(kVersionHint));
            }
          }};
}

Type<Config> make_file_type() {
  return object<Config>(
      "a mapping that begins with `version: 1`",
      {version_field(),
       field(&Config::builder,
             {.name = "builder", .description = "The buildx builder to use"},
             builder_type()),
       field(&Config::registries,
             {.name = "registries",
              .description = "Logins and settings of registries; without an entry the Docker "
                             "configuration's logins are used",
              .default_json = "[]"},
             registries_type()),
       field(&Config::cache,
             {.name = "cache", .description = "Where caches live and which are used"},
             cache_type()),
       field(
           &Config::summary,
           {.name = "summary",
            .description = "The job summary: all there is to tell, one table and what went wrong, "
                           "all but only when a step was not cached or something went wrong, or "
                           "none",
            .default_json = R"("full")"},
           word<SummaryMode>({{"full", SummaryMode::full},
                              {"compact", SummaryMode::compact},
                              {"on-miss", SummaryMode::on_miss},
                              {"off", SummaryMode::off}})),
       field(&Config::targets,
             {.name = "targets",
              .description = "What to build, by name; without it one target named after the "
                             "directory, built from its `Dockerfile`"},
             targets_type())});
}

}  // namespace

const Type<Config>& file_type() {
  static const Type<Config> kType = make_file_type();
  return kType;
}

const Shape& file_shape() {
  return file_type().shape;
}

}  // namespace buildcache::config
