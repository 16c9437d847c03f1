// What our binary does inside the builder, with the mounts in reach.
#pragma once

#include "mounts/agent_messages.hpp"
#include "mounts/transfer.hpp"
#include "sys/clock.hpp"
#include "sys/tree.hpp"

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace buildcache::mounts {

using OpenTree = std::function<core::Result<std::unique_ptr<sys::Tree>>(const std::string&)>;

struct AgentWorld {
  OpenTree open_tree;
  sys::Clock& clock;
  std::size_t workers = 1;
  sys::Tree& input;   // blobs, by their hexadecimal digest
  sys::Tree& output;  // where new ones go
  sys::Tree& state;   // stat states, by name
  // Returns how packs come and go at a repository; nullopt when it cannot be reached from here.
  // May be empty: nothing can be reached.
  std::function<std::optional<Transfer>(const std::string& repository)> reach = {};
};

// Serves one mount after the other. Errors are in the reports: what cannot be restored leaves an
// empty mount, what cannot be saved leaves no trace in the output that anybody will look at. A
// mount whose repository cannot be reached is saved to the output.
std::vector<AgentReport> serve(const AgentWorld& world, const AgentRequest& request);

}  // namespace buildcache::mounts
