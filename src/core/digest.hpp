// Content digests as the OCI image specification writes them: "sha256:<64 hex digits>".
#pragma once

#include "core/result.hpp"

#include <compare>
#include <string>
#include <string_view>

namespace buildcache::core {

class Digest {
 public:
  // Accepts sha256 and sha512 with lower-case hexadecimal of the right length.
  // Errors: bad_response.
  static Result<Digest> parse(std::string_view text);

  // Returns the SHA-256 of `bytes`.
  static Digest of(std::string_view bytes);

  // Returns "algorithm:hex".
  [[nodiscard]] const std::string& str() const { return text_; }
  [[nodiscard]] std::string_view hex() const;

  // Whether `bytes` have this digest.
  [[nodiscard]] bool matches(std::string_view bytes) const;

  auto operator<=>(const Digest&) const = default;  // NOLINT(modernize-use-nullptr): clang 14

 private:
  explicit Digest(std::string text) : text_(std::move(text)) {}
  std::string text_;
};

// Returns the HMAC with SHA-256 (RFC 2104), 32 bytes.
std::string hmac_sha256(std::string_view key, std::string_view bytes);

// Returns the SHA-256 of `bytes` as 64 lower-case hexadecimal digits.
std::string sha256_hex(std::string_view bytes);

}  // namespace buildcache::core
