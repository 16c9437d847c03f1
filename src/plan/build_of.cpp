#include "plan/build_of.hpp"

#include "core/image_ref.hpp"
#include "plan/placeholders.hpp"
#include "plan/plain_http.hpp"
#include "plan/shown.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <string>
#include <string_view>
#include <utility>

namespace buildcache::plan {

namespace {

using Texts = std::map<std::string, std::string>;

core::Notice left_out(const config::Target& target,
                      const std::string& what,
                      const std::string& missing) {
  return {core::Severity::notice, what + " is left out: " + missing, "", target.name};
}

Texts filled_texts(const config::Target& target,
                   const Texts& texts,
                   std::string_view what,
                   const std::vector<Placeholder>& placeholders,
                   std::vector<core::Notice>& notices) {
  Texts result;
  for (const auto& [key, value] : texts) {
    Filled filled = fill_text(value, placeholders);
    if (filled.text) {
      result.emplace(key, *std::move(filled.text));
    } else {
      notices.push_back(
          left_out(target, "the " + std::string(what) + " " + shown(key), filled.missing));
    }
  }
  return result;
}

core::Result<std::vector<std::string>> filled_tags(const config::Target& target,
                                                   const std::vector<Placeholder>& placeholders,
                                                   std::vector<core::Notice>& notices) {
  std::vector<std::string> tags;
  for (const std::string& tag : target.tags) {
    Filled filled = fill_reference(tag, placeholders);
    if (!filled.text) {
      notices.push_back(left_out(target, "the tag " + shown(tag), filled.missing));
      continue;
    }
    const core::Result<core::ImageRef> reference = core::parse_image_ref(*filled.text);
    if (!reference || reference->digest) {
      return core::fail(core::ErrorKind::config,
                        "target '" + target.name + "': the tag '" + shown(tag) + "' becomes '" +
                            shown(*filled.text) + "', which names no image to write: " +
                            (reference ? "it has a digest" : reference.error().message));
    }
    if (std::ranges::find(tags, *filled.text) == tags.end()) {
      tags.push_back(*std::move(filled.text));
    }
  }
  return tags;
}

// Says why a push that was asked for is skipped; empty when it is done.
std::string push_skipped_why(const Facts& facts,
                             const config::Target& target,
                             const Wishes& wishes,
                             const std::vector<std::string>& tags) {
  if (!wishes.push) {
    return "--no-push";
  }
  if (target.push == config::Push::trusted && facts.trust.level == config::TrustLevel::fork) {
    return facts.trust.reason + ", and only `push: always` pushes then";
  }
  return tags.empty() ? "none of the target's tags applies to this run" : std::string();
}

std::string upper(std::string_view text) {
  std::string result(text);
  for (char& c : result) {
    c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  }
  return result;
}

bool looks_secret(std::string_view argument) {
  constexpr std::array<std::string_view, 4> kSuffixes{"TOKEN", "PASSWORD", "SECRET", "_KEY"};
  const std::string name = upper(argument);
  return name == "KEY" || std::ranges::any_of(kSuffixes, [&name](std::string_view suffix) {
           return name.ends_with(suffix);
         });
}

void note_secrets(const config::Target& target,
                  const Texts& args,
                  std::vector<core::Notice>& notices) {
  for (const auto& [name, value] : args) {
    if (!value.empty() && looks_secret(name)) {
      notices.push_back(
          {core::Severity::warning,
           "the argument " + shown(name) +
               " looks like a secret; arguments are stored in the image and the cache",
           "hand it over under `secrets`",
           target.name});
    }
  }
}

}  // namespace

core::Result<Build> build_of(const Facts& facts,
                             const config::Target& target,
                             const Wishes& wishes,
                             config::Compression compression,
                             std::vector<core::Notice>& notices) {
  const std::vector<Placeholder> placeholders = placeholders_of(facts, target);
  core::Result<std::vector<std::string>> tags = filled_tags(target, placeholders, notices);
  if (!tags) {
    return tl::unexpected(tags.error());
  }
  const bool wants_push = target.push != config::Push::never;
  if (wants_push && target.tags.empty()) {
    return core::fail(core::ErrorKind::config,
                      "target '" + target.name + "' is to be pushed, but has no tags",
                      "name where to push it under `tags`");
  }
  Build build;
  build.context = target.context;
  build.dockerfile = target.dockerfile;
  build.stage = target.target;
  build.args = filled_texts(target, target.args, "argument", placeholders, notices);
  build.platforms = target.platforms;
  build.labels = filled_texts(target, target.labels, "label", placeholders, notices);
  build.secrets = target.secrets;
  build.options = target.options;
  build.options.annotations =
      filled_texts(target, target.options.annotations, "annotation", placeholders, notices);
  build.no_cache = wishes.no_cache || target.options.no_cache;
  build.load = target.options.load;
  build.compression = compression;
  build.push_skipped_why =
      wants_push ? push_skipped_why(facts, target, wishes, *tags) : std::string();
  build.push = wants_push && build.push_skipped_why.empty();
  build.tags = *std::move(tags);
  build.push_plain_http = pushes_plain_http(facts.config, build);
  note_secrets(target, build.args, notices);
  return build;
}

}  // namespace buildcache::plan
