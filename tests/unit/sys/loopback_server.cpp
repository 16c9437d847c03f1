#include "loopback_server.hpp"

#include <openssl/ssl.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <stdexcept>

namespace buildcache::sys_test {

namespace {

std::string lowered(std::string text) {
  std::ranges::transform(text, text.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return text;
}

std::size_t content_length(const std::string& head) {
  const std::string name = "\r\ncontent-length: ";
  const std::size_t at = lowered(head).find(name);
  return at == std::string::npos ? 0 : std::strtoul(head.c_str() + at + name.size(), nullptr, 10);
}

// OpenSSL writes without MSG_NOSIGNAL.
void block_broken_pipe() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGPIPE);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
}

const sockaddr* generic(const void* address) {
  return static_cast<const sockaddr*>(address);
}

sys::FileDescriptor listen_on(const std::string& path) {
  sys::FileDescriptor listener(
      ::socket(path.empty() ? AF_INET : AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  int bound = -1;
  if (path.empty()) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    bound = ::bind(listener.get(), generic(&address), sizeof address);
  } else {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path.copy(address.sun_path, sizeof address.sun_path - 1);
    bound = ::bind(listener.get(), generic(&address), sizeof address);
  }
  if (bound != 0 || ::listen(listener.get(), 128) != 0) {
    throw std::runtime_error("loopback server cannot listen");
  }
  return listener;
}

int port_of(const sys::FileDescriptor& listener) {
  sockaddr_in address{};
  socklen_t size = sizeof address;
  ::getsockname(listener.get(), static_cast<sockaddr*>(static_cast<void*>(&address)), &size);
  return ntohs(address.sin_port);
}

}  // namespace

Connection::Connection(sys::FileDescriptor socket, SSL_CTX* tls)
    : socket_(std::move(socket)), ssl_(tls != nullptr ? SSL_new(tls) : nullptr, SSL_free) {
  if (ssl_) {
    SSL_set_fd(ssl_.get(), socket_.get());
  }
}

Connection::~Connection() = default;

bool Connection::start_tls(SSL_CTX* tls) {
  ssl_.reset(SSL_new(tls));
  SSL_set_fd(ssl_.get(), socket_.get());
  return SSL_accept(ssl_.get()) == 1;
}

long Connection::receive(char* buffer, std::size_t size) {
  if (ssl_) {
    if (SSL_is_init_finished(ssl_.get()) == 0 && SSL_accept(ssl_.get()) != 1) {
      return -1;
    }
    return SSL_read(ssl_.get(), buffer, static_cast<int>(size));
  }
  return ::recv(socket_.get(), buffer, size, 0);
}

std::string Connection::read_request() {
  std::array<char, 16384> buffer{};
  while (true) {
    const std::size_t head = rest_.find("\r\n\r\n");
    if (head != std::string::npos) {
      const std::size_t size = head + 4 + content_length(rest_.substr(0, head + 2));
      if (rest_.size() >= size) {
        std::string request = rest_.substr(0, size);
        rest_.erase(0, size);
        return request;
      }
    }
    const long received = receive(buffer.data(), buffer.size());
    if (received <= 0) {
      return {};
    }
    rest_.append(buffer.data(), static_cast<std::size_t>(received));
  }
}

bool Connection::write(std::string_view bytes) {
  while (!bytes.empty()) {
    const long sent = ssl_ ? SSL_write(ssl_.get(), bytes.data(), static_cast<int>(bytes.size()))
                           : ::send(socket_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) {
      return false;
    }
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

void Connection::reset() {
  const linger at_once{1, 0};
  ::setsockopt(socket_.get(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
}

void Connection::wait_until_closed() {
  std::array<char, 1024> buffer{};
  while (receive(buffer.data(), buffer.size()) > 0) {
  }
}

void Connection::abort() {
  ::shutdown(socket_.get(), SHUT_RDWR);
}

LoopbackServer::LoopbackServer(Script script, SSL_CTX* tls, const std::string& path)
    : script_(std::move(script)),
      tls_(tls),
      listener_(listen_on(path)),
      port_(path.empty() ? port_of(listener_) : 0),
      acceptor_([this] { accept_all(); }) {}

LoopbackServer::~LoopbackServer() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    for (const auto& connection : open_) {
      if (connection) {
        connection->abort();
      }
    }
  }
  ::shutdown(listener_.get(), SHUT_RDWR);
  acceptor_.join();
  for (std::thread& thread : threads_) {
    thread.join();
  }
}

void LoopbackServer::accept_all() {
  while (true) {
    sys::FileDescriptor socket(::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC));
    const std::lock_guard lock(mutex_);
    if (!socket.valid() || stopping_) {
      return;
    }
    ++accepted_;
    const std::size_t index = open_.size();
    open_.push_back(std::make_unique<Connection>(std::move(socket), tls_));
    threads_.emplace_back([this, index, connection = open_.back().get()] {
      block_broken_pipe();
      script_(*connection);
      std::unique_ptr<Connection> done;
      const std::lock_guard ending(mutex_);
      done = std::move(open_[index]);  // closes the socket when it goes
    });
  }
}

std::string LoopbackServer::url(std::string_view path) const {
  return std::string(tls_ != nullptr ? "https" : "http") + "://127.0.0.1:" + std::to_string(port_) +
         std::string(path);
}

LoopbackServer::Script answering(std::function<std::string(const std::string& request)> answer) {
  return [answer = std::move(answer)](Connection& connection) {
    for (std::string request = connection.read_request(); !request.empty();
         request = connection.read_request()) {
      if (!connection.write(answer(request))) {
        return;
      }
    }
  };
}

std::string http_answer(std::string_view status, std::string_view headers, std::string_view body) {
  return "HTTP/1.1 " + std::string(status) + "\r\nContent-Length: " + std::to_string(body.size()) +
         "\r\n" + std::string(headers) + "\r\n" + std::string(body);
}

bool has_header_line(const std::string& request, std::string line) {
  return lowered(request).find("\r\n" + lowered(std::move(line)) + "\r\n") != std::string::npos;
}

}  // namespace buildcache::sys_test
