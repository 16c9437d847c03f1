// What engine, builder and buildx can do. Plain facts.
#pragma once

#include <string>
#include <vector>

namespace buildcache::docker {

struct Capabilities {
  bool assumed = false;         // no engine at hand: the floor is assumed (docs/engines.md)
  std::string builder;          // buildx's name of the builder in use; empty: buildx's default
  std::string driver;           // "docker", "docker-container", "remote", "kubernetes", …
  std::string engine_version;   // for people only; Debian's builds report none that can be compared
  std::string buildx_version;   // for people only; empty when it was not asked
  bool registry_export = true;  // can export to type=registry
  bool local_export = true;     // can export to type=local
  bool gha = true;            // imports from and exports to type=gha, second version of the service
  bool object_stores = true;  // imports from and exports to type=s3 and type=azblob
  bool zstd = true;           // knows compression=zstd
  bool image_manifest = true;  // knows image-manifest=true,oci-mediatypes=true (BuildKit 0.12)
  bool ignore_error = true;    // knows ignore-error=true (BuildKit 0.12)
  bool annotations = true;     // buildx knows --annotation (0.12)
  std::vector<std::string> platforms;  // that it runs, emulated ones too; empty: not known
  std::string why_no_export;           // the remedy, when an export is impossible
};

}  // namespace buildcache::docker
