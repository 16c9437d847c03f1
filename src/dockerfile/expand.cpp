#include "dockerfile/expand.hpp"

#include "core/text.hpp"
#include "dockerfile/pattern.hpp"

#include <algorithm>
#include <cctype>
#include <optional>
#include <utility>

namespace buildcache::dockerfile {

namespace {

using core::Result;

constexpr int kDeepest = 32;  // ${A:-${B:-…}}
// No process is given a longer variable: MAX_ARG_STRLEN of Linux.
constexpr std::size_t kLongest = 128U << 10U;

tl::unexpected<core::Error> broken(std::string message) {
  return core::fail(core::ErrorKind::config, std::move(message));
}

bool is_name(char c) {
  return c == '_' || std::isalnum(static_cast<unsigned char>(c)) != 0;
}

class Expander {
 public:
  Expander(std::string_view word,
           const std::map<std::string, std::string>& variables,
           char escape,
           Expanded& result)
      : word_(word), variables_(variables), escape_(escape), result_(result) {}

  // Reads up to one of `stops`, which stays, outside of quotes; to the end when it is empty. `raw`
  // keeps escapes: they are a pattern's.
  Result<std::string> until(std::string_view stops, int depth, bool raw = false) {
    const bool before = std::exchange(raw_, raw);
    std::string text;
    while (at_ < word_.size() && stops.find(word_[at_]) == std::string_view::npos) {
      if (auto read = one(text, depth); !read) {
        return tl::unexpected(read.error());
      }
    }
    raw_ = before;
    return text;
  }

  [[nodiscard]] bool at_end() const { return at_ == word_.size(); }

 private:
  Result<void> one(std::string& text, int depth) {
    const char c = word_[at_];
    if (c == '\'') {
      return single_quoted(text);
    }
    if (c == '"') {
      return double_quoted(text, depth);
    }
    if (c == '$') {
      return variable(text, depth);
    }
    if (c == escape_) {
      text += raw_ ? std::string(1, c) : "";
      ++at_;
      if (at_ == word_.size()) {
        return {};
      }
    }
    text += word_[at_++];
    return {};
  }

  Result<void> single_quoted(std::string& text) {
    const std::size_t end = word_.find('\'', at_ + 1);
    if (end == std::string_view::npos) {
      return broken("a single quote does not end");
    }
    text += word_.substr(at_ + 1, end - at_ - 1);
    at_ = end + 1;
    return {};
  }

  Result<void> double_quoted(std::string& text, int depth) {
    ++at_;
    while (at_ < word_.size() && word_[at_] != '"') {
      if (word_[at_] == '$') {
        if (auto read = variable(text, depth); !read) {
          return read;
        }
        continue;
      }
      const bool escaped =
          word_[at_] == escape_ && at_ + 1 < word_.size() &&
          (word_[at_ + 1] == '"' || word_[at_ + 1] == '$' || word_[at_ + 1] == escape_);
      text += escaped && raw_ ? std::string(1, escape_) : "";
      at_ += escaped ? 1 : 0;
      text += word_[at_++];
    }
    if (at_ == word_.size()) {
      return broken("a double quote does not end");
    }
    ++at_;
    return {};
  }

  static Result<void> append(std::string& text, const std::string& value) {
    if (text.size() + value.size() > kLongest) {
      return broken("variables make it longer than 128 KiB");
    }
    text += value;
    return {};
  }

  std::string take_name() {
    std::string name;
    while (at_ < word_.size() && is_name(word_[at_])) {
      name += word_[at_++];
      if (name.size() == 1 && std::isdigit(static_cast<unsigned char>(name[0])) != 0) {
        break;  // $1x is $1 and an x
      }
    }
    return name;
  }

  Result<void> variable(std::string& text, int depth) {
    ++at_;
    if (at_ < word_.size() && word_[at_] == '{') {
      ++at_;
      return braced(text, depth);
    }
    const std::string name = take_name();
    return append(text, name.empty() ? "$" : value_of(name).value_or(""));
  }

  std::optional<std::string> value_of(const std::string& name) {
    const auto found = variables_.find(name);
    if (found == variables_.end()) {
      result_.unknown.insert(name);
      return std::nullopt;
    }
    return found->second;
  }

  Result<void> braced(std::string& text, int depth) {
    if (depth >= kDeepest) {
      return broken("variables are nested too deep");
    }
    const std::string name = take_name();
    if (name.empty() || at_ == word_.size()) {
      return broken("${ without a name or an end");
    }
    const std::optional<std::string> value = value_of(name);
    auto modified = word_[at_] == '}' ? Result<std::string>(value.value_or(""))
                                      : with_modifier(name, value, depth + 1);
    if (!modified) {
      return tl::unexpected(modified.error());
    }
    if (at_ == word_.size()) {
      return broken("${" + name + " does not end");
    }
    ++at_;  // the brace
    return append(text, *modified);
  }

  // Behind the name, up to the closing brace, which stays.
  Result<std::string> with_modifier(const std::string& name,
                                    const std::optional<std::string>& value,
                                    int depth) {
    const bool colon = word_[at_] == ':';
    at_ += colon ? 1 : 0;
    const char modifier = at_ < word_.size() ? word_[at_++] : '\0';
    if (std::string_view("-+?").find(modifier) != std::string_view::npos && modifier != '\0') {
      const bool given = value && (!colon || !value->empty());
      return default_of(name, given ? value : std::nullopt, modifier, depth);
    }
    if (!colon && (modifier == '#' || modifier == '%')) {
      return trimmed_value(value.value_or(""), modifier, depth);
    }
    if (!colon && modifier == '/') {
      return replaced_value(value.value_or(""), depth);
    }
    return broken("${" + name + "…} has a modifier that is not known");
  }

  Result<std::string> default_of(const std::string& name,
                                 const std::optional<std::string>& value,
                                 char modifier,
                                 int depth) {
    auto word = until("}", depth);
    if (!word) {
      return word;
    }
    if (modifier == '+') {
      return value ? *word : std::string();
    }
    if (modifier == '?' && !value) {
      return broken(name + " has no value: " + core::printable(*word));
    }
    return value ? *value : *word;
  }

  Result<Pattern> pattern_for(const std::string& value, std::string_view stops, int depth) {
    const auto text = until(stops, depth, true);
    if (!text) {
      return tl::unexpected(text.error());
    }
    auto pattern = Pattern::parse(*text);
    if (pattern && !pattern->takes(value.size())) {
      return broken("a value and the pattern for it are too long");
    }
    return pattern;
  }

  Result<std::string> trimmed_value(const std::string& value, char modifier, int depth) {
    const bool longest = at_ < word_.size() && word_[at_] == modifier;
    at_ += longest ? 1 : 0;
    const auto pattern = pattern_for(value, "}", depth);
    if (!pattern) {
      return tl::unexpected(pattern.error());
    }
    return modifier == '#'
               ? value.substr(pattern->prefix(value, longest).value_or(0))
               : value.substr(0, value.size() - pattern->suffix(value, longest).value_or(0));
  }

  Result<std::string> replaced_value(const std::string& value, int depth) {
    const bool all = at_ < word_.size() && word_[at_] == '/';
    at_ += all ? 1 : 0;
    const auto pattern = pattern_for(value, "/}", depth);
    if (!pattern) {
      return tl::unexpected(pattern.error());
    }
    std::string with;
    if (at_ < word_.size() && word_[at_] == '/') {
      ++at_;
      auto replacement = until("}", depth, true);
      if (!replacement) {
        return replacement;
      }
      with = *std::move(replacement);
    }
    return pattern->replaced(value, with, all, kLongest);
  }

  std::string_view word_;
  const std::map<std::string, std::string>& variables_;
  char escape_;
  Expanded& result_;
  std::size_t at_ = 0;
  bool raw_ = false;  // escapes stay
};

}  // namespace

Result<Expanded> expand(std::string_view word,
                        const std::map<std::string, std::string>& variables,
                        char escape) {
  Expanded result;
  auto text = Expander(word, variables, escape, result).until("", 0);
  if (!text) {
    return tl::unexpected(
        core::while_doing(text.error(), core::shortened(core::printable(word), 200)));
  }
  result.text = *std::move(text);
  return result;
}

}  // namespace buildcache::dockerfile
