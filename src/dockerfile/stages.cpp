#include "dockerfile/stages.hpp"

#include "core/text.hpp"
#include "dockerfile/expand.hpp"
#include "dockerfile/logical_lines.hpp"
#include "dockerfile/run_mount.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

namespace buildcache::dockerfile {

namespace {

using core::ErrorKind;
using core::Result;

// Behind these lie mistakes and attacks.
constexpr std::size_t kMostInstructions = 10'000;
constexpr std::size_t kMostStages = 1'000;
constexpr std::size_t kMostGlobalArgs = 256U << 10U;  // bytes

tl::unexpected<core::Error> at_line(core::Error error, int line) {
  error.position = core::Position{"", line, 0};
  return tl::unexpected(std::move(error));
}

// The parts of "linux/arm64/v8" under the names Dockerfiles know them by.
void add_platform(std::map<std::string, std::string>& args,
                  const std::string& prefix,
                  const std::string& platform) {
  const std::size_t first = platform.find('/');
  const std::size_t second = first == std::string::npos ? first : platform.find('/', first + 1);
  const auto part = [&](std::size_t from, std::size_t to) {
    return from == std::string::npos ? std::string() : platform.substr(from, to - from);
  };
  args[prefix + "PLATFORM"] = platform;
  args[prefix + "OS"] = part(0, first);
  args[prefix + "ARCH"] = first == std::string::npos ? "" : part(first + 1, second);
  args[prefix + "VARIANT"] = second == std::string::npos ? "" : part(second + 1, platform.size());
}

class Reader {
 public:
  explicit Reader(const BuildInputs& inputs) : inputs_(inputs) {
    add_platform(result_.global_args, "BUILD", inputs.build_platform);
    add_platform(result_.global_args, "TARGET", inputs.target_platform);
  }

  Result<Stages> read(std::string_view dockerfile) {
    const auto lines = logical_lines(dockerfile);
    if (!lines) {
      return tl::unexpected(lines.error());
    }
    result_.escape = lines->escape;
    for (const LogicalLine& line : lines->lines) {
      Instruction instruction = instruction_of(line.text);
      if (auto taken = take(std::move(instruction), line.line); !taken) {
        return at_line(taken.error(), line.line);
      }
    }
    if (result_.stages.empty()) {
      return core::fail(ErrorKind::config, "the Dockerfile has no FROM");
    }
    return std::move(result_);
  }

 private:
  Result<void> take(Instruction instruction, int line) {
    if (++instructions_ > kMostInstructions) {
      return core::fail(ErrorKind::config, "the Dockerfile has more than 10000 instructions");
    }
    if (instruction.name == "from") {
      return begin_stage(instruction);
    }
    if (!result_.stages.empty()) {
      result_.stages.back().instructions.push_back({line, std::move(instruction)});
      return {};
    }
    return instruction.name == "arg" ? global_arg(instruction) : Result<void>();
  }

  Result<void> global_arg(const Instruction& instruction) {
    for (const std::string& word : quoted_words(instruction.arguments)) {
      const std::size_t equals = word.find('=');
      const std::string name = word.substr(0, equals);
      if (const auto given = inputs_.args.find(name); given != inputs_.args.end()) {
        result_.global_args[name] = given->second;
      } else if (equals != std::string::npos) {
        const auto value =
            expand(std::string_view(word).substr(equals + 1), result_.global_args, result_.escape);
        if (!value) {
          return tl::unexpected(value.error());
        }
        global_bytes_ += name.size() + value->text.size();
        if (global_bytes_ > kMostGlobalArgs) {
          return core::fail(ErrorKind::config, "the arguments before FROM take more than 256 KiB");
        }
        result_.global_args[name] = value->text;
      }
    }
    return {};
  }

  Result<void> begin_stage(const Instruction& instruction) {
    if (result_.stages.size() == kMostStages) {
      return core::fail(ErrorKind::config, "the Dockerfile has more than 1000 stages");
    }
    const std::vector<std::string> words = quoted_words(instruction.arguments);
    const bool named = words.size() == 3 && lower(words[1]) == "as";
    if (words.size() != 1 && !named) {
      return core::fail(ErrorKind::config, "FROM takes an image and perhaps AS with a name");
    }
    const auto base = expand(words[0], result_.global_args, result_.escape);
    if (!base) {
      return tl::unexpected(base.error());
    }
    Stage stage;
    stage.name = named ? lower(words[2]) : "";
    stage.base = base->text;
    // A number is an image here, unlike in COPY --from.
    for (std::size_t i = result_.stages.size(); i > 0 && !stage.base_stage; --i) {
      if (!result_.stages[i - 1].name.empty() && result_.stages[i - 1].name == lower(base->text) &&
          !inputs_.named_contexts.contains(base->text)) {
        stage.base_stage = i - 1;
        stage.base.clear();
      }
    }
    result_.stages.push_back(std::move(stage));
    return {};
  }

  const BuildInputs& inputs_;
  Stages result_;
  std::size_t instructions_ = 0;
  std::size_t global_bytes_ = 0;
};

std::string value_of(const std::string& flag) {
  return flag.substr(flag.find('=') + 1);
}

void add_mounted(const std::string& flag, std::vector<std::string>& sources) {
  const auto fields = csv_fields(value_of(flag));
  if (!fields) {
    return;  // the build will complain
  }
  for (const std::string& field : *fields) {
    if (lower(field).starts_with("from=")) {
      sources.push_back(value_of(field));
    }
  }
}

// What an instruction copies or mounts from.
std::vector<std::string> sources_of(const Instruction& instruction) {
  std::vector<std::string> sources;
  for (const std::string& flag : instruction.flags) {
    if (flag.starts_with("--from=")) {
      sources.push_back(value_of(flag));
    } else if (flag.starts_with("--mount=")) {
      add_mounted(flag, sources);
    }
  }
  return sources;
}

// Marks the stages that this one, number `number`, needs itself.
void mark_needed(const Stages& stages,
                 std::size_t number,
                 const BuildInputs& inputs,
                 std::vector<bool>& needed) {
  const Stage& stage = stages.stages[number];
  if (stage.base_stage) {
    needed[*stage.base_stage] = true;
  }
  for (const NumberedInstruction& one : stage.instructions) {
    for (const std::string& source : sources_of(one.instruction)) {
      const auto found = stages.find(source, number);
      if (found && !inputs.named_contexts.contains(source)) {
        needed[*found] = true;
      }
    }
  }
}

Result<std::size_t> target_of(const Stages& stages, const std::string& target) {
  if (target.empty()) {
    return stages.stages.size() - 1;
  }
  if (const auto found = stages.find(target, stages.stages.size())) {
    return *found;
  }
  std::vector<std::string> names;
  for (const Stage& stage : stages.stages) {
    names.push_back(stage.name);
  }
  const std::string near = core::nearest(lower(target), names);
  return core::fail(ErrorKind::config,
                    "the Dockerfile has no stage " + core::printable(target),
                    near.empty() ? "" : "did you mean " + near + "?");
}

}  // namespace

std::optional<std::size_t> Stages::find(std::string_view name, std::size_t before) const {
  const std::string wanted = lower(name);
  for (std::size_t i = std::min(before, stages.size()); i > 0; --i) {
    if (!wanted.empty() && stages[i - 1].name == wanted) {
      return i - 1;
    }
  }
  std::size_t number = 0;
  const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), number);
  const bool whole = error == std::errc() && end == name.data() + name.size();
  return whole && number < std::min(before, stages.size()) ? std::optional(number) : std::nullopt;
}

Result<Stages> stages_of(std::string_view dockerfile, const BuildInputs& inputs) {
  return Reader(inputs).read(dockerfile);
}

Result<std::vector<std::size_t>> needed_stages(const Stages& stages, const BuildInputs& inputs) {
  const auto target = target_of(stages, inputs.target);
  if (!target) {
    return tl::unexpected(target.error());
  }
  std::vector<bool> needed(stages.stages.size());
  needed[*target] = true;
  // Stages name earlier ones alone.
  for (std::size_t i = *target + 1; i > 0; --i) {
    if (needed[i - 1]) {
      mark_needed(stages, i - 1, inputs, needed);
    }
  }
  std::vector<std::size_t> result;
  for (std::size_t i = 0; i < needed.size(); ++i) {
    if (needed[i]) {
      result.push_back(i);
    }
  }
  return result;
}

}  // namespace buildcache::dockerfile
