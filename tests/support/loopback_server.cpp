#include "support/loopback_server.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <optional>
#include <system_error>

namespace buildcache::support {

namespace {

using std::chrono::milliseconds;

constexpr milliseconds kTricklePause{50};
constexpr std::size_t kRequestLimit = 8U << 20U;

std::string lowered(std::string text) {
  std::ranges::transform(text, text.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return text;
}

bool send_all(int connection, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(connection, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) {
      return false;
    }
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

// Appends what comes next; returns false at the end.
bool receive_more(int connection, std::string& buffer) {
  std::array<char, 16384> piece{};
  const ssize_t size = ::recv(connection, piece.data(), piece.size(), 0);
  if (size <= 0 || buffer.size() > kRequestLimit) {
    return false;
  }
  buffer.append(piece.data(), static_cast<std::size_t>(size));
  return true;
}

ServerRequest parse_head(const std::string& head) {
  ServerRequest request;
  const std::size_t line_end = head.find("\r\n");
  const std::string line = head.substr(0, line_end);
  const std::size_t first = line.find(' ');
  const std::size_t last = line.rfind(' ');
  request.method = line.substr(0, first);
  request.target = first < last ? line.substr(first + 1, last - first - 1) : "/";
  std::size_t at = line_end + 2;
  while (at < head.size()) {
    const std::size_t end = std::min(head.find("\r\n", at), head.size());
    const std::size_t colon = head.find(':', at);
    if (colon < end) {
      const std::size_t value = std::min(head.find_first_not_of(' ', colon + 1), end);
      request.headers.emplace_back(lowered(head.substr(at, colon - at)),
                                   head.substr(value, end - value));
    }
    at = end + 2;
  }
  return request;
}

// Takes one request off `buffer`, receiving as much as it needs.
std::optional<ServerRequest> receive_request(int connection, std::string& buffer) {
  std::size_t head_end = buffer.find("\r\n\r\n");
  while (head_end == std::string::npos) {
    if (!receive_more(connection, buffer)) {
      return std::nullopt;
    }
    head_end = buffer.find("\r\n\r\n");
  }
  ServerRequest request = parse_head(buffer.substr(0, head_end + 2));
  buffer.erase(0, head_end + 4);
  const std::string length = request.header("content-length");
  const std::size_t size = length.empty() ? 0 : std::stoul(length);
  while (buffer.size() < size) {
    if (!receive_more(connection, buffer)) {
      return std::nullopt;
    }
  }
  request.body = buffer.substr(0, size);
  buffer.erase(0, size);
  return request;
}

std::string head_of(const ServerReply& reply) {
  std::string head = "HTTP/1.1 " + std::to_string(reply.status) + " Status\r\n";
  for (const auto& [name, value] : reply.headers) {
    head.append(name).append(": ").append(value).append("\r\n");
  }
  return head + "Content-Length: " + std::to_string(reply.body.size()) + "\r\n\r\n";
}

int listen_on(int port) {
  const int listener = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const int yes = 1;
  ::setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  const auto* generic = reinterpret_cast<const sockaddr*>(&address);
  if (::bind(listener, generic, sizeof address) != 0 || ::listen(listener, 128) != 0) {
    throw std::system_error(errno, std::generic_category(), "listen on 127.0.0.1");
  }
  return listener;
}

int port_of(int listener) {
  sockaddr_in address{};
  socklen_t size = sizeof address;
  ::getsockname(listener, reinterpret_cast<sockaddr*>(&address), &size);
  return ntohs(address.sin_port);
}

}  // namespace

std::string ServerRequest::header(const std::string& name) const {
  const auto found =
      std::ranges::find_if(headers, [&name](const auto& header) { return header.first == name; });
  return found == headers.end() ? std::string() : found->second;
}

LoopbackServer::LoopbackServer(Handler handler, int port)
    : handler_(std::move(handler)), listener_(listen_on(port)), port_(port_of(listener_)) {
  acceptor_ = std::thread([this] { accept_all(); });
}

LoopbackServer::~LoopbackServer() {
  {
    const std::lock_guard lock(mutex_);
    stopped_ = true;
    ::shutdown(listener_, SHUT_RDWR);
    for (const int connection : connections_) {
      ::shutdown(connection, SHUT_RDWR);
    }
  }
  stopping_.notify_all();
  acceptor_.join();
  for (std::thread& thread : threads_) {
    thread.join();
  }
  ::close(listener_);
}

void LoopbackServer::accept_all() {
  while (true) {
    const int connection = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    const std::lock_guard lock(mutex_);
    if (connection < 0 || stopped_) {
      if (connection >= 0) {
        ::close(connection);
      }
      return;
    }
    const int yes = 1;
    ::setsockopt(connection, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    connections_.push_back(connection);
    threads_.emplace_back([this, connection] { serve(connection); });
  }
}

void LoopbackServer::serve(int connection) {
  std::string buffer;
  bool open = true;
  while (open) {
    const auto request = receive_request(connection, buffer);
    open = request && answer(connection, *request);
  }
  const std::lock_guard lock(mutex_);
  connections_.remove(connection);
  ::close(connection);
}

// Returns whether the connection is to be kept.
bool LoopbackServer::answer(int connection, const ServerRequest& request) {
  const ServerReply reply = handler_(request);
  if (!wait(reply.delay)) {
    return false;
  }
  const std::string body = request.method == "HEAD" ? std::string() : reply.body;
  switch (reply.manner) {
    case ServerReply::Manner::silent:
      // Until the client gives up or the server is stopped.
      while (wait(kTricklePause)) {
        char byte = 0;
        if (::recv(connection, &byte, 1, MSG_PEEK | MSG_DONTWAIT) == 0) {
          break;
        }
      }
      return false;
    case ServerReply::Manner::trickle:
      return send_slowly(connection, head_of(reply) + body);
    case ServerReply::Manner::reset:
      send_all(connection, head_of(reply) + body.substr(0, body.size() / 2));
      return false;
    case ServerReply::Manner::raw:
      send_all(connection, reply.body);
      return false;
    case ServerReply::Manner::normal:
      break;
  }
  return send_all(connection, head_of(reply) + body);
}

bool LoopbackServer::send_slowly(int connection, const std::string& bytes) {
  return std::ranges::all_of(bytes, [&](char byte) {
    return send_all(connection, {&byte, 1}) && wait(kTricklePause);
  });
}

bool LoopbackServer::wait(milliseconds duration) {
  std::unique_lock lock(mutex_);
  return !stopping_.wait_for(lock, duration, [this] { return stopped_; });
}

}  // namespace buildcache::support
