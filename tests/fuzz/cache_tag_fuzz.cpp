// Any bytes taken for the parts of a cache tag, and any text taken for a tag.

#include "core/cache_tag.hpp"
#include "core/digest.hpp"
#include "core/slug.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

namespace {

using namespace buildcache::core;

void require(bool holds) {
  if (!holds) {
    std::abort();
  }
}

// Takes the next line off `text`.
std::string take_line(std::string_view& text) {
  const std::size_t end = std::min(text.find('\n'), text.size());
  std::string line(text.substr(0, end));
  text.remove_prefix(std::min(end + 1, text.size()));
  return line;
}

bool is_oci_tag(std::string_view tag) {
  const bool characters =
      tag.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789._-") == std::string_view::npos;
  return !tag.empty() && tag.size() <= 128 && characters && tag.front() != '.' &&
         tag.front() != '-';
}

void check_part(const std::string& original, const std::string& decoded, bool cut) {
  require(cut ? decoded.ends_with("-h" + sha256_hex(original).substr(0, 10)) : decoded == original);
}

// An optional part that is empty is left out, not cut.
void check_optional(const std::string& original, const std::string& decoded, bool cut) {
  if (original.empty()) {
    require(decoded.empty() && !cut);
  } else {
    check_part(original, decoded, cut);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0 || size > 4096) {
    return 0;
  }
  const std::string bytes(data, data + size);

  // As a tag: what decodes must be what encode() writes, where nothing was cut.
  if (const auto decoded = decode(bytes)) {
    const bool cut =
        decoded->cut_target || decoded->cut_stage || decoded->cut_platform || decoded->cut_scope;
    require(is_oci_tag(bytes));
    require(cut || encode(decoded->tag) == bytes);
  }

  // As parts: a letter for the scope, then target, stage, platform and scope on lines.
  static constexpr std::array<ScopeKind, 7> kKinds = {ScopeKind::commit,
                                                      ScopeKind::branch,
                                                      ScopeKind::pr,
                                                      ScopeKind::inputs,
                                                      ScopeKind::name,
                                                      ScopeKind::mount,
                                                      ScopeKind::staging};
  std::string_view rest = std::string_view(bytes).substr(1);
  CacheTag tag;
  tag.scope.kind = kKinds.at(data[0] % kKinds.size());
  tag.target = take_line(rest);
  tag.stage = take_line(rest);
  tag.platform = take_line(rest);
  tag.scope.value = std::string(rest);
  const std::string text = encode(tag);
  require(is_oci_tag(text));
  const auto decoded = decode(text);
  require(decoded.has_value());
  require(decoded->tag.scope.kind == tag.scope.kind);
  check_part(tag.target, decoded->tag.target, decoded->cut_target);
  check_optional(tag.stage, decoded->tag.stage, decoded->cut_stage);
  check_optional(tag.platform, decoded->tag.platform, decoded->cut_platform);
  check_part(tag.scope.value, decoded->tag.scope.value, decoded->cut_scope);
  return 0;
}
