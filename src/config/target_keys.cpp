#include "config/forms.hpp"
#include "config/keys.hpp"
#include "config/placeholders.hpp"
#include "core/image_ref.hpp"
#include "core/text.hpp"

#include <fmt/format.h>

namespace buildcache::config {
namespace {

constexpr TextRule kTargetName{"the name of a target",
                               is_target_name,
                               "a-z, 0-9, '.', '_' and '-', beginning with a letter or digit, at "
                               "most 60 characters"};
constexpr std::size_t kMaxTargets = 256;

constexpr TextRule kPath{"a path", is_local_path, kLocalPathHint};

// Stands in for what a placeholder will be, to see whether a tag can be right at all.
std::string sample_of(std::string_view placeholder) {
  if (placeholder == "sha") {
    return std::string(40, 'a');
  }
  return placeholder == "pr" ? "1" : "sample";
}

std::string tag_hint(const std::string& text) {
  if (text.find("{{") != std::string::npos) {
    return "placeholders have one brace: {sha}";
  }
  return text.find("://") != std::string::npos ? "leave out everything up to `://`" : "";
}

Type<std::string> tag_type() {
  const auto any = templated({"an image reference such as ghcr.io/acme/api:latest"});
  return {any.shape, [any](const Value& value, std::string& out) {
            std::string filled;
            any.read(value, filled);
            if (filled.empty()) {
              if (value.node().kind == YamlNode::Kind::scalar && value.text().empty()) {
                value.unexpected(any.shape.words_for_people);
              }
              return;
            }
            const auto reference = core::parse_image_ref(fill_placeholders(filled, sample_of));
            if (!reference) {
              value.error(fmt::format("{} is no image reference: {}",
                                      value.quoted(value.text()),
                                      reference.error().message),
                          tag_hint(value.text()));
            } else if (reference->digest) {
              value.error("a tag to push cannot have a digest", "leave out everything from `@` on");
            }
            out = filled;
          }};
}

Type<Push> push_type() {
  const auto flag = boolean();
  auto always = shape_of(Shape::Kind::words, "always");
  always.words = {"always"};
  const auto shape =
      shape_of(Shape::Kind::one_of, "true, false or always", std::vector{flag.shape, always});
  return {shape, [flag](const Value& value, Push& out) {
            if (value.node().kind == YamlNode::Kind::scalar && value.text() == "always") {
              out = Push::always;
              return;
            }
            const auto near = core::nearest(value.text(), {"always"});
            if (value.node().kind != YamlNode::Kind::scalar || !near.empty()) {
              value.unexpected("true, false or always",
                               near.empty() ? "" : "did you mean `always`?");
              return;
            }
            bool push = false;
            flag.read(value, push);
            out = push ? Push::trusted : Push::never;
          }};
}

Type<BuildSecret> secret_type() {
  return object<BuildSecret>(
      "a mapping such as {id: npm, env: NPM_TOKEN}",
      {field(&BuildSecret::id,
             {.name = "id",
              .description = "The name the Dockerfile mounts it by",
              .example = "npm",
              .required = true},
             name({"the name of a secret", is_simple_name, kSimpleNameHint},
                  std::string(kSimpleNamePattern))),
       field(&BuildSecret::env,
             {.name = "env", .description = "The environment variable that holds the secret"},
             name({"the name of an environment variable",
                   is_environment_name,
                   "the name alone: `env: NPM_TOKEN`"},
                  std::string(kEnvironmentNamePattern))),
       field(&BuildSecret::file,
             {.name = "file", .description = "The file that holds the secret"},
             text(kPath))},
      [](const Value& value, BuildSecret& /*secret*/) {
        if (value.has("env") == value.has("file")) {
          value.error(value.has("env") ? "a secret comes from `env` or from `file`, not from both"
                                       : "where the secret comes from is missing",
                      value.has("env") ? "keep one of the two" : "add `env: NAME` or `file: PATH`");
        }
      });
}

Type<std::vector<BuildSecret>> secrets_type() {
  const auto list = quiet(list_of("a list such as [{id: npm, env: NPM_TOKEN}]", secret_type()));
  return {list.shape, [list](const Value& value, std::vector<BuildSecret>& out) {
            list.read(value, out);
            std::map<std::string_view, std::size_t> seen;
            for (std::size_t i = 0; i < out.size(); ++i) {
              if (!out[i].id.empty() && !seen.emplace(out[i].id, i).second) {
                value.item(i).error(
                    fmt::format("the same id as {}[{}]", value.path(), seen[out[i].id]),
                    "one entry per secret");
              }
            }
          }};
}

std::vector<Field<Target>> source_fields() {
  return {
      field(&Target::context,
            {.name = "context",
             .description = "The directory that is sent to the build",
             .default_json = R"(".")"},
            text({"a directory", is_local_path, kLocalPathHint})),
      field(&Target::dockerfile,
            {.name = "dockerfile",
             .description = "The Dockerfile, from the configuration's directory; `Dockerfile` in "
                            "`context` without it"},
            text(kPath)),
      field(&Target::target,
            {.name = "target", .description = "The stage to build; the last one without it"},
            text({"the name of a stage", is_simple_name, kSimpleNameHint})),
      field(&Target::args,
            {.name = "args",
             .description = "Build arguments; numbers keep their text",
             .default_json = "{}"},
            map_of("a mapping such as {VERSION: \"1.2\"}",
                   {"the name of a build argument", is_environment_name, kEnvironmentNameHint},
                   std::string(kEnvironmentNamePattern),
                   templated({"a text"}))),
      field(&Target::platforms,
            {.name = "platforms",
             .description = "What to build for; the builder's own platform without it",
             .default_json = "[]"},
            list_of("a list such as [linux/amd64, linux/arm64]", platform_type()))};
}

std::vector<Field<Target>> product_fields() {
  return {
      field(&Target::tags,
            {.name = "tags", .description = "The references the image gets", .default_json = "[]"},
            list_of("a list such as [\"ghcr.io/acme/api:{short-sha}\"]", tag_type())),
      field(&Target::labels,
            {.name = "labels", .description = "Labels of the image", .default_json = "{}"},
            map_of("a mapping such as {org.opencontainers.image.title: api}",
                   {"the name of a label", is_label_name, kLabelNameHint},
                   std::string(kLabelNamePattern),
                   templated({"a text"}))),
      field(
          &Target::push,
          {.name = "push",
           .description = "Whether the image is pushed under its tags; `true` skips that for what "
                          "a fork sent, `always` does not",
           .default_json = "false"},
          push_type()),
      field(&Target::needs,
            {.name = "needs",
             .description = "Targets to build first; order only",
             .default_json = "[]"},
            list_of("a list of targets", name(kTargetName, std::string(kTargetNamePattern)))),
      field(&Target::secrets,
            {.name = "secrets",
             .description = "Secrets for `RUN --mount=type=secret`",
             .default_json = "[]"},
            secrets_type()),
      field(&Target::mounts,
            {.name = "mounts",
             .description = "Which cache mounts (`RUN --mount=type=cache`) outlive the builder: "
                            "`auto` for all the Dockerfile has, or a list",
             .default_json = "[]"},
            mounts_type())};
}

void check_target(const Value& value, Target& target) {
  if (target.push != Push::never && !value.has("tags")) {
    value.at("push").error("there is nothing to push without tags",
                           "add `tags: [ghcr.io/acme/api:latest]`");
  }
}

// Who builds on a target needs it.
void need_contexts(Target& target) {
  for (const auto& [name, source] : target.options.contexts) {
    if (!source.starts_with(kTargetContext)) {
      continue;
    }
    const std::string needed = source.substr(kTargetContext.size());
    if (std::ranges::find(target.needs, needed) == target.needs.end()) {
      target.needs.push_back(needed);
    }
  }
}

}  // namespace

Type<std::vector<Target>> targets_type() {
  auto fields = source_fields();
  for (const auto& part : {product_fields(), build_option_fields()}) {
    fields.insert(fields.end(), part.begin(), part.end());
  }
  const auto target = object<Target>("a mapping such as {context: .}", fields, check_target);
  const std::string what = "a mapping such as {api: {context: .}}";
  auto shape = shape_of(Shape::Kind::map, what, std::string(kTargetNamePattern));
  shape.parts.push_back(target.shape);
  return {shape, [what, target](const Value& value, std::vector<Target>& out) {
            if (!value.expect_map(what)) {
              return;
            }
            if (value.node().entries.empty()) {
              value.error("there is no target", "remove the key to build ./Dockerfile");
            }
            if (value.node().entries.size() > kMaxTargets) {
              value.error(fmt::format("more than {} targets", kMaxTargets));
              return;
            }
            for (const Entry& entry : value.entries()) {
              if (check_map_key(entry, kTargetName)) {
                out.emplace_back().name = entry.key;
                target.read(entry.value, out.back());
                need_contexts(out.back());
              }
            }
            check_needs(value);
          }};
}

}  // namespace buildcache::config
