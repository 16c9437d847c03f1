#include "sys/ca_bundle.hpp"

#include "core/text.hpp"
#include "sys/posix_files.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <string_view>

namespace buildcache::sys {

namespace {

constexpr std::size_t kLargestBundle = 16U << 20U;
constexpr std::array<const char*, 6> kPlaces = {
    "/etc/ssl/certs/ca-certificates.crt",                 // Debian, Ubuntu, Arch, Alpine
    "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",  // Fedora, RHEL
    "/etc/pki/tls/certs/ca-bundle.crt",                   // older RHEL
    "/etc/ssl/ca-bundle.pem",                             // SUSE
    "/var/lib/ca-certificates/ca-bundle.pem",             // SUSE
    "/etc/ssl/cert.pem",                                  // Alpine
};

bool is_file(const std::string& path) {
  struct stat status {};
  return ::stat(path.c_str(), &status) == 0 && S_ISREG(status.st_mode);
}

// Several directories may be named, separated by ':'; one that exists is enough.
bool has_directory(std::string_view directories) {
  while (!directories.empty()) {
    const std::size_t end = std::min(directories.find(':'), directories.size());
    if (PosixFiles().is_directory(std::string(directories.substr(0, end)))) {
      return true;
    }
    directories.remove_prefix(std::min(end + 1, directories.size()));
  }
  return false;
}

}  // namespace

CaBundle::CaBundle(const Environment& environment)
    : file_(environment.get("SSL_CERT_FILE")), directory_(environment.get("SSL_CERT_DIR")) {
  if (!has_directory(directory_)) {
    directory_.clear();
  }
  if (!file_.empty()) {
    if (!is_file(file_)) {
      problem_ = "SSL_CERT_FILE names " + core::printable(file_) + ", which is not a file";
      file_.clear();
    }
    return;
  }
  std::string tried;
  for (const char* place : kPlaces) {
    if (is_file(place)) {
      file_ = place;
      return;
    }
    tried += (tried.empty() ? "" : ", ") + std::string(place);
  }
  problem_ = "no certificates to verify servers with, tried " + tried;
}

core::Result<TrustAnchors> CaBundle::anchors(const std::string& extra_file) {
  if (!extra_file.empty()) {
    auto content = combined(extra_file);
    if (!content) {
      return tl::unexpected<core::Error>(std::move(content.error()));
    }
    return TrustAnchors{"", directory_, std::move(*content)};
  }
  if (file_.empty() && directory_.empty()) {
    return core::fail(core::ErrorKind::untrusted,
                      problem_,
                      "set SSL_CERT_FILE to a PEM file of trusted certificates");
  }
  return TrustAnchors{file_, directory_, nullptr};
}

core::Result<std::shared_ptr<const std::string>> CaBundle::combined(const std::string& extra_file) {
  const std::lock_guard lock(mutex_);
  std::shared_ptr<const std::string>& content = combined_[extra_file];
  if (content) {
    return content;
  }
  std::string text;
  for (const std::string& path : {file_, extra_file}) {
    if (path.empty()) {
      continue;
    }
    core::Result<std::string> pem = PosixFiles().read(path, kLargestBundle);
    if (!pem) {
      pem.error().kind = core::ErrorKind::untrusted;
      return tl::unexpected<core::Error>(
          core::while_doing(std::move(pem.error()), "certificates to verify servers with"));
    }
    text += *pem + "\n";
  }
  content = std::make_shared<const std::string>(std::move(text));
  return content;
}

}  // namespace buildcache::sys
