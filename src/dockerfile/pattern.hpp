// Shell patterns, as ${NAME#pattern} and the like have them.
#pragma once

#include "core/result.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace buildcache::dockerfile {

// `*` is any text, `?` any byte; everything else is itself, brackets too. A backslash takes the
// meaning of `*`, `?` and `\`, and is left away before `}` and `/`. Time grows with the value's and
// the pattern's length, and their product is bounded. Facts: moby/buildkit,
// frontend/dockerfile/shell/lex.go.
class Pattern {
 public:
  // Errors: config (a backslash before anything else).
  static core::Result<Pattern> parse(std::string_view text);

  // Whether the following functions may be asked about a value of this size.
  [[nodiscard]] bool takes(std::size_t value_size) const;

  // Returns the length of the shortest or longest beginning or end of `value` that fits; nullopt
  // when none does.
  [[nodiscard]] std::optional<std::size_t> prefix(std::string_view value, bool longest) const;
  [[nodiscard]] std::optional<std::size_t> suffix(std::string_view value, bool longest) const;

  // Returns `value` with the first or all of the leftmost longest matches replaced; it ends early
  // once it is longer than `most`.
  [[nodiscard]] std::string replaced(std::string_view value,
                                     std::string_view with,
                                     bool all,
                                     std::size_t most) const;

 private:
  enum class Kind { character, any, star };
  struct Token {
    Kind kind;
    char character;
  };
  using States = std::vector<bool>;  // how many tokens may have been matched

  void close(States& states) const;
  [[nodiscard]] States begin() const;
  [[nodiscard]] States after(const States& states, char c) const;
  [[nodiscard]] Pattern reversed() const;
  [[nodiscard]] std::vector<bool> beginnings(std::string_view value) const;

  std::vector<Token> tokens_;
};

}  // namespace buildcache::dockerfile
