// Sends our own binary into the builder's cache mounts and brings its answer back.
#pragma once

#include "commands/build_target.hpp"
#include "core/result.hpp"
#include "mounts/agent_messages.hpp"
#include "plan/plan.hpp"

#include <memory>
#include <string>
#include <vector>

namespace buildcache::commands {

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

  // `mounts` are those of `request`, in its order, all of one namespace; directories and state
  // names are filled in. Errors: engine (the builder cannot run it, in its own words), cancelled,
  // bad_response, config (a mount whose identity cannot be written down).
  core::Result<std::vector<mounts::AgentReport>> run(
      const plan::Plan& plan,
      const std::vector<const plan::MountPlan*>& mounts,
      mounts::AgentRequest request);

 private:
  core::Result<void> prepare(const std::vector<const plan::MountPlan*>& mounts,
                             mounts::AgentRequest& request);

  const Workshop& workshop_;
  std::string folder_;
  std::unique_ptr<sys::Tree> input_;
  std::unique_ptr<sys::Tree> output_;
};

}  // namespace buildcache::commands
