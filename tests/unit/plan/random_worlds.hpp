// Random facts for tests of what must hold for any: the same seed makes the same worlds.
#pragma once

#include "world.hpp"

#include <optional>
#include <random>
#include <string>
#include <vector>

namespace buildcache::plan {

// A world and what its store would answer.
struct Sample {
  World world;
  std::vector<TargetFacts> targets;

  core::Result<Plan> planned() {
    return make_plan(world.facts(), world.capabilities, targets, world.wishes);
  }
};

class Generator {
 public:
  explicit Generator(unsigned seed) : random_(seed) {}

  Sample sample();

 private:
  int below(int limit);
  bool one_in(int many);
  std::string branch();
  std::string id();
  std::vector<std::string> walk();
  std::optional<git::BasePoint> base();
  config::FallbackRule fallback_rule();
  void fill_ci(ci::Facts& ci);
  void fill_git(git::Facts& git);
  void fill_config(config::Config& config);
  World world();
  store::Answer answer();

  template <typename T>
  T any_of(const std::vector<T>& values) {
    return values[static_cast<std::size_t>(below(static_cast<int>(values.size())))];
  }

  std::mt19937 random_;
};

}  // namespace buildcache::plan
