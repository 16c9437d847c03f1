#include "store/image_blobs.hpp"

#include <nlohmann/json.hpp>

namespace buildcache::store {

namespace {

using nlohmann::json;

core::Digest digest_in(const json& descriptor) {
  auto digest = core::Digest::parse(descriptor.at("digest").get<std::string>());
  if (!digest) {
    throw std::invalid_argument(digest.error().message);
  }
  return *std::move(digest);
}

}  // namespace

core::Result<ImageBlobs> image_blobs(std::string_view manifest) {
  try {
    const json document = json::parse(manifest);
    ImageBlobs image{document.at("mediaType").get<std::string>(), {}};
    image.blobs.push_back(digest_in(document.at("config")));
    for (const json& layer : document.at("layers")) {
      image.blobs.push_back(digest_in(layer));
    }
    return image;
  } catch (const std::exception& error) {
    return core::fail(core::ErrorKind::bad_response,
                      std::string("this is no image manifest: ") + error.what());
  }
}

}  // namespace buildcache::store
