#include "cli/words.hpp"

#include "core/text.hpp"

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <utility>

namespace buildcache::cli {

namespace {

// The library's regular expressions take a stack frame a character.
constexpr std::size_t kMaxWord = 4096;

class Normaliser {
 public:
  Normaliser(const std::vector<KnownOption>& known,
             const std::vector<std::string>& words,
             const std::string& command)
      : known_(known), words_(words), command_(command) {}

  core::Result<std::vector<std::string>> run() {
    while (next_ < words_.size()) {
      if (auto taken = take(words_[next_++]); !taken) {
        return tl::unexpected(taken.error());
      }
    }
    return std::move(plain_);
  }

 private:
  core::Result<void> take(const std::string& word) {
    if (word.size() > kMaxWord) {
      return fail("an argument is longer than " + core::human_size(kMaxWord));
    }
    if (word == "--") {
      plain_.insert(
          plain_.end(), words_.begin() + static_cast<std::ptrdiff_t>(next_) - 1, words_.end());
      next_ = words_.size();
      return {};
    }
    if (word.starts_with("--")) {
      return take_long(word);
    }
    if (word.size() > 1 && word.starts_with('-')) {
      return take_short(word);
    }
    plain_.push_back(word);
    return {};
  }

  core::Result<void> take_long(const std::string& word) {
    const std::size_t equals = word.find('=');
    const std::string name = word.substr(2, equals == std::string::npos ? equals : equals - 2);
    const auto option = std::ranges::find(known_, name, &KnownOption::name);
    if (option == known_.end()) {
      return unknown("--" + name);
    }
    if (equals == std::string::npos) {
      return option->takes_value ? take_next(*option) : put(*option, {});
    }
    if (!option->takes_value) {
      return fail("--" + name + " takes no value");
    }
    return put(*option, word.substr(equals + 1));
  }

  // "-nv", "-tNAME", "-t NAME".
  core::Result<void> take_short(const std::string& word) {
    for (std::size_t i = 1; i < word.size(); ++i) {
      const auto option = std::ranges::find(known_, word.substr(i, 1), &KnownOption::short_name);
      if (option == known_.end()) {
        return unknown(i == 1 ? word : "-" + word.substr(i, 1));
      }
      if (option->takes_value) {
        const std::string rest = word.substr(i + 1);
        return rest.empty() ? take_next(*option) : put(*option, rest);
      }
      if (auto taken = put(*option, {}); !taken) {
        return taken;
      }
    }
    return {};
  }

  core::Result<void> take_next(const KnownOption& option) {
    const bool there = next_ < words_.size();
    if (there && words_[next_].size() <= kMaxWord && !words_[next_].starts_with('-')) {
      return put(option, words_[next_++]);
    }
    const std::string hint =
        there ? "a value that begins with '-' is written --" + option.name + "=VALUE" : "";
    return fail("--" + option.name + " needs a value", hint);
  }

  core::Result<void> put(const KnownOption& option, const std::string& value) {
    if (option.takes_value && value.empty()) {
      if (option.may_be_empty) {
        return {};
      }
      return fail("--" + option.name + " has an empty value", "leave it out instead");
    }
    plain_.push_back("--" + option.name + (option.takes_value ? "=" + value : ""));
    return {};
  }

  core::Result<void> unknown(const std::string& name) {
    const std::string near = meant(name);
    return fail("unknown option " + core::shortened(core::printable(name), 80),
                near.empty() ? "" : "did you mean " + near + "?");
  }

  // The one option that begins like it, else the nearest.
  [[nodiscard]] std::string meant(const std::string& name) const {
    std::vector<std::string> names;
    std::ranges::transform(known_, std::back_inserter(names), [](const KnownOption& option) {
      return "--" + option.name;
    });
    const auto begins = [&name](const std::string& known) { return known.starts_with(name); };
    if (name.size() > 2 && std::ranges::count_if(names, begins) == 1) {
      return *std::ranges::find_if(names, begins);
    }
    return core::nearest(name, names);
  }

  [[nodiscard]] core::Result<void> fail(std::string message, std::string hint = {}) const {
    return tl::unexpected(usage_error(std::move(message), command_, std::move(hint)));
  }

  const std::vector<KnownOption>& known_;
  const std::vector<std::string>& words_;
  const std::string& command_;
  std::size_t next_ = 0;
  std::vector<std::string> plain_;
};

}  // namespace

core::Result<std::vector<std::string>> normalised(const std::vector<KnownOption>& known,
                                                  const std::vector<std::string>& words,
                                                  const std::string& command) {
  return Normaliser(known, words, command).run();
}

core::Error usage_error(std::string message, const std::string& command, std::string hint) {
  if (hint.empty()) {
    hint = "see `buildcache " + command + " --help`";
  }
  return {core::ErrorKind::usage, std::move(message), std::nullopt, std::move(hint)};
}

}  // namespace buildcache::cli
