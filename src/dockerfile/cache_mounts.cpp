#include "dockerfile/cache_mounts.hpp"

#include "core/text.hpp"
#include "dockerfile/expand.hpp"
#include "dockerfile/run_mount.hpp"

#include <algorithm>
#include <charconv>
#include <map>
#include <utility>

namespace buildcache::dockerfile {

namespace {

using core::ErrorKind;
using core::Result;
using Variables = std::map<std::string, std::string>;

// Of one stage. A process gets a few times as much; behind it lie mistakes and attacks.
constexpr std::size_t kMostVariables = 256U << 10U;
constexpr std::size_t kMostMounts = 1'000;

// As Go's path.Clean.
std::string cleaned(const std::string& path) {
  const bool rooted = path.starts_with('/');
  std::vector<std::string> parts;
  for (std::size_t at = 0; at <= path.size();) {
    const std::size_t end = std::min(path.find('/', at), path.size());
    const std::string part = path.substr(at, end - at);
    at = end + 1;
    if (part.empty() || part == ".") {
      continue;
    }
    if (part != ".." || (parts.empty() && !rooted) || (!parts.empty() && parts.back() == "..")) {
      parts.push_back(part);
    } else if (!parts.empty()) {
      parts.pop_back();
    }
  }
  std::string result = rooted ? "/" : "";
  for (std::size_t i = 0; i < parts.size(); ++i) {
    result += (i == 0 ? "" : "/") + parts[i];
  }
  return result.empty() ? "." : result;
}

Result<std::optional<std::uint32_t>> number_in(const MountFlag& flag,
                                               const std::string& key,
                                               int base) {
  const auto found = flag.options.find(key);
  if (found == flag.options.end()) {
    return std::nullopt;
  }
  const std::string& text = found->second;
  std::uint32_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
  if (text.empty() || error != std::errc() || end != text.data() + text.size()) {
    return core::fail(ErrorKind::config,
                      key + "=" + core::printable(text) + " of a cache mount is no number");
  }
  return value;
}

std::string text_in(const MountFlag& flag, const std::string& key) {
  const auto found = flag.options.find(key);
  return found == flag.options.end() ? "" : found->second;
}

struct Scope {
  Variables args;
  Variables env;
};

// The variables of a stage as its instructions go by: ENV goes before ARG, wherever it stands.
class Environment {
 public:
  Environment(const BuildInputs& inputs, const Stages& stages) : inputs_(inputs), stages_(stages) {}

  // Variables of the stage this one is built FROM, of both kinds. An image's own are not known.
  void begin(const Stage& stage, const std::vector<Scope>& scopes) {
    scope_ = stage.base_stage ? scopes[*stage.base_stage] : Scope{};
    all_ = scope_.env;
    all_.insert(scope_.args.begin(), scope_.args.end());
    size_ = 0;
    for (const Variables* variables : {&scope_.env, &scope_.args}) {
      for (const auto& [name, value] : *variables) {
        size_ += cost_of(name, value);
      }
    }
  }

  Result<void> take(const Instruction& instruction) {
    if (instruction.name == "arg") {
      return declare(instruction);
    }
    return instruction.name == "env" ? set(instruction) : Result<void>();
  }

  [[nodiscard]] const Variables& all() const { return all_; }
  [[nodiscard]] const Scope& scope() const { return scope_; }

 private:
  static std::size_t cost_of(const std::string& name, const std::string& value) {
    return name.size() + value.size() + 32;
  }

  Result<void> put(Variables& where, const std::string& name, std::string value) {
    size_ += cost_of(name, value);
    if (const auto old = where.find(name); old != where.end()) {
      size_ -= cost_of(name, old->second);
    }
    if (size_ > kMostVariables) {
      return core::fail(ErrorKind::config,
                        "the variables of a stage take more than 256 KiB",
                        "give it fewer or shorter ones");
    }
    if (&where == &scope_.env || !scope_.env.contains(name)) {
      all_[name] = value;
    }
    where[name] = std::move(value);
    return {};
  }

  Result<void> declare(const Instruction& instruction) {
    for (const std::string& word : quoted_words(instruction.arguments)) {
      const std::size_t equals = word.find('=');
      const std::string name = word.substr(0, equals);
      auto value = value_of_arg(name, word, equals);
      auto done = value ? put(scope_.args, name, *std::move(value)) : tl::unexpected(value.error());
      if (!done) {
        return done;
      }
    }
    return {};
  }

  [[nodiscard]] Result<std::string> value_of_arg(const std::string& name,
                                                 std::string_view word,
                                                 std::size_t equals) const {
    const auto given = inputs_.args.find(name);
    if (given != inputs_.args.end()) {
      return given->second;
    }
    if (equals != std::string_view::npos) {
      auto value = expand(word.substr(equals + 1), all_, stages_.escape);
      return value ? Result<std::string>(std::move(value->text)) : tl::unexpected(value.error());
    }
    const auto global = stages_.global_args.find(name);
    return global == stages_.global_args.end() ? "" : global->second;
  }

  Result<void> set(const Instruction& instruction) {
    const std::vector<std::string> words = quoted_words(instruction.arguments);
    const Variables before = all();
    if (!words.empty() && words[0].find('=') == std::string::npos) {
      const std::size_t blank = instruction.arguments.find_first_of(" \t");
      const std::string value =
          blank == std::string::npos ? "" : instruction.arguments.substr(blank + 1);
      return set_one(words[0], value, before);
    }
    for (const std::string& word : words) {
      const std::size_t equals = word.find('=');
      if (equals == std::string::npos) {
        continue;  // buildx will complain
      }
      if (auto done = set_one(word.substr(0, equals), word.substr(equals + 1), before); !done) {
        return done;
      }
    }
    return {};
  }

  Result<void> set_one(const std::string& name, const std::string& value, const Variables& before) {
    const auto expanded = expand(value, before, stages_.escape);
    if (!expanded) {
      return tl::unexpected(expanded.error());
    }
    return put(scope_.env, name, expanded->text);
  }

  const BuildInputs& inputs_;
  const Stages& stages_;
  Scope scope_;
  Variables all_;         // what there is in scope_; ENV goes before ARG
  std::size_t size_ = 0;  // what scope_ costs
};

class Collector {
 public:
  Collector(const BuildInputs& inputs, const Stages& stages)
      : inputs_(inputs), stages_(stages), environment_(inputs, stages) {}

  Result<std::vector<CacheMount>> collect(const std::vector<std::size_t>& needed) {
    std::vector<Scope> scopes(stages_.stages.size());
    for (const std::size_t number : needed) {
      environment_.begin(stages_.stages[number], scopes);
      for (const NumberedInstruction& one : stages_.stages[number].instructions) {
        Result<void> taken = environment_.take(one.instruction);
        if (taken && one.instruction.name == "run") {
          taken = take_run(one, number);
        }
        if (!taken) {
          core::Error error = taken.error();
          error.position = core::Position{"", one.line, 0};
          return tl::unexpected(std::move(error));
        }
      }
      scopes[number] = environment_.scope();
    }
    return std::move(mounts_);
  }

 private:
  Result<void> take_run(const NumberedInstruction& run, std::size_t stage) {
    for (const std::string& text : run.instruction.flags) {
      if (!text.starts_with("--mount=")) {
        continue;
      }
      const auto flag = mount_flag(
          std::string_view(text).substr(text.find('=') + 1), environment_.all(), stages_.escape);
      if (!flag) {
        return tl::unexpected(flag.error());
      }
      if (flag->type == "cache") {
        auto mount = mount_of(*flag, stage);
        if (!mount) {
          return tl::unexpected(mount.error());
        }
        mount->lines = {run.line};
        mount->flags = {text};
        if (auto added = add(*std::move(mount)); !added) {
          return added;
        }
      }
    }
    return {};
  }

  Result<CacheMount> mount_of(const MountFlag& flag, std::size_t stage) {
    CacheMount mount;
    mount.target = text_in(flag, "target");
    if (mount.target.empty()) {
      return core::fail(ErrorKind::config, "a cache mount has no target");
    }
    const auto uid = number_in(flag, "uid", 10);
    const auto gid = number_in(flag, "gid", 10);
    const auto mode = number_in(flag, "mode", 8);
    for (const auto* number : {&uid, &gid, &mode}) {
      if (!*number) {
        return tl::unexpected(number->error());
      }
    }
    const auto name_space = inputs_.args.find("BUILDKIT_CACHE_MOUNT_NS");
    const std::string id = text_in(flag, "id");
    mount.identity = {name_space == inputs_.args.end() ? "" : name_space->second,
                      id.empty() ? cleaned(mount.target) : id,
                      *uid,
                      *gid,
                      *mode,
                      text_in(flag, "from"),
                      {}};
    if (*uid || *gid || *mode) {
      mount.identity.source = text_in(flag, "source");
    }
    mount.from_is_stage = !inputs_.named_contexts.contains(mount.identity.from) &&
                          stages_.find(mount.identity.from, stage).has_value();
    if (!flag.unknown.empty()) {
      mount.unresolved =
          flag.unknown + " has no value in the Dockerfile; only the base image may give it one";
    }
    return mount;
  }

  Result<void> add(CacheMount mount) {
    const auto same = std::ranges::find_if(mounts_, [&](const CacheMount& one) {
      return one.identity == mount.identity && one.unresolved == mount.unresolved;
    });
    if (same == mounts_.end()) {
      if (mounts_.size() == kMostMounts) {
        return core::fail(ErrorKind::config, "the build uses more than 1000 cache mounts");
      }
      mounts_.push_back(std::move(mount));
      return {};
    }
    same->lines.push_back(mount.lines.front());
    if (std::ranges::find(same->flags, mount.flags.front()) == same->flags.end()) {
      same->flags.push_back(mount.flags.front());
    }
    return {};
  }

  const BuildInputs& inputs_;
  const Stages& stages_;
  Environment environment_;
  std::vector<CacheMount> mounts_;
};

}  // namespace

Result<std::vector<CacheMount>> cache_mounts(std::string_view dockerfile,
                                             const BuildInputs& inputs) {
  const auto stages = stages_of(dockerfile, inputs);
  if (!stages) {
    return tl::unexpected(stages.error());
  }
  const auto needed = needed_stages(*stages, inputs);
  if (!needed) {
    return tl::unexpected(needed.error());
  }
  return Collector(inputs, *stages).collect(*needed);
}

}  // namespace buildcache::dockerfile
