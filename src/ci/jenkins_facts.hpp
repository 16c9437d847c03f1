// Jenkins' variables -> ci::Facts: those of multibranch pipelines (plugin branch-api), of the git
// plugin, and of the pull request builders that came before (ghprb, gitlab-plugin).
#pragma once

#include "ci/facts.hpp"
#include "core/result.hpp"
#include "sys/environment.hpp"

namespace buildcache::ci {

// GIT_COMMIT is left aside: after several checkouts, a shared library's among them, it may be of
// another repository, and git knows what is checked out. Scripted pipelines set nothing else.
// Errors: facts (a variable is missing or malformed; it is named).
core::Result<Facts> read_jenkins_facts(const sys::Environment& environment);

}  // namespace buildcache::ci
