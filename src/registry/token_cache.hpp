// Bearer tokens in memory: one request for each, however many threads want it at once.
#pragma once

#include "core/result.hpp"
#include "core/secret.hpp"
#include "registry/deadline.hpp"
#include "registry/token_request.hpp"
#include "sys/clock.hpp"

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>

namespace buildcache::registry {

// Thread-safe.
class TokenCache {
 public:
  using Fetch = std::function<core::Result<Token>()>;

  // `clock` must outlive this object.
  explicit TokenCache(sys::Clock& clock) : clock_(&clock) {}

  // Returns the token kept under `key` while it has lived less than 90 % of its life; otherwise
  // calls `fetch` on one thread and gives the others its result. Errors: those of `fetch`;
  // timed_out and cancelled while waiting for another thread's.
  core::Result<core::Secret> get(const std::string& key,
                                 const Deadline& deadline,
                                 const Fetch& fetch);

  // Drops the token under `key` if it still is `token`: the registry refused it.
  void forget(const std::string& key, const core::Secret& token);

 private:
  struct Slot {
    bool fetching = false;
    std::uint64_t rounds = 0;  // fetches that have ended
    std::optional<core::Secret> token;
    std::chrono::steady_clock::time_point renew_at;
    std::optional<core::Error> error;  // of the last fetch
  };

  core::Result<core::Secret> fetch_into(Slot& slot,
                                        std::unique_lock<std::mutex>& lock,
                                        const Fetch& fetch);
  core::Result<void> wait_for_round(const Slot& slot,
                                    std::unique_lock<std::mutex>& lock,
                                    const Deadline& deadline);

  sys::Clock* clock_;
  std::mutex mutex_;
  std::condition_variable_any fetched_;
  std::map<std::string, Slot> slots_;  // never erased: references stay valid
};

}  // namespace buildcache::registry
