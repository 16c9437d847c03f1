// A registry in memory on 127.0.0.1, with any of the faults real ones show.
#pragma once

#include "core/digest.hpp"
#include "support/loopback_server.hpp"

#include <atomic>
#include <chrono>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace buildcache::support {

struct FakeRegistryOptions {
  enum class Auth { none, basic, bearer };

  // "none", "401", "403", "404", "429", "500", "truncated" (broken JSON), "wrong-json",
  // "wrong-digest", "reset" (mid-body), "hang" (before the headers, for ever), "trickle".
  std::string fault = "none";
  std::string fault_on = "all";  // all, token, manifests, blobs or tags
  int fault_after = 0;           // requests of that kind that are answered well first
  int fault_times = -1;          // requests hit by the fault; negative: all
  std::string retry_after;       // with 429 and 500; empty: no header

  Auth auth = Auth::none;
  std::string username;  // empty: tokens are given to anybody
  std::string password;
  std::string identity_token;                 // accepted by POST refresh_token
  std::string realm;                          // empty: this server's own /token
  int token_seconds = 300;                    // expires_in
  std::vector<std::string> extra_challenges;  // sent before the real one

  bool head_allowed = true;  // otherwise 405
  bool digest_header = true;
  bool delete_allowed = true;  // otherwise 405 UNSUPPORTED
  std::string redirect_blobs;  // origin that blob reads are redirected to; empty: served here
  std::size_t page_size = 0;   // of tag lists; 0: everything on one page
  std::chrono::milliseconds delay{0};  // before every answer
  int port = 0;
};

class FakeRegistry {
 public:
  explicit FakeRegistry(FakeRegistryOptions options = {});

  // Returns "127.0.0.1:<port>".
  [[nodiscard]] std::string host() const { return "127.0.0.1:" + std::to_string(server_.port()); }

  core::Digest put_manifest(
      const std::string& repository,
      const std::string& tag,
      const std::string& bytes,
      const std::string& media_type = "application/vnd.oci.image.manifest.v1+json");
  core::Digest put_blob(const std::string& bytes);

  // Returns the bytes under a tag; nullopt when there is no such tag.
  std::optional<std::string> manifest(const std::string& repository, const std::string& tag);

  // Returns all requests so far, in their order.
  std::vector<ServerRequest> requests();
  // Returns how many of them have that method and a target beginning so.
  std::size_t count(const std::string& method, const std::string& target_prefix);

 private:
  struct Stored {
    std::string media_type;
    std::string bytes;
  };

  ServerReply answer(const ServerRequest& request);
  ServerReply route(const ServerRequest& request, const std::string& kind);
  ServerReply answer_token(const ServerRequest& request);
  ServerReply answer_manifest(const ServerRequest& request,
                              const std::string& repository,
                              const std::string& reference);
  ServerReply answer_blob(const ServerRequest& request, const std::string& digest);
  ServerReply answer_tags(const ServerRequest& request, const std::string& repository);
  ServerReply challenge();
  [[nodiscard]] bool authorized(const ServerRequest& request) const;
  bool hit_by_fault(const std::string& kind);
  void add_fault(ServerReply& reply, const ServerRequest& request);

  FakeRegistryOptions options_;
  std::mutex mutex_;
  std::map<std::string, Stored> manifests_;  // "<repository>@<digest>"
  std::map<std::string, std::string> tags_;  // "<repository>:<tag>" to digest
  std::map<std::string, std::string> blobs_;
  std::vector<ServerRequest> requests_;
  int of_fault_kind_ = 0;
  int tokens_ = 0;
  LoopbackServer server_;  // last: it uses the others
};

}  // namespace buildcache::support
