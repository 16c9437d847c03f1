#include "sys/curl_exchange.hpp"

#include "core/text.hpp"
#include "core/version.hpp"
#include "sys/curl_error.hpp"

#include <curl/curl.h>

#include <algorithm>
#include <array>
#include <memory>

namespace buildcache::sys {

namespace {

using core::ErrorKind;

struct EasyDeleter {
  void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
};
struct ListDeleter {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
using HeaderList = std::unique_ptr<curl_slist, ListDeleter>;

// Without a byte in either direction an exchange ends, however long it might take.
constexpr long kLongestSilence = 30;  // seconds
constexpr std::size_t kMostHeaderBytes = 128U << 10U;
// What may be large is read in larger pieces: fewer calls. The rest keeps curl's own size.
constexpr std::size_t kLargeBody = 4U << 20U;
constexpr long kLargeBuffer = 256L << 10U;

// What has arrived, up to the limits.
struct Received {
  CURL* easy = nullptr;
  std::string body;
  std::size_t body_limit = 0;
  std::size_t header_bytes = 0;
  bool body_too_long = false;
  bool headers_too_long = false;
  bool head_complete = false;  // an empty line has ended the headers
};

// Takes one line at a time, trailers included.
std::size_t count_header(const char* bytes, std::size_t size, std::size_t count, void* target) {
  auto* received = static_cast<Received*>(target);
  const std::string_view line(bytes, size * count);
  received->head_complete =
      line == "\r\n" || line == "\n" || (received->head_complete && !line.starts_with("HTTP/"));
  received->header_bytes += size * count;
  received->headers_too_long = received->header_bytes > kMostHeaderBytes;
  return received->headers_too_long ? CURL_WRITEFUNC_ERROR : size * count;
}

std::size_t take_body(const char* piece, std::size_t size, std::size_t count, void* target) {
  auto* received = static_cast<Received*>(target);
  const std::size_t length = size * count;
  if (length > received->body_limit - received->body.size()) {
    received->body_too_long = true;
    return CURL_WRITEFUNC_ERROR;
  }
  if (received->body.empty()) {
    // Growing step by step would take twice the memory.
    curl_off_t announced = 0;
    curl_easy_getinfo(received->easy, CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &announced);
    received->body.reserve(std::min<std::size_t>(
        received->body_limit, static_cast<std::size_t>(std::max<curl_off_t>(0, announced))));
  }
  received->body.append(piece, length);
  return length;
}

bool is_token(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) {
    return c > ' ' && c < 0x7F &&
           std::string_view("\"(),/:;<=>?@[\\]{}").find(c) == std::string_view::npos;
  });
}

bool is_header_value(std::string_view text) {
  return text.find_first_of(std::string_view("\r\n\0", 3)) == std::string_view::npos;
}

bool has_header(const std::vector<Header>& headers, std::string_view lower_name) {
  return std::ranges::any_of(headers, [lower_name](const Header& header) {
    return std::ranges::equal(header.first, lower_name, [](char a, char b) {
      return (a >= 'A' && a <= 'Z' ? static_cast<char>(a - 'A' + 'a') : a) == b;
    });
  });
}

// Returns "host:port" of "scheme://user:password@host:port/".
std::string host_of_proxy(std::string_view proxy) {
  proxy = proxy.substr(proxy.rfind('@') + 1);  // npos + 1 is the beginning
  if (const std::size_t colon = proxy.find("://"); colon != std::string_view::npos) {
    proxy.remove_prefix(colon + 3);
  }
  return core::printable(proxy.substr(0, proxy.find('/')));
}

// One exchange in the making; curl keeps pointers to its members.
class Exchange {
 public:
  Exchange(const HttpRequest& request, const CurlRoute& route)
      : request_(request), route_(route), easy_(curl_easy_init()) {
    received_.body_limit = request.max_body;
    received_.easy = easy_.get();
  }

  core::Result<HttpResponse> run(CurlLoop& loop);

 private:
  template <typename Value>
  void set(CURLoption option, Value value) {
    const CURLcode code = curl_easy_setopt(easy_.get(), option, value);
    refused_ = refused_ == CURLE_OK ? code : refused_;
  }
  void add_header(const std::string& line);
  core::Result<void> set_headers();
  void set_method();
  void set_limits();
  void set_signature();
  void set_proxy();
  void set_anchors();
  void set_tls();
  core::Result<HttpResponse> read_response();
  core::Error failure(int code);

  const HttpRequest& request_;
  const CurlRoute& route_;
  std::unique_ptr<CURL, EasyDeleter> easy_;
  HeaderList headers_;
  Received received_;
  std::array<char, CURL_ERROR_SIZE> words_{};
  CURLcode refused_ = CURLE_OK;
};

void Exchange::add_header(const std::string& line) {
  if (curl_slist* grown = curl_slist_append(headers_.get(), line.c_str())) {
    [[maybe_unused]] const auto* same = headers_.release();
    headers_.reset(grown);
  } else {
    refused_ = CURLE_OUT_OF_MEMORY;
  }
}

core::Result<void> Exchange::set_headers() {
  for (const auto& [name, value] : request_.headers) {
    if (!is_token(name) || !is_header_value(value)) {
      return core::fail(ErrorKind::internal,
                        "header " + core::printable(name) + " of a request is malformed");
    }
    add_header(value.empty() ? name + ";" : std::string(name).append(": ").append(value));
  }
  // Without these curl would add a type to bodies and ask for leave before sending them.
  if (!has_header(request_.headers, "content-type")) {
    add_header("Content-Type:");
  }
  add_header("Expect:");
  if (request_.sign && !request_.sign->session_token.empty()) {
    add_header("X-Amz-Security-Token: " + request_.sign->session_token.reveal());
  }
  if (!has_header(request_.headers, "user-agent")) {
    add_header("User-Agent: buildcache/" + std::string(core::kVersion));
  }
  set(CURLOPT_HTTPHEADER, headers_.get());
  return {};
}

void Exchange::set_method() {
  if (request_.method == "HEAD") {
    set(CURLOPT_NOBODY, 1L);
    return;
  }
  const bool takes_body = request_.method == "POST" || request_.method == "PUT" ||
                          request_.method == "PATCH" || !request_.body.empty();
  if (takes_body) {
    set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request_.body.size()));
    // Null would make curl ask for the body.
    set(CURLOPT_POSTFIELDS, request_.body.empty() ? "" : request_.body.view().data());
  }
  if (request_.method != "GET" || takes_body) {
    set(CURLOPT_CUSTOMREQUEST, request_.method.c_str());
  }
}

void Exchange::set_signature() {
  if (request_.sign) {
    const AwsSignature& sign = *request_.sign;
    set(CURLOPT_AWS_SIGV4, ("aws:amz:" + sign.region + ":" + sign.service).c_str());
    set(CURLOPT_USERNAME, sign.access_key.c_str());
    set(CURLOPT_PASSWORD, sign.secret_key.reveal().c_str());
  }
}

void Exchange::set_limits() {
  set(CURLOPT_NOSIGNAL, 1L);
  set(CURLOPT_PROTOCOLS_STR, "http,https");
  set(CURLOPT_FOLLOWLOCATION, 0L);
  set(CURLOPT_TIMEOUT_MS, static_cast<long>(std::max<std::int64_t>(1, request_.timeout.count())));
  set(CURLOPT_CONNECTTIMEOUT_MS,
      static_cast<long>(std::max<std::int64_t>(1, request_.connect_timeout.count())));
  if (request_.max_body > kLargeBody) {
    set(CURLOPT_BUFFERSIZE, kLargeBuffer);
  }
  set(CURLOPT_LOW_SPEED_LIMIT, 1L);
  set(CURLOPT_LOW_SPEED_TIME, kLongestSilence);
  set(CURLOPT_WRITEFUNCTION, take_body);
  set(CURLOPT_WRITEDATA, static_cast<void*>(&received_));
  set(CURLOPT_HEADERFUNCTION, count_header);
  set(CURLOPT_HEADERDATA, static_cast<void*>(&received_));
  set(CURLOPT_ERRORBUFFER, words_.data());
}

void Exchange::set_proxy() {
  // Always set: what is left out, curl would look up in the process environment.
  set(CURLOPT_PROXY, route_.proxy.proxy.c_str());
  set(CURLOPT_NOPROXY, route_.proxy.no_proxy.c_str());
  set(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
  if (!request_.unix_socket.empty()) {
    set(CURLOPT_UNIX_SOCKET_PATH, request_.unix_socket.c_str());
  }
}

// The same anchors for the server and for a proxy that is spoken to over TLS.
void Exchange::set_anchors() {
  const TrustAnchors& anchors = route_.anchors;
  if (anchors.content) {
    curl_blob blob{};
    blob.data = const_cast<char*>(anchors.content->data());  // curl only reads it
    blob.len = anchors.content->size();
    blob.flags = CURL_BLOB_NOCOPY;
    set(CURLOPT_CAINFO_BLOB, &blob);
    set(CURLOPT_PROXY_CAINFO_BLOB, &blob);
  } else if (!anchors.file.empty()) {
    set(CURLOPT_CAINFO, anchors.file.c_str());
    set(CURLOPT_PROXY_CAINFO, anchors.file.c_str());
  }
  if (!anchors.directory.empty()) {
    set(CURLOPT_CAPATH, anchors.directory.c_str());
    set(CURLOPT_PROXY_CAPATH, anchors.directory.c_str());
  }
}

void Exchange::set_tls() {
  const bool https = route_.url.scheme == "https";
  set(CURLOPT_HTTP_VERSION,
      static_cast<long>(https ? CURL_HTTP_VERSION_2TLS : CURL_HTTP_VERSION_1_1));
  if (!https) {
    return;
  }
  set(CURLOPT_PIPEWAIT, 1L);  // rather one connection with many streams than many handshakes
  if (request_.tls.insecure) {
    set(CURLOPT_SSL_VERIFYPEER, 0L);
    set(CURLOPT_SSL_VERIFYHOST, 0L);
  }
  if (!request_.tls.client_cert_file.empty()) {
    set(CURLOPT_SSLCERT, request_.tls.client_cert_file.c_str());
    set(CURLOPT_SSLKEY,
        request_.tls.client_key_file.empty() ? request_.tls.client_cert_file.c_str()
                                             : request_.tls.client_key_file.c_str());
  }
}

core::Error Exchange::failure(int code) {
  const std::string host = route_.url.host_and_port();
  if (received_.body_too_long || received_.headers_too_long) {
    return {
        ErrorKind::bad_response,
        (received_.body_too_long
             ? "answer from " + host + " is longer than " + core::human_size(request_.max_body)
             : "headers from " + host + " are longer than " + core::human_size(kMostHeaderBytes)),
        std::nullopt,
        ""};
  }
  CurlFailure failure;
  failure.code = code;
  failure.words = words_.data();
  failure.host = host;
  failure.proxy_host = host_of_proxy(route_.proxy.proxy);
  long proxy_status = 0;
  curl_easy_getinfo(easy_.get(), CURLINFO_HTTP_CONNECTCODE, &proxy_status);
  failure.proxy_status = static_cast<int>(proxy_status);
  curl_off_t connect_time = 0;
  curl_easy_getinfo(easy_.get(), CURLINFO_PRETRANSFER_TIME_T, &connect_time);
  failure.connected = connect_time > 0;
  failure.timeout = request_.timeout;
  failure.connect_timeout = request_.connect_timeout;
  return to_error(failure);
}

core::Result<HttpResponse> Exchange::read_response() {
  HttpResponse response;
  long status = 0;
  curl_easy_getinfo(easy_.get(), CURLINFO_RESPONSE_CODE, &status);
  response.status = static_cast<int>(status);
  // Headers of the answer itself: not of proxies, not of 1xx, and no trailers.
  static constexpr unsigned kOrigin = CURLH_HEADER;
  curl_header* header = nullptr;
  while ((header = curl_easy_nextheader(easy_.get(), kOrigin, -1, header)) != nullptr) {
    std::string name = header->name;
    std::ranges::transform(name, name.begin(), [](char c) {
      return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    response.headers.emplace_back(std::move(name), header->value);
  }
  response.body = std::move(received_.body);
  response.url = route_.url.str();
  return response;
}

core::Result<HttpResponse> Exchange::run(CurlLoop& loop) {
  if (!easy_) {
    return core::fail(ErrorKind::internal, "curl: out of memory");
  }
  if (!is_token(request_.method)) {
    return core::fail(ErrorKind::internal, "method of a request is malformed");
  }
  if (core::Result<void> headers = set_headers(); !headers) {
    return tl::unexpected<core::Error>(std::move(headers.error()));
  }
  set(CURLOPT_URL, route_.url.str().c_str());
  set_method();
  set_signature();
  set_limits();
  set_proxy();
  set_anchors();
  set_tls();
  if (refused_ != CURLE_OK) {
    return core::fail(ErrorKind::internal, std::string("curl: ") + curl_easy_strerror(refused_));
  }
  const std::optional<int> code = loop.perform(easy_.get(), request_.stop);
  if (!code) {
    return core::fail(ErrorKind::cancelled,
                      "request to " + route_.url.host_and_port() + " was cancelled");
  }
  if (*code != CURLE_OK) {
    return tl::unexpected<core::Error>(failure(*code));
  }
  if (!received_.head_complete) {
    return tl::unexpected<core::Error>(failure(CURLE_PARTIAL_FILE));
  }
  return read_response();
}

}  // namespace

core::Result<HttpResponse> exchange(CurlLoop& loop,
                                    const HttpRequest& request,
                                    const CurlRoute& route) {
  return Exchange(request, route).run(loop);
}

}  // namespace buildcache::sys
