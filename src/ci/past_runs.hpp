// The runs that a CI has had, as a team exports them: JSON, one run a line. Pure.
#pragma once

#include "ci/facts.hpp"
#include "core/result.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace buildcache::ci {

struct PastRun {
  Event event = Event::push;
  std::string commit;       // of a change the tip of its own branch
  std::string branch;       // the branch built, or the change's own
  std::string number;       // of the change; digits
  std::string base;         // change or merge queue: the commit it was merged with
  std::string base_branch;  // change or merge queue: empty is the default branch
  bool fork = false;
  bool failed = false;  // published nothing
};

// Returns the runs in their order; empty lines are left out. Errors: facts, with file, line, what
// is wrong there (a member that docs/simulate.md does not name, too) and what is right.
core::Result<std::vector<PastRun>> parse_past_runs(std::string_view text, const std::string& file);

}  // namespace buildcache::ci
