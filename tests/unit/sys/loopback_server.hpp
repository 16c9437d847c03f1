// A web server on loopback that plays any bytes, broken ones too.
#pragma once

#include "sys/file_descriptor.hpp"

#include <openssl/types.h>

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace buildcache::sys_test {

// The server's side of one connection.
class Connection {
 public:
  Connection(sys::FileDescriptor socket, SSL_CTX* tls);
  Connection(const Connection&) = delete;  // owns a socket
  Connection& operator=(const Connection&) = delete;
  ~Connection();

  // Returns the next request with its body (by Content-Length), empty when the client has gone.
  std::string read_request();
  // Returns false when the client has gone.
  bool write(std::string_view bytes);
  // Closes with a reset instead of an orderly end.
  void reset();
  // Waits until the client closes, or the server stops.
  void wait_until_closed();
  // Turns this connection into TLS after it began without, as proxies do.
  bool start_tls(SSL_CTX* tls);

  // Makes all of the above return; from another thread.
  void abort();

 private:
  long receive(char* buffer, std::size_t size);

  sys::FileDescriptor socket_;
  std::unique_ptr<SSL, void (*)(SSL*)> ssl_;
  std::string rest_;
};

// Listens on a port of its own and plays `script` for each connection, each on its own thread.
class LoopbackServer {
 public:
  using Script = std::function<void(Connection&)>;

  // With a TLS context it speaks TLS from the first byte. With a path it listens on a unix socket.
  explicit LoopbackServer(Script script, SSL_CTX* tls = nullptr, const std::string& path = {});
  LoopbackServer(const LoopbackServer&) = delete;  // threads refer to this very object
  LoopbackServer& operator=(const LoopbackServer&) = delete;
  ~LoopbackServer();

  [[nodiscard]] int port() const { return port_; }
  // Returns "http://127.0.0.1:port<path>", or https.
  [[nodiscard]] std::string url(std::string_view path) const;
  [[nodiscard]] int connections() const { return accepted_; }

 private:
  void accept_all();

  Script script_;
  SSL_CTX* tls_;
  sys::FileDescriptor listener_;
  int port_ = 0;
  std::atomic<int> accepted_{0};
  std::mutex mutex_;
  bool stopping_ = false;
  std::vector<std::unique_ptr<Connection>> open_;
  std::vector<std::thread> threads_;
  std::thread acceptor_;
};

// Returns a script that answers every request on a connection with what `answer` makes of it.
LoopbackServer::Script answering(std::function<std::string(const std::string& request)> answer);

// Returns a whole HTTP/1.1 answer with Content-Length.
std::string http_answer(std::string_view status, std::string_view headers, std::string_view body);

// Whether a raw request has that header line, names compared in any case.
bool has_header_line(const std::string& request, std::string line);

}  // namespace buildcache::sys_test
