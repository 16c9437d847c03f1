// Environment, event payload and flags -> ci::Facts.
#pragma once

#include "ci/facts.hpp"
#include "core/result.hpp"
#include "sys/environment.hpp"
#include "sys/files.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace buildcache::ci {

// What the command line says instead; empty: as the platform says.
struct Overrides {
  std::string event;  // a word of Event
  std::string branch;
  std::string base_branch;
  std::string base_sha;
  std::string head_sha;
  std::string tag;
  std::string default_branch;
  std::string change;  // number
  std::optional<bool> fork;
  std::optional<bool> ref_protected;
};

// Returns the platform the environment speaks of; local where none does.
Provider detect(const sys::Environment& environment);

// Detects the platform and reads its facts, then applies `overrides`.
// Errors: facts (payload missing, unreadable, not JSON, or without what its event must have; the
// message names the variable or the member), usage (an override that makes no sense).
core::Result<Facts> read_facts(sys::Files& files,
                               const sys::Environment& environment,
                               const Overrides& overrides);

// GitHub's facts alone. `payload` is the event's JSON text; empty: there is none, which only the
// events that do not need it survive. Errors: facts.
core::Result<Facts> read_github_facts(const sys::Environment& environment,
                                      std::string_view payload);

}  // namespace buildcache::ci
