// Why a solve failed, from what BuildKit and buildx said. Pure.
#pragma once

#include "docker/build_result.hpp"

#include <string>
#include <vector>

namespace buildcache::docker {

struct FailureFacts {
  int exit_code = 0;
  std::vector<Step> steps;
  std::vector<ImportOutcome> imports;
  std::vector<std::string> plain_lines;  // buildx's own last lines
};

struct Verdict {
  Failure failure = Failure::none;
  std::string message;
  std::string failed_import;  // the only cache that can be to blame; empty: cannot be told
};

// BuildKit gives no codes in its stream, so its words decide; they are kept here, with samples of
// both engines as tests. What is not surely a fault of a cache of ours is none: an instruction that
// ran and failed is always user_step, whatever its text says, and an unknown fault is user_step,
// too. A solve that ended well with a cache export that failed (ignore-error) is export_ with exit
// code 0.
Verdict judge(const FailureFacts& facts);

}  // namespace buildcache::docker
