#include "store/local_collect.hpp"

#include "store/image_blobs.hpp"
#include "store/local_folder.hpp"
#include "store/local_layout.hpp"

#include <nlohmann/json.hpp>

#include <optional>
#include <set>
#include <string>

namespace buildcache::store {

namespace {

using core::ErrorKind;
using core::Result;
using nlohmann::json;

constexpr std::size_t kManifestLimit = 4U << 20U;

// Every digest a manifest or an index names, whatever kind it is of.
void add_digests(const json& value, std::set<std::string>& into) {
  if (value.is_object() && value.contains("digest") && value["digest"].is_string()) {
    into.insert(value["digest"].get<std::string>());
  }
  if (value.is_structured()) {
    for (const json& inner : value) {
      add_digests(inner, into);
    }
  }
}

// What the manifests of all tags name, and they themselves.
Result<std::set<std::string>> named_digests(sys::Files& files, const Location& location) {
  std::set<std::string> named;
  const auto tags = files.list(location.directory + "/tags");
  if (!tags) {
    return tl::unexpected(tags.error());
  }
  for (const std::string& tag : *tags) {
    const auto digest = digest_of(files, {location, tag, {}});
    if (!digest) {
      return tl::unexpected(digest.error());
    }
    if (!*digest) {
      continue;
    }
    named.insert((*digest)->str());
    const auto bytes = read_blob(files, location, **digest, kManifestLimit);
    if (!bytes && bytes.error().kind == ErrorKind::not_found) {
      continue;
    }
    const json document = bytes ? json::parse(*bytes, nullptr, false) : json();
    if (!bytes || document.is_discarded()) {
      return bytes ? core::fail(ErrorKind::bad_response, "the manifest of " + tag + " is none")
                   : tl::unexpected(bytes.error());
    }
    add_digests(document, named);
  }
  return named;
}

}  // namespace

Result<bool> forget_manifest(sys::Files& files,
                             const Location& location,
                             const core::Digest& manifest) {
  const auto bytes = read_blob(files, location, manifest, kManifestLimit);
  if (!bytes) {
    return bytes.error().kind == ErrorKind::not_found ? Result<bool>(false)
                                                      : tl::unexpected(bytes.error());
  }
  const auto image = image_blobs(*bytes);
  const auto named = image ? named_digests(files, location) : tl::unexpected(image.error());
  if (!named) {
    return tl::unexpected(named.error());
  }
  if (named->contains(manifest.str())) {
    return false;
  }
  Result<void> done = files.remove_all(blob_path(location.directory, manifest));
  for (const core::Digest& blob : image->blobs) {
    if (done && !named->contains(blob.str())) {
      done = files.remove_all(blob_path(location.directory, blob));
    }
  }
  return done ? Result<bool>(true) : tl::unexpected(done.error());
}

}  // namespace buildcache::store
