#include "mounts/mount_flag.hpp"

#include "core/text.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace buildcache::mounts {

namespace {

// Old frontends take variables in ids literally, new ones fill them in; quotes and backslashes are
// resolved by two parsers in turn.
bool can_be_carried(const std::string& text) {
  return std::ranges::all_of(text, [](unsigned char c) {
    return c >= ' ' && c != 0x7f && c != '"' && c != '\'' && c != '\\' && c != '$' && c != '`';
  });
}

// One field; blanks and commas need the quotes, which the flag's own quotes escape.
std::string field(const std::string& key, const std::string& value) {
  const bool quoted = value.find_first_of(", ") != std::string::npos;
  return quoted ? fmt::format(R"(,\"{}={}\")", key, value) : fmt::format(",{}={}", key, value);
}

}  // namespace

core::Result<std::string> mount_flag(const dockerfile::CacheMount& mount,
                                     const std::string& target) {
  const dockerfile::MountIdentity& identity = mount.identity;
  for (const std::string* text : {&identity.id, &identity.from, &identity.source}) {
    if (!can_be_carried(*text)) {
      return core::fail(core::ErrorKind::config,
                        core::printable(*text) + " cannot be written into a mount of ours",
                        "give the mount an id without quotes, backslashes and dollars");
    }
  }
  std::string fields = "type=cache,sharing=locked,target=" + target;
  fields += field("id", identity.id);
  fields += identity.from.empty() ? "" : field("from", identity.from);
  fields += identity.source.empty() ? "" : field("source", identity.source);
  fields += identity.uid ? fmt::format(",uid={}", *identity.uid) : "";
  fields += identity.gid ? fmt::format(",gid={}", *identity.gid) : "";
  fields += identity.mode ? fmt::format(",mode={:o}", *identity.mode) : "";
  return "--mount=\"" + fields + "\"";
}

}  // namespace buildcache::mounts
