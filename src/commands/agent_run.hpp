// Sends our own binary into the builder's cache mounts and brings its answer back.
#pragma once

#include "commands/build_target.hpp"
#include "commands/direct_route.hpp"
#include "core/result.hpp"
#include "docker/solve.hpp"
#include "mounts/agent_messages.hpp"
#include "plan/plan.hpp"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace buildcache::commands {

// What the step is asked. `mounts` are those of `request`, in its order, all of one namespace;
// directories and state names are filled in.
struct AgentTask {
  const plan::Plan& plan;
  const plan::TargetPlan& target;
  std::vector<const plan::MountPlan*> mounts = {};
  mounts::AgentRequest request = {};
  std::optional<DirectAccess> access = {};  // for mounts with a repository
};

// The folders of one such build; gone with this object.
class AgentRun {
 public:
  // Errors: those of the file system.
  static core::Result<std::unique_ptr<AgentRun>> make(const Workshop& workshop);
  AgentRun(const Workshop& workshop, std::string folder);
  AgentRun(const AgentRun&) = delete;
  AgentRun& operator=(const AgentRun&) = delete;
  ~AgentRun();

  // Blobs that go along, named by their hexadecimal digest.
  [[nodiscard]] sys::Tree& input() { return *input_; }
  // What the step left, after run().
  [[nodiscard]] sys::Tree& output() { return *output_; }

  // Returns one report a mount. Errors: engine (the builder cannot run it, in its own words),
  // cancelled, bad_response, config (a mount whose identity cannot be written down).
  core::Result<std::vector<mounts::AgentReport>> run(AgentTask task);

 private:
  core::Result<void> prepare(AgentTask& task);
  // Writes what `request` needs to be carried out besides blobs.
  core::Result<void> write_step(const AgentTask& task, const std::vector<std::string>& flags);
  core::Result<docker::SolveResult> solve(const AgentTask& task);

  const Workshop& workshop_;
  std::string folder_;
  std::unique_ptr<sys::Tree> input_;
  std::unique_ptr<sys::Tree> output_;
};

}  // namespace buildcache::commands
