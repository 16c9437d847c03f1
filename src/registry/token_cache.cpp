#include "registry/token_cache.hpp"

namespace buildcache::registry {

namespace {

using core::ErrorKind;
using core::fail;
using core::Result;

// What ended the other thread's fetch says nothing about ours.
bool is_personal(const core::Error& error) {
  return error.kind == ErrorKind::timed_out || error.kind == ErrorKind::cancelled;
}

}  // namespace

Result<core::Secret> TokenCache::get(const std::string& key,
                                     const Deadline& deadline,
                                     const Fetch& fetch) {
  std::unique_lock lock(mutex_);
  Slot& slot = slots_[key];
  while (true) {
    if (slot.token && clock_->steady() < slot.renew_at) {
      return *slot.token;
    }
    if (!slot.fetching) {
      return fetch_into(slot, lock, fetch);
    }
    if (auto waited = wait_for_round(slot, lock, deadline); !waited) {
      return tl::unexpected(waited.error());
    }
    if (slot.error && !is_personal(*slot.error)) {
      return tl::unexpected(*slot.error);
    }
  }
}

void TokenCache::forget(const std::string& key, const core::Secret& token) {
  const std::lock_guard lock(mutex_);
  Slot& slot = slots_[key];
  if (slot.token && slot.token->reveal() == token.reveal()) {
    slot.token.reset();
  }
}

Result<core::Secret> TokenCache::fetch_into(Slot& slot,
                                            std::unique_lock<std::mutex>& lock,
                                            const Fetch& fetch) {
  slot.fetching = true;
  lock.unlock();
  auto token = fetch();
  lock.lock();
  slot.fetching = false;
  ++slot.rounds;
  slot.error = token ? std::nullopt : std::optional(token.error());
  if (token) {
    slot.token = token->value;
    slot.renew_at = clock_->steady() + token->lifetime * 9 / 10;
  }
  fetched_.notify_all();
  if (!token) {
    return tl::unexpected(token.error());
  }
  return token->value;
}

Result<void> TokenCache::wait_for_round(const Slot& slot,
                                        std::unique_lock<std::mutex>& lock,
                                        const Deadline& deadline) {
  const std::uint64_t before = slot.rounds;
  const bool ended = fetched_.wait_for(
      lock, deadline.stop(), deadline.left(), [&slot, before] { return slot.rounds != before; });
  if (ended) {
    return {};
  }
  if (deadline.stop().stop_requested()) {
    return fail(ErrorKind::cancelled, "stopped while waiting for a token");
  }
  return fail(ErrorKind::timed_out, "the token service did not answer in time");
}

}  // namespace buildcache::registry
