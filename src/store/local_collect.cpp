#include "store/local_collect.hpp"

#include "store/image_blobs.hpp"
#include "store/local_folder.hpp"
#include "store/local_layout.hpp"

#include <nlohmann/json.hpp>

#include <set>
#include <string>
#include <vector>

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

// What is not to be removed, as digests.
class Named {
 public:
  Named(sys::Files& files, const Location& location) : files_(files), location_(location) {}

  // A manifest, what it names, and what the manifests it has annotations of name: the generation of
  // a cache mount names the one it replaced.
  Result<void> add(const core::Digest& manifest, bool with_annotated = true) {
    digests_.insert(manifest.str());
    const auto bytes = read_blob(files_, location_, manifest, kManifestLimit);
    if (!bytes && bytes.error().kind == ErrorKind::not_found) {
      return {};
    }
    const json document = bytes ? json::parse(*bytes, nullptr, false) : json();
    if (!bytes || document.is_discarded()) {
      return bytes ? core::fail(ErrorKind::bad_response,
                                "the manifest " + manifest.str() + " is none")
                   : tl::unexpected(bytes.error());
    }
    add_digests(document, digests_);
    Result<void> done;
    for (const core::Digest& annotated : with_annotated ? annotated_in(document) : kNone) {
      done = done ? add(annotated, false) : done;
    }
    return done;
  }

  [[nodiscard]] bool contains(const core::Digest& digest) const {
    return digests_.contains(digest.str());
  }

 private:
  inline static const std::vector<core::Digest> kNone = {};

  static std::vector<core::Digest> annotated_in(const json& manifest) {
    std::vector<core::Digest> digests;
    for (const json& value : manifest.value("annotations", json::object())) {
      const auto digest =
          core::Digest::parse(value.is_string() ? value.get<std::string>() : std::string());
      if (digest) {
        digests.push_back(*digest);
      }
    }
    return digests;
  }

  sys::Files& files_;
  const Location& location_;
  std::set<std::string> digests_;
};

// What the tags need.
Result<Named> named_by_tags(sys::Files& files, const Location& location) {
  const auto tags = files.list(location.directory + "/tags");
  if (!tags) {
    return tl::unexpected(tags.error());
  }
  Named named(files, location);
  for (const std::string& tag : *tags) {
    const auto digest = digest_of(files, {location, tag, {}});
    const auto added = digest && *digest ? named.add(**digest) : Result<void>();
    if (!digest || !added) {
      return tl::unexpected(digest ? added.error() : digest.error());
    }
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
  const auto named = image ? named_by_tags(files, location) : tl::unexpected(image.error());
  if (!named) {
    return tl::unexpected(named.error());
  }
  if (named->contains(manifest)) {
    return false;
  }
  Result<void> done = files.remove_all(blob_path(location.directory, manifest));
  for (const core::Digest& blob : image->blobs) {
    if (done && !named->contains(blob)) {
      done = files.remove_all(blob_path(location.directory, blob));
    }
  }
  return done ? Result<bool>(true) : tl::unexpected(done.error());
}

}  // namespace buildcache::store
