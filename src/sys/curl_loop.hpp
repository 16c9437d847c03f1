// The thread that does all network I/O: one curl multi handle with its pool of connections.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <stop_token>
#include <thread>
#include <vector>

namespace buildcache::sys {

// Thread-safe. Handles are curl's own, untyped so that its header stays out of ours.
class CurlLoop {
 public:
  CurlLoop();
  CurlLoop(const CurlLoop&) = delete;  // threads wait on this very object
  CurlLoop& operator=(const CurlLoop&) = delete;
  // REQUIRES: no perform() is under way.
  ~CurlLoop();

  // Runs the prepared easy handle to its end. Returns its CURLcode, nullopt when `stop` came first.
  std::optional<int> perform(void* easy, const std::stop_token& stop);

 private:
  struct Transfer {
    void* easy = nullptr;
    std::optional<int> code;  // stays empty when it was cancelled
    bool done = false;
  };

  void run();
  void admit();    // hands new transfers to curl
  void cancel();   // takes cancelled ones back
  void collect();  // ends those that curl has finished
  void finish(std::uint64_t id, std::optional<int> code);

  void* multi_;
  std::mutex mutex_;
  std::condition_variable finished_;
  // Guarded by mutex_.
  std::vector<std::pair<std::uint64_t, Transfer*>> submitted_;
  std::vector<std::uint64_t> cancelled_;
  std::uint64_t last_id_ = 0;
  bool quit_ = false;
  // Of the I/O thread alone.
  std::map<std::uint64_t, Transfer*> running_;

  std::thread thread_;
};

}  // namespace buildcache::sys
