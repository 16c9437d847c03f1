#include "store/local_layout.hpp"

#include <nlohmann/json.hpp>

namespace buildcache::store {

namespace {

using core::ErrorKind;
using nlohmann::json;

constexpr const char* kRefName = "org.opencontainers.image.ref.name";

const json* member(const json& object, const char* key) {
  const auto found = object.is_object() ? object.find(key) : object.end();
  return found != object.end() ? &*found : nullptr;
}

bool is_text(const json* value, std::string_view text) {
  return value != nullptr && value->is_string() && value->get_ref<const std::string&>() == text;
}

}  // namespace

std::string layout_of(const CacheRef& ref) {
  return ref.location.directory + "/tags/" + ref.tag;
}

std::string blob_path(const std::string& directory, const core::Digest& digest) {
  const std::string& text = digest.str();
  return directory + "/blobs/" + text.substr(0, text.find(':')) + "/" + std::string(digest.hex());
}

core::Result<std::optional<core::Digest>> find_in_index(std::string_view index_json,
                                                        std::string_view tag) {
  const json index = json::parse(index_json, nullptr, false);
  const json* manifests = member(index, "manifests");
  if (manifests == nullptr || !manifests->is_array()) {
    return core::fail(ErrorKind::bad_response, "index.json is not an OCI image index");
  }
  for (const json& entry : *manifests) {
    const json* annotations = member(entry, "annotations");
    const json* digest = member(entry, "digest");
    if (annotations == nullptr || digest == nullptr || !digest->is_string() ||
        !is_text(member(*annotations, kRefName), tag)) {
      continue;
    }
    auto parsed = core::Digest::parse(digest->get_ref<const std::string&>());
    if (!parsed) {
      return tl::unexpected(parsed.error());
    }
    return std::optional(*std::move(parsed));
  }
  return std::nullopt;
}

std::string index_of(const std::string& media_type,
                     const core::Digest& digest,
                     std::size_t size,
                     const std::string& tag) {
  const json index = {{"schemaVersion", 2},
                      {"mediaType", "application/vnd.oci.image.index.v1+json"},
                      {"manifests",
                       json::array({{{"mediaType", media_type},
                                     {"digest", digest.str()},
                                     {"size", size},
                                     {"annotations", {{kRefName, tag}}}}})}};
  return index.dump();
}

}  // namespace buildcache::store
