#include "store/answer.hpp"

#include "core/text.hpp"

#include <utility>

namespace buildcache::store {

namespace {

Verdict verdict_of(core::ErrorKind kind) {
  switch (kind) {
    case core::ErrorKind::unauthorized:
      return Verdict::unauthorized;
    case core::ErrorKind::forbidden:
      return Verdict::forbidden;
    case core::ErrorKind::not_found:
      return Verdict::absent;
    case core::ErrorKind::timed_out:
      return Verdict::timed_out;
    case core::ErrorKind::cancelled:
      return Verdict::skipped;
    default:
      return Verdict::unreachable;
  }
}

}  // namespace

Answer failed_answer(const core::Error& error) {
  Answer answer;
  answer.verdict = verdict_of(error.kind);
  answer.reason = core::printable(error.message) + (error.hint.empty() ? "" : " (") + error.hint +
                  (error.hint.empty() ? "" : ")");
  return answer;
}

Answer failed_inspection(const core::Error& error) {
  Answer answer = failed_answer(error);
  if (error.kind == core::ErrorKind::bad_response || error.kind == core::ErrorKind::not_found) {
    answer.verdict = Verdict::unusable;
    answer.inspected = true;
  }
  return answer;
}

Answer usable_answer(std::uint64_t bytes, std::optional<Stamp> stamp, const core::Digest& digest) {
  Answer answer;
  answer.verdict = Verdict::found;
  answer.reason = core::human_size(bytes);
  answer.digest = digest;
  answer.stamp = std::move(stamp);
  answer.inspected = true;
  answer.bytes = bytes;
  return answer;
}

}  // namespace buildcache::store
