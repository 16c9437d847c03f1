#include "core/image_ref.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

namespace buildcache::core {

namespace {

constexpr std::string_view kDockerHub = "docker.io";
constexpr std::string_view kDockerHubLegacy = "index.docker.io";
constexpr std::size_t kNameLimit = 255;
constexpr std::size_t kTagLimit = 128;

bool is_lower(char c) {
  return c >= 'a' && c <= 'z';
}
bool is_upper(char c) {
  return c >= 'A' && c <= 'Z';
}
bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_word(char c) {
  return is_lower(c) || is_upper(c) || is_digit(c) || c == '_';
}
bool is_hex(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

std::string lowered(std::string_view text) {
  std::string result(text);
  for (char& c : result) {
    c = is_upper(c) ? static_cast<char>(c - 'A' + 'a') : c;
  }
  return result;
}

// Takes the text before the first `separator` off `text`.
std::string_view take_until(std::string_view& text, char separator) {
  const std::size_t end = std::min(text.find(separator), text.size());
  const std::string_view taken = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return taken;
}

// alnum+ ((. | _ | __ | -+) alnum+)*
bool is_path_component(std::string_view text) {
  const auto is_alphanumeric = [](char c) { return is_lower(c) || is_digit(c); };
  while (!text.empty() && is_alphanumeric(text.front())) {
    const auto* after = std::ranges::find_if_not(text, is_alphanumeric);
    if (after == text.end()) {
      return true;
    }
    text.remove_prefix(static_cast<std::size_t>(after - text.begin()));
    const auto* next = std::ranges::find_if(text, is_alphanumeric);
    const std::string_view separator =
        text.substr(0, static_cast<std::size_t>(next - text.begin()));
    const bool dashes = separator.find_first_not_of('-') == std::string_view::npos;
    if (!dashes && separator != "." && separator != "_" && separator != "__") {
      return false;
    }
    text.remove_prefix(separator.size());
  }
  return false;
}

bool is_domain_component(std::string_view text) {
  return !text.empty() && text.front() != '-' && text.back() != '-' &&
         std::ranges::all_of(text, [](char c) { return (is_word(c) && c != '_') || c == '-'; });
}

bool is_domain_name(std::string_view text) {
  if (text.empty() || text.back() == '.') {
    return false;
  }
  while (!text.empty()) {
    if (!is_domain_component(take_until(text, '.'))) {
      return false;
    }
  }
  return true;
}

bool is_port(std::string_view text) {
  unsigned number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return text.size() <= 5 && error == std::errc() && end == text.data() + text.size() &&
         number >= 1 && number <= 65535;
}

// Splits "[::1]:5000" or "name:5000" into host and port, the port with its colon.
std::pair<std::string_view, std::string_view> split_port(std::string_view host) {
  const std::size_t from = host.starts_with('[') ? std::min(host.find(']'), host.size()) : 0;
  const std::size_t colon = std::min(host.find(':', from), host.size());
  return {host.substr(0, colon), host.substr(colon)};
}

bool is_ipv6_literal(std::string_view name) {
  return name.size() > 2 && name.starts_with('[') && name.ends_with(']') &&
         std::ranges::all_of(name.substr(1, name.size() - 2),
                             [](char c) { return is_hex(c) || c == ':'; });
}

std::optional<std::string> host_problem(std::string_view host) {
  const auto [name, port] = split_port(host);
  if (host.size() > kNameLimit) {
    return "registry host is longer than 255 characters";
  }
  if (!is_ipv6_literal(name) && !is_domain_name(name)) {
    return "registry host is not a domain name, an IPv4 address or an IPv6 address in brackets";
  }
  if (!port.empty() && !is_port(port.substr(1))) {
    return "registry port is not a number from 1 to 65535";
  }
  return std::nullopt;
}

std::optional<std::string> path_problem(std::string_view path) {
  if (path.empty()) {
    return "repository is missing";
  }
  if (path.size() > kNameLimit) {
    return "repository is longer than 255 characters";
  }
  if (std::ranges::any_of(path, is_upper)) {
    return "repository must be lower case";
  }
  if (path.back() == '/') {
    return "repository ends in '/'";
  }
  while (!path.empty()) {
    if (!is_path_component(take_until(path, '/'))) {
      return "repository may only hold a-z and 0-9, separated by single '/', '.', '_', '__' or "
             "any number of '-'";
    }
  }
  return std::nullopt;
}

bool is_tag(std::string_view tag) {
  return !tag.empty() && tag.size() <= kTagLimit && is_word(tag.front()) &&
         std::ranges::all_of(tag, [](char c) { return is_word(c) || c == '.' || c == '-'; });
}

// Whether the first of several path components names a registry (distribution/reference,
// splitDockerDomain). There an upper-case letter is enough as well; here it is not, for in lower
// case such a host would be read as a user of Docker Hub, which is what was most likely meant.
bool names_host(std::string_view first) {
  return lowered(first) == "localhost" || first.find_first_of(".:[") != std::string_view::npos;
}

Repository split_host(std::string_view name) {
  const std::size_t slash = name.find('/');
  if (slash != std::string_view::npos && names_host(name.substr(0, slash))) {
    Repository repository{lowered(name.substr(0, slash)), std::string(name.substr(slash + 1))};
    if (repository.host == kDockerHubLegacy) {
      repository.host = kDockerHub;
    }
    if (repository.host == kDockerHub && repository.path.find('/') == std::string::npos &&
        !repository.path.empty()) {
      repository.path.insert(0, "library/");
    }
    return repository;
  }
  const bool official = slash == std::string_view::npos && !name.empty();
  return {std::string(kDockerHub), (official ? "library/" : "") + std::string(name)};
}

std::optional<std::string> problem_of(const Repository& repository) {
  if (auto problem = host_problem(repository.host)) {
    return problem;
  }
  const bool is_image_id = repository.path.size() == 72 &&
                           repository.path.starts_with("library/") &&
                           std::ranges::all_of(repository.path.substr(8), is_hex);
  if (is_image_id) {
    return "64 hexadecimal digits name an image id, not a repository";
  }
  return path_problem(repository.path);
}

// Where the tag's colon stands: behind the last '/', so that a port is none; npos without a tag.
std::size_t tag_colon(std::string_view name) {
  const std::size_t slash = name.rfind('/');
  return name.find(':', slash == std::string_view::npos ? 0 : slash);
}

}  // namespace

std::string ImageRef::str() const {
  std::string text = repository.str();
  if (!tag.empty()) {
    text += ":" + tag;
  }
  if (digest) {
    text += "@" + digest->str();
  }
  return text;
}

Result<ImageRef> parse_image_ref(std::string_view text) {
  if (text.empty()) {
    return fail(ErrorKind::config, "image reference is empty");
  }
  ImageRef ref;
  std::string_view name = text.substr(0, text.find('@'));
  if (name.size() < text.size()) {
    Result<Digest> digest = Digest::parse(text.substr(name.size() + 1));
    if (!digest) {
      return fail(ErrorKind::config, digest.error().message);
    }
    ref.digest = std::move(*digest);
  }
  if (const std::size_t colon = tag_colon(name); colon != std::string_view::npos) {
    ref.tag = std::string(name.substr(colon + 1));
    if (!is_tag(ref.tag)) {
      return fail(ErrorKind::config,
                  "tag must be 1 to 128 characters of A-Z, a-z, 0-9, '_', '.' and '-', not "
                  "beginning with '.' or '-'");
    }
    name = name.substr(0, colon);
  }
  ref.repository = split_host(name);
  if (const auto problem = problem_of(ref.repository)) {
    return fail(ErrorKind::config, *problem);
  }
  return ref;
}

Result<Repository> parse_repository(std::string_view text) {
  Result<ImageRef> ref = parse_image_ref(text);
  if (!ref) {
    return tl::unexpected<Error>(std::move(ref.error()));
  }
  if (!ref->tag.empty() || ref->digest) {
    return fail(ErrorKind::config,
                "a repository is needed here, without tag and digest",
                "leave out everything from the last ':' or '@' on");
  }
  return std::move(ref->repository);
}

bool is_loopback_host(std::string_view host) {
  const std::string name = lowered(host == "::1" ? "[::1]" : split_port(host).first);
  if (name == "localhost" || name.ends_with(".localhost") || name == "[::1]") {
    return true;
  }
  std::string_view rest = name;
  for (int i = 0; i < 4; ++i) {
    const std::string_view number = take_until(rest, '.');
    unsigned value = 0;
    const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), value);
    if (error != std::errc() || end != number.data() + number.size() || number.size() > 3 ||
        value > 255 || (i == 0 && value != 127)) {
      return false;
    }
  }
  return rest.empty() && name.back() != '.';
}

}  // namespace buildcache::core
