#include "commands/mounts_agent.hpp"

#include "mounts/agent.hpp"
#include "mounts/agent_build.hpp"
#include "mounts/tree_blobs.hpp"
#include "sys/parallel.hpp"

#include <algorithm>

namespace buildcache::commands {

namespace {

constexpr std::size_t kMostRequest = 16U << 20U;
// Each holds a pack and a frame: more would gain little and cost memory.
constexpr std::size_t kMostWorkers = 4;

}  // namespace

core::Result<void> mounts_agent(const Seams& seams) {
  const auto input = seams.open_tree(mounts::kInput);
  if (!input) {
    return core::fail(core::ErrorKind::usage,
                      "`mounts agent` runs inside a builder alone, started by `buildcache run`");
  }
  const auto text = mounts::read_whole(**input, mounts::kRequestName, kMostRequest);
  const auto request = text ? mounts::decode_request(*text) : tl::unexpected(text.error());
  if (!request) {
    return tl::unexpected(request.error());
  }
  if (auto made = seams.files.make_directories(mounts::kOutput, 0755); !made) {
    return made;
  }
  const auto output = seams.open_tree(mounts::kOutput);
  const auto state = seams.open_tree(mounts::kState);
  if (!output || !state) {
    return tl::unexpected(output ? state.error() : output.error());
  }
  const mounts::AgentWorld world{seams.open_tree,
                                 seams.clock,
                                 std::min(sys::usable_processors(), kMostWorkers),
                                 **input,
                                 **output,
                                 **state};
  const auto reports = mounts::serve(world, *request);
  return mounts::write_whole(**output, mounts::kReportName, mounts::encode_reports(reports));
}

}  // namespace buildcache::commands
