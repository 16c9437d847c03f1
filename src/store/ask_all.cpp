#include "store/ask_all.hpp"

#include "core/text.hpp"
#include "store/answer.hpp"
#include "sys/parallel.hpp"

namespace buildcache::store {

namespace {

using std::chrono::milliseconds;

Answer unasked(const AskingTerms& terms) {
  if (terms.stop.stop_requested()) {
    return failed_answer({core::ErrorKind::cancelled, "stopped before it was asked", {}, {}});
  }
  return failed_answer({core::ErrorKind::timed_out,
                        "not asked within " + core::human_duration(terms.deadline),
                        {},
                        {}});
}

}  // namespace

std::vector<Answer> ask_all(
    std::span<const CacheRef> refs,
    const AskingTerms& terms,
    const std::function<Answer(const CacheRef&, const registry::Limits&)>& ask) {
  std::vector<Answer> answers(refs.size());
  const auto start = terms.clock->steady();
  const auto since = [&terms](auto begin) {
    return std::chrono::duration_cast<milliseconds>(terms.clock->steady() - begin);
  };
  sys::for_each_parallel(refs.size(), kMostAtOnce, [&](std::size_t i) {
    const auto asked_at = terms.clock->steady();
    const milliseconds left = terms.deadline - since(start);
    const bool no_time = left.count() <= 0 || terms.stop.stop_requested();
    answers[i] = no_time ? unasked(terms) : ask(refs[i], {left, terms.stop});
    answers[i].took = since(asked_at);
  });
  return answers;
}

}  // namespace buildcache::store
