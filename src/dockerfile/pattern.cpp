#include "dockerfile/pattern.hpp"

#include <algorithm>

namespace buildcache::dockerfile {

namespace {

constexpr std::size_t kMostWork = 1U << 18U;

std::string backwards(std::string_view text) {
  return {text.rbegin(), text.rend()};
}

}  // namespace

core::Result<Pattern> Pattern::parse(std::string_view text) {
  Pattern pattern;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '*' || text[i] == '?') {
      pattern.tokens_.push_back({text[i] == '*' ? Kind::star : Kind::any, text[i]});
      continue;
    }
    const bool escaped = text[i] == '\\';
    i += escaped ? 1 : 0;
    if (i == text.size() ||
        (escaped && std::string_view("*?\\}/").find(text[i]) == std::string_view::npos)) {
      return core::fail(core::ErrorKind::config,
                        "a pattern has a backslash where it means nothing");
    }
    pattern.tokens_.push_back({Kind::character, text[i]});
  }
  return pattern;
}

bool Pattern::takes(std::size_t value_size) const {
  return (value_size + 1) * (tokens_.size() + 1) <= kMostWork;
}

std::optional<std::size_t> Pattern::prefix(std::string_view value, bool longest) const {
  States states = begin();
  std::optional<std::size_t> found;
  for (std::size_t i = 0;; ++i) {
    if (states.back()) {
      found = i;
      if (!longest) {
        return found;
      }
    }
    if (i == value.size() || std::ranges::find(states, true) == states.end()) {
      return found;
    }
    states = after(states, value[i]);
  }
}

std::optional<std::size_t> Pattern::suffix(std::string_view value, bool longest) const {
  return reversed().prefix(backwards(value), longest);
}

// With a star the first match ends where the last one could, so that the value is gone through a
// few times at most; without one a match is as long as the pattern.
std::string Pattern::replaced(std::string_view value,
                              std::string_view with,
                              bool all,
                              std::size_t most) const {
  const std::vector<bool> begins = beginnings(value);
  std::string result;
  std::optional<std::size_t> last;  // where the last match ended
  for (std::size_t at = 0; at <= value.size() && result.size() <= most;) {
    std::size_t size = 0;
    if (begins[at] && (all || !last)) {
      size = prefix(value.substr(at), true).value_or(0);
      // As in Go, nothing right behind a match is no match of its own.
      result += size > 0 || last != at ? with : "";
      last = at + size;
    }
    if (size == 0 && at < value.size()) {
      result += value[at];
    }
    at += std::max<std::size_t>(size, 1);
  }
  return result;
}

// A star may stand for nothing.
void Pattern::close(States& states) const {
  for (std::size_t i = 0; i < tokens_.size(); ++i) {
    if (states[i] && tokens_[i].kind == Kind::star) {
      states[i + 1] = true;
    }
  }
}

Pattern::States Pattern::begin() const {
  States states(tokens_.size() + 1);
  states[0] = true;
  close(states);
  return states;
}

Pattern::States Pattern::after(const States& states, char c) const {
  States next(states.size());
  for (std::size_t i = 0; i < tokens_.size(); ++i) {
    if (!states[i]) {
      continue;
    }
    if (tokens_[i].kind == Kind::star) {
      next[i] = true;
    } else if (tokens_[i].kind == Kind::any || tokens_[i].character == c) {
      next[i + 1] = true;
    }
  }
  close(next);
  return next;
}

Pattern Pattern::reversed() const {
  Pattern pattern = *this;
  std::ranges::reverse(pattern.tokens_);
  return pattern;
}

// Returns for each place of the value whether a match begins there: seen from the end, where a
// match that may have begun anywhere is complete.
std::vector<bool> Pattern::beginnings(std::string_view value) const {
  const Pattern pattern = reversed();
  std::vector<bool> found(value.size() + 1);
  const States fresh = pattern.begin();
  States states = fresh;
  for (std::size_t at = value.size();; --at) {
    found[at] = states.back();
    if (at == 0) {
      return found;
    }
    states = pattern.after(states, value[at - 1]);
    for (std::size_t i = 0; i < states.size(); ++i) {
      states[i] = states[i] || fresh[i];
    }
  }
}

}  // namespace buildcache::dockerfile
