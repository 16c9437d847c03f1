// The facts of a golden plan, read from JSON: git, CI, capabilities, wishes, and the store's
// answers.
#pragma once

#include "plan/make_plan.hpp"

#include <map>
#include <string>
#include <vector>

namespace buildcache::support {

// What the store says about one cache: first in the survey, then when it is read.
struct ScriptedAnswer {
  store::Answer survey;
  store::Answer inspection;
  bool asked = false;
};

struct PlanFacts {
  git::Facts git;
  ci::Facts ci;
  docker::Capabilities capabilities;
  plan::Wishes wishes;
  std::map<std::string, ScriptedAnswer> answers;  // by store::display()
  store::Answer otherwise;                        // for caches that are not listed
};

// Throws std::runtime_error for a member nobody knows, or of the wrong kind. A digest is written as
// any word; its SHA-256 stands for the manifest.
PlanFacts read_plan_facts(const std::string& json);

// Asks the scripted store like a command does: a survey of everything, then what to_inspect() names
// until the choice is settled.
std::vector<plan::TargetFacts> ask_all(const plan::Facts& facts,
                                       const std::vector<std::string>& targets,
                                       PlanFacts& script);

// Returns the listed caches that nobody asked for.
std::vector<std::string> unasked(const PlanFacts& script);

}  // namespace buildcache::support
