// Reading members of an event payload: bounded JSON from outside, where any type may be wrong.
#pragma once

#include "core/result.hpp"

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

namespace buildcache::ci {

inline constexpr std::size_t kPayloadLimit = 25U << 20U;  // GitHub's own limit for webhooks
inline constexpr int kPayloadDepth = 100;
inline constexpr std::size_t kNameLimit = 4096;  // bytes of a branch, tag or repository name

// An immutable JSON document. Members are named by dotted paths: "pull_request.head.sha". A member
// that is missing, null, or below something that is no object counts as absent.
class Payload {
 public:
  // Parses `text`; empty text is an empty object.
  // Errors: facts (too large, too deep, no JSON, no object).
  static core::Result<Payload> parse(std::string_view text);

  [[nodiscard]] bool has(std::string_view path) const;

  // Returns the string at `path`, empty when absent.
  // Errors: facts (no string, holds NUL, longer than kNameLimit), naming the member.
  [[nodiscard]] core::Result<std::string> text(std::string_view path) const;

  // As text(), but an absent or empty string is an error too.
  [[nodiscard]] core::Result<std::string> required_text(std::string_view path) const;

  // Returns the commit id at `path` in lower case, empty when absent.
  // Errors: facts (no string of 40 or 64 hexadecimal digits).
  [[nodiscard]] core::Result<std::string> commit(std::string_view path) const;

  // Returns the positive integer at `path` as decimal digits. Errors: facts (absent or no such).
  [[nodiscard]] core::Result<std::string> number(std::string_view path) const;

  // Returns the boolean at `path`, false when absent. Errors: facts (no boolean).
  [[nodiscard]] core::Result<bool> flag(std::string_view path) const;

 private:
  struct Document;
  explicit Payload(std::shared_ptr<const Document> document) : document_(std::move(document)) {}

  std::shared_ptr<const Document> document_;
};

// Whether `text` is a full object id: 40 or 64 lower-case hexadecimal digits.
bool is_commit_id(std::string_view text);

}  // namespace buildcache::ci
