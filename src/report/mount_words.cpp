#include "report/mount_words.hpp"

#include "core/text.hpp"

#include <fmt/format.h>

namespace buildcache::report {

std::string mount_words(const MountStep& step) {
  std::string text = step.outcome;
  if (step.content > 0 || step.entries > 0) {
    text += fmt::format(": {} in {} entries", core::human_size(step.content), step.entries);
    text += step.moved > 0 ? ", " + core::human_size(step.moved) + " moved" : "";
    text += step.moved > 0 && step.direct ? " directly" : "";
    text += step.left_out > 0 ? fmt::format(", {} left out", step.left_out) : "";
    text += ", " + core::human_duration(step.took);
  }
  return text + (step.why.empty() ? "" : " (" + core::printable(step.why) + ")");
}

}  // namespace buildcache::report
