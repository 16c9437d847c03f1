// Numbers and byte strings in the index and the stat state: LEB128 integers, counted strings.
#pragma once

#include "core/result.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace buildcache::mounts {

class WireWriter {
 public:
  void number(std::uint64_t value);
  void signed_number(std::int64_t value);  // zigzag
  void raw(std::string_view bytes) { bytes_ += bytes; }
  void text(std::string_view bytes);  // its length first
  [[nodiscard]] std::string take() { return std::move(bytes_); }

 private:
  std::string bytes_;
};

// Reads what WireWriter wrote. After the first error everything reads as zero or empty, and
// `ok` is false; so a reader checks once where a wrong value would do harm.
class WireReader {
 public:
  explicit WireReader(std::string_view bytes) : rest_(bytes) {}

  std::uint64_t number();
  std::uint32_t number32();  // larger is an error
  std::int64_t signed_number();
  std::string_view raw(std::size_t size);
  std::string_view text();

  // Returns a count of things that take at least `least` bytes each, so that a count alone cannot
  // make anybody reserve more memory than there are bytes.
  std::size_t count(std::size_t least = 1);

  void fail() { ok_ = false; }
  [[nodiscard]] bool ok() const { return ok_; }
  [[nodiscard]] bool at_end() const { return rest_.empty(); }

 private:
  std::string_view rest_;
  bool ok_ = true;
};

}  // namespace buildcache::mounts
