// Which builder a run uses. Pure.
#pragma once

#include "core/notice.hpp"
#include "plan/candidates.hpp"
#include "plan/make_plan.hpp"
#include "plan/plan.hpp"

#include <optional>

namespace buildcache::plan {

struct BuilderDecision {
  BuilderChoice choice;
  docker::Capabilities capabilities;  // of the chosen one
  std::optional<core::Notice> notice;
};

// Returns the builder the configuration names or buildx has chosen. Where nobody named one, the run
// is a CI's and is to write caches, and the Docker engine's own builder cannot export any, a
// docker-container builder is to be made instead. On a person's machine that would cost more than
// it gives: the engine's builder keeps its layers there.
BuilderDecision choose_builder(const Facts& facts,
                               const docker::Capabilities& capabilities,
                               const Wishes& wishes);

}  // namespace buildcache::plan
