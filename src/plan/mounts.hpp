// Which cache mounts outlive the builder, and where their generations are kept. Pure.
#pragma once

#include "core/notice.hpp"
#include "plan/make_plan.hpp"

#include <optional>
#include <string>
#include <vector>

namespace buildcache::plan {

// `found` are the cache mounts the target's Dockerfile uses. Generations are kept under the scopes
// of branches, changes and names: the fallback list says where one is looked for, `cache.write`
// where the new one goes; commits have none, for a mount moves on with its branch. What trust
// forbids to read is not among `restore`.
std::vector<MountPlan> mounts_of(const Facts& facts,
                                 const Wishes& wishes,
                                 const config::Target& target,
                                 const std::vector<dockerfile::CacheMount>& found);

// Returns notices about entries of `mounts` that name no mount of the Dockerfile.
std::vector<core::Notice> notices_of_mounts(const config::Target& target,
                                            const std::vector<dockerfile::CacheMount>& found);

// Returns the identity as one text, the same for the same mount: what a stat state and a
// generation are known by.
std::string key_of(const dockerfile::MountIdentity& identity);

}  // namespace buildcache::plan
