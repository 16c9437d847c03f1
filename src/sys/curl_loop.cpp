#include "sys/curl_loop.hpp"

#include <curl/curl.h>

#include <csignal>
#include <utility>

namespace buildcache::sys {

namespace {

constexpr long kKeptConnections = 64;
constexpr int kIdleMilliseconds = 600'000;  // curl shortens it whenever a timer of its own is due

}  // namespace

CurlLoop::CurlLoop() : multi_(curl_multi_init()) {
  if (multi_ != nullptr) {
    curl_multi_setopt(multi_, CURLMOPT_MAXCONNECTS, kKeptConnections);
    thread_ = std::thread([this] { run(); });
  }
}

CurlLoop::~CurlLoop() {
  if (multi_ == nullptr) {
    return;
  }
  {
    const std::lock_guard lock(mutex_);
    quit_ = true;
  }
  curl_multi_wakeup(multi_);
  thread_.join();
  curl_multi_cleanup(multi_);
}

std::optional<int> CurlLoop::perform(void* easy, const std::stop_token& stop) {
  if (multi_ == nullptr) {
    return CURLE_FAILED_INIT;
  }
  Transfer transfer{easy, std::nullopt, false};
  std::uint64_t id = 0;
  {
    const std::lock_guard lock(mutex_);
    id = ++last_id_;
    submitted_.emplace_back(id, &transfer);
  }
  curl_multi_wakeup(multi_);
  const std::stop_callback on_stop(stop, [this, id] {
    {
      const std::lock_guard lock(mutex_);
      cancelled_.push_back(id);
    }
    curl_multi_wakeup(multi_);
  });
  std::unique_lock lock(mutex_);
  finished_.wait(lock, [&transfer] { return transfer.done; });
  return transfer.code;
}

void CurlLoop::run() {
  sigset_t broken_pipe;
  sigemptyset(&broken_pipe);
  sigaddset(&broken_pipe, SIGPIPE);
  pthread_sigmask(SIG_BLOCK, &broken_pipe, nullptr);
  while (true) {
    {
      const std::lock_guard lock(mutex_);
      if (quit_) {
        return;
      }
    }
    admit();
    cancel();
    int active = 0;
    curl_multi_perform(multi_, &active);
    collect();
    curl_multi_poll(multi_, nullptr, 0, kIdleMilliseconds, nullptr);
  }
}

void CurlLoop::admit() {
  std::vector<std::pair<std::uint64_t, Transfer*>> submitted;
  {
    const std::lock_guard lock(mutex_);
    submitted.swap(submitted_);
  }
  for (const auto& [id, transfer] : submitted) {
    running_.emplace(id, transfer);
    if (curl_multi_add_handle(multi_, transfer->easy) != CURLM_OK) {
      finish(id, CURLE_FAILED_INIT);
    }
  }
}

void CurlLoop::cancel() {
  std::vector<std::uint64_t> cancelled;
  {
    const std::lock_guard lock(mutex_);
    cancelled.swap(cancelled_);
  }
  for (const std::uint64_t id : cancelled) {
    finish(id, std::nullopt);
  }
}

void CurlLoop::collect() {
  int left = 0;
  while (const CURLMsg* message = curl_multi_info_read(multi_, &left)) {
    if (message->msg != CURLMSG_DONE) {
      continue;
    }
    for (const auto& [id, transfer] : running_) {
      if (transfer->easy == message->easy_handle) {
        finish(id, message->data.result);
        break;
      }
    }
  }
}

// `id` may have finished before: a cancellation can come late.
void CurlLoop::finish(std::uint64_t id, std::optional<int> code) {
  const auto found = running_.find(id);
  if (found == running_.end()) {
    return;
  }
  Transfer* transfer = found->second;
  running_.erase(found);
  curl_multi_remove_handle(multi_, transfer->easy);
  const std::lock_guard lock(mutex_);
  transfer->code = code;
  transfer->done = true;
  finished_.notify_all();
}

}  // namespace buildcache::sys
