// Bounded concurrency for blocking work.
#pragma once

#include <cstddef>
#include <functional>

namespace buildcache::sys {

// Calls work(0) … work(count - 1), at most `limit` at a time, each on a thread of its own, and
// returns when all have returned. `work` must not throw.
void for_each_parallel(std::size_t count,
                       std::size_t limit,
                       const std::function<void(std::size_t)>& work);

// Returns how many processors this process may use, at least one.
std::size_t usable_processors();

}  // namespace buildcache::sys
