// Asking for many caches at once, in one deadline.
#pragma once

#include "registry/client.hpp"
#include "store/types.hpp"
#include "sys/clock.hpp"

#include <chrono>
#include <functional>
#include <span>
#include <stop_token>
#include <vector>

namespace buildcache::store {

// Requests to a store in flight at a time, for asking and for publishing.
constexpr std::size_t kMostAtOnce = 32;

struct AskingTerms {
  sys::Clock* clock;
  std::chrono::milliseconds deadline;  // for all of them together
  std::stop_token stop;
};

// Calls `ask` for each ref, concurrently, with the time that is left, and notes how long each took.
// What the time did not suffice for is timed_out, what a stop came before is skipped.
std::vector<Answer> ask_all(
    std::span<const CacheRef> refs,
    const AskingTerms& terms,
    const std::function<Answer(const CacheRef&, const registry::Limits&)>& ask);

}  // namespace buildcache::store
