// Runs one `docker buildx build`, watches it, and says what happened.
#pragma once

#include "core/result.hpp"
#include "docker/build_result.hpp"
#include "docker/progress.hpp"
#include "sys/clock.hpp"
#include "sys/files.hpp"
#include "sys/process.hpp"

#include <chrono>
#include <functional>
#include <map>
#include <stop_token>
#include <string>
#include <vector>

namespace buildcache::docker {

struct SolveRequest {
  std::vector<std::string> argv;  // docker buildx build --progress=rawjson …
  std::map<std::string, std::string>
      environment;  // with the build secrets this target needs, no more
  std::string working_directory;
  std::string metadata_file;                         // where argv tells buildx to write it
  std::vector<std::string> our_imports;              // display refs of our --cache-from values
  std::chrono::milliseconds import_timeout{60'000};  // the watchdog's patience with one import
  std::chrono::milliseconds export_timeout{0};       // for a whole export solve; 0: none
  std::stop_token stop;
  std::function<int()> stop_signal;
  std::function<void(const Event&)> on_event;  // called from the calling thread
};

// Runs it to its end. A failing build is a value with its Failure. A cache import that shows no
// sign of life for `import_timeout` is ended (buildx is stopped) and reported as Failure::import
// naming it. Errors: engine (docker cannot be started), internal.
core::Result<SolveResult> solve(sys::ProcessRunner& processes,
                                sys::Files& files,
                                sys::Clock& clock,
                                const SolveRequest& request);

}  // namespace buildcache::docker
