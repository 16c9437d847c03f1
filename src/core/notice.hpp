// Something a person should know although nothing failed: what, and what to do about it.
#pragma once

#include <string>

namespace buildcache::core {

enum class Severity { notice, warning };

struct Notice {
  Severity severity = Severity::warning;
  std::string message;  // one sentence, printable, no secret
  std::string remedy;   // what to do; may be empty
  std::string target;   // the target concerned; empty: the whole run

  bool operator==(const Notice&) const = default;
};

}  // namespace buildcache::core
