// The grammar of cache tags: <target>[--s-<stage>][--on-<os>-<arch>[-<variant>]]--<scope>.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace buildcache::core {

// Under whose name a cache is stored.
enum class ScopeKind { commit, branch, pr, inputs, name, mount, staging };

struct Scope {
  ScopeKind kind = ScopeKind::branch;
  std::string
      value;  // commit id, branch name, number, digest, name, hash or nonce; not yet escaped

  bool operator==(const Scope&) const = default;
};

struct CacheTag {
  std::string target;
  std::string stage;     // empty: the target itself
  std::string platform;  // "linux/arm64/v8"; empty: one cache for all platforms of one solve
  Scope scope;

  bool operator==(const CacheTag&) const = default;
};

// Returns the tag: at most 128 characters of the OCI tag grammar, injective over all CacheTags,
// no part containing "--" or beginning or ending with '-'.
std::string encode(const CacheTag& tag);

struct DecodedCacheTag {
  CacheTag tag;  // cut parts hold their slug, prefix and hash
  bool cut_target = false;
  bool cut_stage = false;
  bool cut_platform = false;
  bool cut_scope = false;
};

// Returns nullopt for a tag that encode() cannot have made.
std::optional<DecodedCacheTag> decode(std::string_view tag);

// Returns the letter of the scope: c b p i n m x.
char letter_of(ScopeKind kind);

}  // namespace buildcache::core
