#include "store/types.hpp"

namespace buildcache::store {

std::string_view word_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::found:
      return "found";
    case Verdict::absent:
      return "absent";
    case Verdict::unauthorized:
      return "unauthorized";
    case Verdict::forbidden:
      return "forbidden";
    case Verdict::unusable:
      return "unusable";
    case Verdict::refused:
      return "refused";
    case Verdict::timed_out:
      return "timed_out";
    case Verdict::unreachable:
      return "unreachable";
    case Verdict::unknown:
      return "unknown";
    case Verdict::skipped:
      return "skipped";
  }
  return "unknown";
}

}  // namespace buildcache::store
