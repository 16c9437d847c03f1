// A Dockerfile as stages of instructions, variables filled in where they name other stages.
#pragma once

#include "core/result.hpp"
#include "dockerfile/instruction.hpp"

#include <cstddef>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace buildcache::dockerfile {

// What a build gives a Dockerfile.
struct BuildInputs {
  std::map<std::string, std::string> args;  // --build-arg
  std::string target;                       // --target; empty: the last stage
  std::string build_platform;               // "linux/amd64"
  std::string target_platform;
  std::set<std::string> named_contexts;  // they go before stages and images of their name
};

struct NumberedInstruction {
  int line = 0;
  Instruction instruction;
};

struct Stage {
  std::string name;  // lower case; empty: none
  std::string base;  // an image; empty when `base_stage` is set
  std::optional<std::size_t> base_stage;
  std::vector<NumberedInstruction> instructions;
};

struct Stages {
  char escape = '\\';
  std::map<std::string, std::string> global_args;  // before the first FROM, and the platforms
  std::vector<Stage> stages;

  // Returns the stage before `before` of this name or number.
  [[nodiscard]] std::optional<std::size_t> find(std::string_view name, std::size_t before) const;
};

// Errors: config with the line (no FROM, a FROM that cannot be read, more than 10000
// instructions or 1000 stages), as logical_lines.
core::Result<Stages> stages_of(std::string_view dockerfile, const BuildInputs& inputs);

// Returns the stages that building `inputs.target` needs, in order of the file: it, what it is
// built FROM, what it copies and mounts from. Errors: config (no such target).
core::Result<std::vector<std::size_t>> needed_stages(const Stages& stages,
                                                     const BuildInputs& inputs);

}  // namespace buildcache::dockerfile
