// References to images and caches in a registry: "[host[:port]/]path[:tag][@digest]".
#pragma once

#include "core/digest.hpp"
#include "core/result.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace buildcache::core {

// A repository of a registry. Docker Hub's short forms are spelled out: `alpine` is
// docker.io/library/alpine (distribution/reference, normalize.go).
struct Repository {
  std::string host;  // with the port where one was given; lower case
  std::string path;  // without leading slash

  [[nodiscard]] std::string str() const { return host + "/" + path; }
  bool operator==(const Repository&) const = default;
};

struct ImageRef {
  Repository repository;
  std::string tag;               // empty when none was given
  std::optional<Digest> digest;  // set when pinned

  [[nodiscard]] std::string str() const;
};

// Parses a reference by the grammar of distribution/reference. An IPv6 host stands in brackets. A
// first component that only an upper-case letter would make a host ("Acme/api") is refused as a
// repository. Errors: config, saying which part is wrong and why ("repository must be lower case").
Result<ImageRef> parse_image_ref(std::string_view text);

// Parses a reference that must name a repository alone. Errors: config.
Result<Repository> parse_repository(std::string_view text);

// Whether `host` (with or without port) is this machine's loopback: localhost, *.localhost,
// 127.0.0.0/8 or [::1].
bool is_loopback_host(std::string_view host);

}  // namespace buildcache::core
