// The way of packs between the builder and a registry that does not lead through the client.
#pragma once

#include "commands/seams.hpp"
#include "mounts/agent_messages.hpp"
#include "registry/credentials.hpp"
#include "store/types.hpp"

#include <optional>
#include <string>
#include <vector>

namespace buildcache::commands {

// What a step in the builder needs to speak with one registry by itself.
struct DirectAccess {
  std::string login;         // a secret: docker's config.json with the registry's login alone
  std::string certificates;  // PEM; empty where the registry speaks plain http
};

// Used by one thread at a time.
class DirectRoute {
 public:
  // Both must outlive this object.
  DirectRoute(const Seams& seams, const registry::Credentials& credentials)
      : seams_(seams), credentials_(credentials) {}

  // Gives every mount of `request` whose place is in the first one's registry its repository, and
  // returns the access to that registry. `places` are the mounts', in the request's order; null for
  // one that has no single place. Nullopt when packs are to go through the client: other stores,
  // client certificates, unknown authorities, and after close().
  std::optional<DirectAccess> open(const std::vector<const store::Location*>& places,
                                   mounts::AgentRequest& request) const;

  // The builder does not get there: no further tries.
  void close() { closed_ = true; }

 private:
  [[nodiscard]] std::optional<DirectAccess> access_to(const store::Location& place,
                                                      bool plain_http) const;
  [[nodiscard]] std::optional<std::string> certificates_for(const std::string& host) const;

  const Seams& seams_;
  const registry::Credentials& credentials_;
  bool closed_ = false;
};

}  // namespace buildcache::commands
