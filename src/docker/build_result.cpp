#include "docker/build_result.hpp"

#include <algorithm>

namespace buildcache::docker {
namespace {

bool counts(const Step& step) {
  return !step.internal && !step.base;
}

}  // namespace

int SolveResult::total_steps() const {
  return static_cast<int>(std::ranges::count_if(steps, counts));
}

int SolveResult::cached_steps() const {
  return static_cast<int>(
      std::ranges::count_if(steps, [](const Step& step) { return counts(step) && step.cached; }));
}

std::string_view word_of(Failure failure) {
  switch (failure) {
    case Failure::none:
      return "none";
    case Failure::user_step:
      return "user-step";
    case Failure::import:
      return "import";
    case Failure::export_:
      return "export";
    case Failure::push:
      return "push";
    case Failure::login:
      return "login";
    case Failure::engine:
      return "engine";
    case Failure::cancelled:
      return "cancelled";
  }
  return "unknown";
}

}  // namespace buildcache::docker
