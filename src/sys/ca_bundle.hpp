// The certificates of the authorities that this machine trusts.
#pragma once

#include "core/result.hpp"
#include "sys/environment.hpp"

#include <map>
#include <memory>
#include <mutex>
#include <string>

namespace buildcache::sys {

// What to verify servers against: a file or its content, and a directory of hashed names.
struct TrustAnchors {
  std::string file;                            // empty: none, or `content` instead
  std::string directory;                       // empty: none
  std::shared_ptr<const std::string> content;  // PEM; null: none
};

// Finds them as OpenSSL's tools do: SSL_CERT_FILE and SSL_CERT_DIR, else the places where Debian,
// Alpine, Fedora and SUSE keep theirs. Thread-safe.
class CaBundle {
 public:
  explicit CaBundle(const Environment& environment);

  // Returns the system's anchors, and those of `extra_file` (PEM; empty: none) with them.
  // Errors: unavailable, naming the places tried, or the file that cannot be read.
  core::Result<TrustAnchors> anchors(const std::string& extra_file);

 private:
  core::Result<std::shared_ptr<const std::string>> combined(const std::string& extra_file);

  std::string file_;
  std::string directory_;
  std::string problem_;  // why there is no file; empty when there is one
  std::mutex mutex_;
  std::map<std::string, std::shared_ptr<const std::string>> combined_;  // by extra file
};

}  // namespace buildcache::sys
