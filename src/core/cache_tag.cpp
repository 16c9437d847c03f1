#include "core/cache_tag.hpp"

#include "core/slug.hpp"

#include <algorithm>
#include <array>
#include <vector>

namespace buildcache::core {

namespace {

constexpr std::size_t kLimit = 128;  // OCI distribution specification, tag grammar
constexpr std::string_view kSeparator = "--";
constexpr std::string_view kStageMark = "s-";
constexpr std::string_view kPlatformMark = "on-";
constexpr std::size_t kMostParts = 4;
constexpr std::array<ScopeKind, 7> kScopeKinds = {ScopeKind::commit,
                                                  ScopeKind::branch,
                                                  ScopeKind::pr,
                                                  ScopeKind::inputs,
                                                  ScopeKind::name,
                                                  ScopeKind::mount,
                                                  ScopeKind::staging};

bool is_platform_component(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
  });
}

std::vector<std::string_view> split(std::string_view text, std::string_view separator) {
  std::vector<std::string_view> parts;
  for (std::size_t end = text.find(separator); end != std::string_view::npos;
       end = text.find(separator)) {
    parts.push_back(text.substr(0, end));
    text.remove_prefix(end + separator.size());
  }
  parts.push_back(text);
  return parts;
}

std::string join(const std::vector<std::string_view>& parts, char separator) {
  std::string text;
  for (const std::string_view part : parts) {
    if (!text.empty()) {
      text += separator;
    }
    text += part;
  }
  return text;
}

bool is_platform(const std::vector<std::string_view>& components) {
  return (components.size() == 2 || components.size() == 3) &&
         std::ranges::all_of(components, is_platform_component);
}

// "linux/arm64/v8" is written "linux-arm64-v8"; whatever is not of that form is always hashed, so
// that a platform spelled with '-' cannot meet one spelled with '/'.
std::string platform_slug(const std::string& platform, std::size_t limit) {
  const std::vector<std::string_view> components = split(platform, "/");
  std::string joined = join(components, '-');
  if (is_platform(components) && joined.size() <= limit && !is_cut_slug(joined)) {
    return joined;
  }
  return cut_slug(platform, limit);
}

// One part of the tag on its way: how long it would like to be, and how short it may become.
struct Part {
  std::string (*spell)(const std::string& text, std::size_t limit);
  const std::string* text;
  std::string mark;  // what stands before it, separator included
  std::size_t floor;
  std::size_t wish;
};

std::string plain_slug(const std::string& text, std::size_t limit) {
  return slug(text, limit);
}

bool is_id(ScopeKind kind) {
  return kind != ScopeKind::branch && kind != ScopeKind::name;
}

// The parts in the order they are written. Floors add up to 112; with all marks (13) that fits.
std::vector<Part> parts_of(const CacheTag& tag) {
  const bool id = is_id(tag.scope.kind);
  const std::size_t name_floor = id ? 16 : 24;
  std::vector<Part> parts;
  parts.push_back({plain_slug, &tag.target, "", name_floor, 0});
  if (!tag.stage.empty()) {
    parts.push_back({plain_slug, &tag.stage, "--s-", name_floor, 0});
  }
  if (!tag.platform.empty()) {
    parts.push_back({platform_slug, &tag.platform, "--on-", 16, 0});
  }
  std::string mark = "--c-";
  mark[2] = letter_of(tag.scope.kind);
  parts.push_back({plain_slug, &tag.scope.value, mark, id ? 64U : 48U, 0});
  for (Part& part : parts) {
    part.wish = part.spell(*part.text, kLimit).size();
  }
  return parts;
}

// Shortens wishes until everything fits: a branch or a name gives first, then the stage, the target
// and the platform; an id gives last, so that commits stay whole.
void fit(std::vector<Part>& parts, bool scope_first) {
  std::size_t length = 0;
  for (const Part& part : parts) {
    length += part.mark.size() + part.wish;
  }
  const auto shorten = [&length](Part& part) {
    if (length > kLimit && part.wish > part.floor) {
      const std::size_t given = std::min(length - kLimit, part.wish - part.floor);
      part.wish -= given;
      length -= given;
    }
  };
  if (scope_first) {
    shorten(parts.back());
  }
  if (parts.size() > 2) {
    shorten(parts[1]);  // the stage, or the platform when there is no stage
  }
  shorten(parts.front());
  for (Part& part : parts) {
    shorten(part);
  }
}

std::optional<ScopeKind> kind_of(char letter) {
  for (const ScopeKind kind : kScopeKinds) {
    if (letter_of(kind) == letter) {
      return kind;
    }
  }
  return std::nullopt;
}

// Reads one part that slug() must have made; returns whether it did.
bool read_part(std::string_view text, std::string& part, bool& cut) {
  part = std::string(text);
  cut = is_cut_slug(text);
  return is_slug(text);
}

bool read_platform(std::string_view text, std::string& platform, bool& cut) {
  if (!read_part(text, platform, cut) || cut) {
    return cut && is_slug(text);
  }
  const std::vector<std::string_view> components = split(text, "-");
  platform = join(components, '/');
  return is_platform(components);
}

bool read_scope(std::string_view text, DecodedCacheTag& decoded) {
  if (text.size() < 3 || text[1] != '-') {
    return false;
  }
  const std::optional<ScopeKind> kind = kind_of(text[0]);
  if (!kind) {
    return false;
  }
  decoded.tag.scope.kind = *kind;
  return read_part(text.substr(2), decoded.tag.scope.value, decoded.cut_scope);
}

}  // namespace

char letter_of(ScopeKind kind) {
  switch (kind) {
    case ScopeKind::commit:
      return 'c';
    case ScopeKind::branch:
      return 'b';
    case ScopeKind::pr:
      return 'p';
    case ScopeKind::inputs:
      return 'i';
    case ScopeKind::name:
      return 'n';
    case ScopeKind::mount:
      return 'm';
    case ScopeKind::staging:
      break;
  }
  return 'x';
}

std::string encode(const CacheTag& tag) {
  std::vector<Part> parts = parts_of(tag);
  fit(parts, !is_id(tag.scope.kind));
  std::string text;
  for (const Part& part : parts) {
    text += part.mark + part.spell(*part.text, std::max(part.wish, part.floor));
  }
  return text;
}

std::optional<DecodedCacheTag> decode(std::string_view tag) {
  if (tag.size() > kLimit) {
    return std::nullopt;
  }
  const std::vector<std::string_view> parts = split(tag, kSeparator);
  if (parts.size() < 2 || parts.size() > kMostParts) {
    return std::nullopt;
  }
  DecodedCacheTag decoded;
  bool valid = read_part(parts.front(), decoded.tag.target, decoded.cut_target) &&
               read_scope(parts.back(), decoded);
  std::size_t next = 1;
  const std::size_t last = parts.size() - 1;
  if (next < last && parts[next].starts_with(kStageMark)) {
    valid = valid &&
            read_part(parts[next].substr(kStageMark.size()), decoded.tag.stage, decoded.cut_stage);
    ++next;
  }
  if (next < last && parts[next].starts_with(kPlatformMark)) {
    valid = valid && read_platform(parts[next].substr(kPlatformMark.size()),
                                   decoded.tag.platform,
                                   decoded.cut_platform);
    ++next;
  }
  if (!valid || next != last) {
    return std::nullopt;
  }
  return decoded;
}

}  // namespace buildcache::core
