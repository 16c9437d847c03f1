#include "sys/parallel.hpp"

#include <algorithm>
#include <atomic>
#include <system_error>
#include <thread>
#include <vector>

namespace buildcache::sys {

void for_each_parallel(std::size_t count,
                       std::size_t limit,
                       const std::function<void(std::size_t)>& work) {
  std::atomic<std::size_t> next{0};
  const auto take_turns = [&next, count, &work] {
    for (std::size_t i = next++; i < count; i = next++) {
      work(i);
    }
  };
  // The calling thread works too: without any other thread everything still gets done.
  std::vector<std::jthread> others;
  try {
    for (std::size_t i = 1; i < std::min(count, limit); ++i) {
      others.emplace_back(take_turns);
    }
  } catch (const std::system_error&) {
    // The machine gives no more threads; those that run take all turns.
  }
  take_turns();
}

std::size_t usable_processors() {
  return std::max(1U, std::thread::hardware_concurrency());
}

}  // namespace buildcache::sys
