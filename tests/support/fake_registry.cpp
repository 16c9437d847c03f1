#include "support/fake_registry.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <utility>

namespace buildcache::support {

namespace {

using nlohmann::json;

ServerReply json_reply(int status, const json& body) {
  ServerReply reply;
  reply.status = status;
  reply.headers = {{"Content-Type", "application/json"}};
  reply.body = body.dump();
  return reply;
}

ServerReply error_reply(int status, const std::string& code, const std::string& message) {
  return json_reply(status, {{"errors", json::array({{{"code", code}, {"message", message}}})}});
}

ServerReply fault_reply(int status) {
  switch (status) {
    case 401:
      return error_reply(401, "UNAUTHORIZED", "authentication required");
    case 403:
      return error_reply(403, "DENIED", "requested access to the resource is denied");
    case 404:
      return error_reply(404, "NAME_UNKNOWN", "repository name not known to registry");
    case 429:
      return error_reply(429, "TOOMANYREQUESTS", "you have reached your rate limit");
    default:
      return error_reply(status, "UNKNOWN", "the registry is having a bad day");
  }
}

std::string base64(const std::string& bytes) {
  constexpr std::string_view kAlphabet =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  unsigned bits = 0;
  int count = 0;
  for (const char c : bytes) {
    bits = (bits << 8U) | static_cast<unsigned char>(c);
    for (count += 8; count >= 6; count -= 6) {
      text += kAlphabet[(bits >> static_cast<unsigned>(count - 6)) & 63U];
    }
  }
  if (count > 0) {
    text += kAlphabet[(bits << static_cast<unsigned>(6 - count)) & 63U];
  }
  text.append((4 - text.size() % 4) % 4, '=');
  return text;
}

std::string path_of(const std::string& target) {
  return target.substr(0, target.find('?'));
}

// Returns what stands before and after `separator` in "/v2/<repository><separator><rest>".
std::optional<std::pair<std::string, std::string>> split_path(const std::string& path,
                                                              const std::string& separator) {
  const std::string prefix = "/v2/";
  const std::size_t at = path.rfind(separator);
  if (!path.starts_with(prefix) || at == std::string::npos || at < prefix.size()) {
    return std::nullopt;
  }
  return std::pair(path.substr(prefix.size(), at - prefix.size()),
                   path.substr(at + separator.size()));
}

std::string kind_of(const std::string& path) {
  if (path == "/token") {
    return "token";
  }
  for (const char* kind : {"manifests", "blobs", "tags"}) {
    if (path.find("/" + std::string(kind) + "/") != std::string::npos) {
      return kind;
    }
  }
  return "other";
}

}  // namespace

FakeRegistry::FakeRegistry(FakeRegistryOptions options)
    : options_(std::move(options)),
      server_([this](const ServerRequest& request) { return answer(request); }, options_.port) {}

core::Digest FakeRegistry::put_manifest(const std::string& repository,
                                        const std::string& tag,
                                        const std::string& bytes,
                                        const std::string& media_type) {
  const std::lock_guard lock(mutex_);
  core::Digest digest = core::Digest::of(bytes);
  manifests_[repository + "@" + digest.str()] = {media_type, bytes};
  tags_[repository + ":" + tag] = digest.str();
  return digest;
}

core::Digest FakeRegistry::put_blob(const std::string& bytes) {
  const std::lock_guard lock(mutex_);
  core::Digest digest = core::Digest::of(bytes);
  blobs_[digest.str()] = bytes;
  return digest;
}

std::optional<std::string> FakeRegistry::manifest(const std::string& repository,
                                                  const std::string& tag) {
  const std::lock_guard lock(mutex_);
  const auto found = tags_.find(repository + ":" + tag);
  return found == tags_.end() ? std::nullopt
                              : std::optional(manifests_[repository + "@" + found->second].bytes);
}

std::vector<ServerRequest> FakeRegistry::requests() {
  const std::lock_guard lock(mutex_);
  return requests_;
}

std::size_t FakeRegistry::count(const std::string& method, const std::string& target_prefix) {
  const auto all = requests();
  return static_cast<std::size_t>(std::ranges::count_if(all, [&](const ServerRequest& request) {
    return request.method == method && request.target.starts_with(target_prefix);
  }));
}

ServerReply FakeRegistry::answer(const ServerRequest& request) {
  const std::lock_guard lock(mutex_);
  requests_.push_back(request);
  const std::string kind = kind_of(path_of(request.target));
  ServerReply reply = route(request, kind);
  if (hit_by_fault(kind)) {
    add_fault(reply, request);
  }
  reply.delay = options_.delay;
  return reply;
}

ServerReply FakeRegistry::route(const ServerRequest& request, const std::string& kind) {
  const std::string path = path_of(request.target);
  if (kind == "token") {
    return answer_token(request);
  }
  if (!authorized(request)) {
    return challenge();
  }
  if (const auto parts = split_path(path, "/manifests/")) {
    return answer_manifest(request, parts->first, parts->second);
  }
  if (const auto parts = split_path(path, "/blobs/")) {
    return answer_blob(request, parts->second);
  }
  if (const auto parts = split_path(path, "/tags/list")) {
    return answer_tags(request, parts->first);
  }
  return path == "/v2/" ? json_reply(200, json::object()) : fault_reply(404);
}

bool FakeRegistry::hit_by_fault(const std::string& kind) {
  if (options_.fault == "none" || (options_.fault_on != "all" && options_.fault_on != kind)) {
    return false;
  }
  const int number = of_fault_kind_++;
  return number >= options_.fault_after &&
         (options_.fault_times < 0 || number < options_.fault_after + options_.fault_times);
}

void FakeRegistry::add_fault(ServerReply& reply, const ServerRequest& request) {
  const std::string& fault = options_.fault;
  if (!fault.empty() && fault.find_first_not_of("0123456789") == std::string::npos) {
    reply = fault_reply(std::stoi(fault));
    if (!options_.retry_after.empty()) {
      reply.headers.emplace_back("Retry-After", options_.retry_after);
    }
  } else if (fault == "hang") {
    reply.manner = ServerReply::Manner::silent;
  } else if (fault == "trickle") {
    reply.manner = ServerReply::Manner::trickle;
  } else if (request.method == "HEAD") {
    return;  // the others are faults of bodies
  } else if (fault == "reset") {
    reply.manner = ServerReply::Manner::reset;
  } else if (fault == "truncated") {
    reply.body.resize(reply.body.size() / 2);
  } else if (fault == "wrong-json") {
    reply.body = R"({"unexpected":[true]})";
    std::erase_if(reply.headers,
                  [](const auto& header) { return header.first == "Docker-Content-Digest"; });
  } else if (fault == "wrong-digest") {
    reply.body += " ";
  }
}

bool FakeRegistry::authorized(const ServerRequest& request) const {
  const std::string given = request.header("authorization");
  switch (options_.auth) {
    case FakeRegistryOptions::Auth::none:
      return true;
    case FakeRegistryOptions::Auth::basic:
      return given == "Basic " + base64(options_.username + ":" + options_.password);
    case FakeRegistryOptions::Auth::bearer:
      break;
  }
  return given.starts_with("Bearer token-");
}

ServerReply FakeRegistry::challenge() {
  ServerReply reply = fault_reply(401);
  for (const std::string& extra : options_.extra_challenges) {
    reply.headers.emplace_back("WWW-Authenticate", extra);
  }
  const std::string realm = options_.realm.empty() ? "http://" + host() + "/token" : options_.realm;
  const bool bearer = options_.auth == FakeRegistryOptions::Auth::bearer;
  reply.headers.emplace_back(
      "WWW-Authenticate",
      bearer ? "Bearer realm=\"" + realm + R"(",service="fake, registry",error="invalid_token")"
             : R"(Basic realm="fake")");
  return reply;
}

ServerReply FakeRegistry::answer_token(const ServerRequest& request) {
  const bool posted = request.method == "POST";
  const bool anybody = options_.username.empty() && options_.identity_token.empty();
  const bool known =
      posted
          ? !options_.identity_token.empty() &&
                request.body.find("refresh_token=" + options_.identity_token) != std::string::npos
          : !options_.username.empty() &&
                request.header("authorization") ==
                    "Basic " + base64(options_.username + ":" + options_.password);
  if (!anybody && !known) {
    return json_reply(401, {{"details", "incorrect username or password"}});
  }
  const std::string token = "token-" + std::to_string(++tokens_);
  return json_reply(
      200, {{posted ? "access_token" : "token", token}, {"expires_in", options_.token_seconds}});
}

ServerReply FakeRegistry::answer_manifest(const ServerRequest& request,
                                          const std::string& repository,
                                          const std::string& reference) {
  if (request.method == "PUT") {
    const std::string digest = core::Digest::of(request.body).str();
    manifests_[repository + "@" + digest] = {request.header("content-type"), request.body};
    tags_[repository + ":" + reference] = digest;
    return {201, {{"Docker-Content-Digest", digest}}, "", {}, {}};
  }
  if (request.method == "DELETE" && !options_.delete_allowed) {
    return error_reply(405, "UNSUPPORTED", "The operation is unsupported.");
  }
  if (request.method == "HEAD" && !options_.head_allowed) {
    return error_reply(405, "UNSUPPORTED", "The operation is unsupported.");
  }
  const auto tag = tags_.find(repository + ":" + reference);
  const std::string digest = tag == tags_.end() ? reference : tag->second;
  const auto stored = manifests_.find(repository + "@" + digest);
  if (stored == manifests_.end()) {
    return error_reply(404, "MANIFEST_UNKNOWN", "manifest unknown");
  }
  if (request.method == "DELETE") {
    tags_.erase(repository + ":" + reference);
    return {202, {}, "", {}, {}};
  }
  ServerReply reply{
      200, {{"Content-Type", stored->second.media_type}}, stored->second.bytes, {}, {}};
  if (options_.digest_header) {
    reply.headers.emplace_back("Docker-Content-Digest", digest);
  }
  return reply;
}

ServerReply FakeRegistry::answer_blob(const ServerRequest& request, const std::string& digest) {
  const auto blob = blobs_.find(digest);
  if (!options_.redirect_blobs.empty()) {
    return {307, {{"Location", options_.redirect_blobs + request.target}}, "", {}, {}};
  }
  if (blob == blobs_.end()) {
    return error_reply(404, "BLOB_UNKNOWN", "blob unknown to registry");
  }
  return {200, {{"Content-Type", "application/octet-stream"}}, blob->second, {}, {}};
}

ServerReply FakeRegistry::answer_tags(const ServerRequest& request, const std::string& repository) {
  json tags = json::array();
  const std::size_t last = request.target.find("last=");
  const std::string after = last == std::string::npos ? "" : request.target.substr(last + 5);
  const std::string prefix = repository + ":";
  for (const auto& [name, digest] : tags_) {
    if (name.starts_with(prefix) && name.substr(prefix.size()) > after) {
      tags.push_back(name.substr(prefix.size()));
    }
  }
  std::string next;
  if (options_.page_size > 0 && tags.size() > options_.page_size) {
    tags.erase(tags.begin() + static_cast<std::ptrdiff_t>(options_.page_size), tags.end());
    next = "/v2/" + repository + "/tags/list?last=" + tags.back().get<std::string>();
  }
  ServerReply reply = json_reply(200, {{"name", repository}, {"tags", tags}});
  if (!next.empty()) {
    reply.headers.emplace_back("Link", "<" + next + ">; rel=\"next\"");
  }
  return reply;
}

}  // namespace buildcache::support
