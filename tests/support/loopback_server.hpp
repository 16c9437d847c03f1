// A small HTTP/1.1 server on 127.0.0.1 that can misbehave, for tests of clients.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <list>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace buildcache::support {

struct ServerRequest {
  std::string method;
  std::string target;                                        // path with query
  std::vector<std::pair<std::string, std::string>> headers;  // names in lower case
  std::string body;

  // Returns the value, empty when there is none.
  [[nodiscard]] std::string header(const std::string& name) const;
};

struct ServerReply {
  enum class Manner {
    normal,
    silent,   // nothing is sent, the connection stays open
    trickle,  // one byte of the whole answer every 50 ms
    reset,    // half of the announced body, then the connection is closed
    raw,      // the body alone, byte for byte, then the connection is closed
  };
  int status = 200;
  std::vector<std::pair<std::string, std::string>> headers;  // Content-Length is added
  std::string body;
  Manner manner = Manner::normal;
  std::chrono::milliseconds delay{0};  // before the first byte
};

// Answers each connection on a thread of its own, several requests after each other.
class LoopbackServer {
 public:
  using Handler = std::function<ServerReply(const ServerRequest&)>;

  // `handler` is called from several threads. `port` 0: any free one. Throws std::system_error.
  explicit LoopbackServer(Handler handler, int port = 0);
  LoopbackServer(const LoopbackServer&) = delete;
  LoopbackServer& operator=(const LoopbackServer&) = delete;
  ~LoopbackServer();

  [[nodiscard]] int port() const { return port_; }

 private:
  void accept_all();
  void serve(int connection);
  bool answer(int connection, const ServerRequest& request);
  bool send_slowly(int connection, const std::string& bytes);
  // Returns false when the server is being stopped.
  bool wait(std::chrono::milliseconds duration);

  Handler handler_;
  int listener_ = -1;
  int port_ = 0;
  std::mutex mutex_;
  std::condition_variable stopping_;
  bool stopped_ = false;
  std::list<int> connections_;
  std::list<std::thread> threads_;
  std::thread acceptor_;
};

}  // namespace buildcache::support
