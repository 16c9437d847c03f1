#include "store/registry_store.hpp"

#include "store/answer.hpp"
#include "store/ask_all.hpp"
#include "sys/parallel.hpp"

#include <utility>

namespace buildcache::store {

namespace {

using core::Result;
using std::chrono::milliseconds;

constexpr milliseconds kWriteTimeout{30'000};  // for each request of a publication

std::string reference_of(const CacheRef& ref) {
  return ref.digest ? ref.digest->str() : ref.tag;
}

// Requests that share one deadline.
class Reader {
 public:
  Reader(registry::Client& client,
         const core::Repository& repository,
         sys::Clock& clock,
         registry::Limits limits)
      : client_(client),
        repository_(repository),
        clock_(clock),
        end_(clock.steady() + limits.timeout),
        stop_(std::move(limits.stop)) {}

  Result<std::string> manifest(const core::Digest& digest) {
    auto read = client_.get_manifest(repository_, digest.str(), limits());
    return read ? Result<std::string>(std::move(read->bytes)) : tl::unexpected(read.error());
  }
  Result<std::string> config(const core::Digest& digest) {
    return client_.get_blob(repository_, digest, kImportLimit, limits());
  }

 private:
  [[nodiscard]] registry::Limits limits() const {
    return {std::chrono::duration_cast<milliseconds>(end_ - clock_.steady()), stop_};
  }

  registry::Client& client_;
  const core::Repository& repository_;
  sys::Clock& clock_;
  std::chrono::steady_clock::time_point end_;
  std::stop_token stop_;
};

// Returns the images of an index, or the one image.
Result<std::vector<ImageManifest>> images_of(const ImageManifest& manifest, Reader& reader) {
  if (manifest.config) {
    return std::vector{manifest};
  }
  std::vector<ImageManifest> images;
  for (const core::Digest& digest : manifest.images) {
    const auto bytes = reader.manifest(digest);
    auto image = bytes ? read_image_manifest(*bytes) : tl::unexpected(bytes.error());
    if (!image) {
      return tl::unexpected(image.error());
    }
    images.push_back(*std::move(image));
  }
  return images;
}

// One image with a cache is enough: BuildKit leaves the others out.
Result<void> check_images(const std::vector<ImageManifest>& images, Reader& reader) {
  Result<void> first;
  for (const ImageManifest& image : images) {
    if (!image.config) {
      continue;
    }
    const auto config = reader.config(*image.config);
    auto checked = config ? check_inline_cache(*config) : tl::unexpected(config.error());
    if (checked) {
      return {};
    }
    first = first ? std::move(checked) : first;
  }
  return first;
}

// Returns the images of a manifest or index, at least one of which has a cache.
Result<std::vector<ImageManifest>> images_with_cache(const ImageManifest& manifest,
                                                     Reader& reader) {
  auto images = images_of(manifest, reader);
  if (images) {
    if (auto checked = check_images(*images, reader); !checked) {
      return tl::unexpected(checked.error());
    }
  }
  return images;
}

}  // namespace

RegistryStore::RegistryStore(registry::Client& client, sys::Clock& clock, std::stop_token stop)
    : client_(&client), clock_(&clock), stop_(std::move(stop)) {}

std::vector<Answer> RegistryStore::survey(std::span<const CacheRef> refs,
                                          milliseconds deadline,
                                          std::stop_token stop) {
  return ask_all(refs,
                 {clock_, deadline, std::move(stop)},
                 [this](const auto& ref, const auto& limits) { return survey_one(ref, limits); });
}

std::vector<Answer> RegistryStore::inspect(std::span<const CacheRef> refs,
                                           milliseconds deadline,
                                           std::stop_token stop) {
  return ask_all(refs,
                 {clock_, deadline, std::move(stop)},
                 [this](const auto& ref, const auto& limits) { return inspect_one(ref, limits); });
}

Answer RegistryStore::survey_one(const CacheRef& ref, const registry::Limits& limits) {
  auto head = client_->head_manifest(ref.location.repository, reference_of(ref), limits);
  if (!head) {
    return failed_answer(head.error());
  }
  Answer answer;
  answer.verdict = *head ? Verdict::found : Verdict::absent;
  answer.reason = *head ? "" : ref.location.repository.host + " has no such tag";
  answer.digest = *head && (*head)->digest ? (*head)->digest : ref.digest;
  return answer;
}

Answer RegistryStore::inspect_one(const CacheRef& ref, const registry::Limits& limits) {
  const auto start = clock_->steady();
  auto manifest = client_->get_manifest(ref.location.repository, reference_of(ref), limits);
  if (!manifest) {
    return failed_inspection(manifest.error());
  }
  registry::Limits rest = limits;
  rest.timeout -= std::chrono::duration_cast<milliseconds>(clock_->steady() - start);
  if (read_image_manifest(manifest->bytes)) {
    return inspect_image(ref.location.repository, *manifest, rest);
  }
  auto cache = read_cache_manifest(manifest->bytes);
  if (!cache) {
    return failed_inspection(cache.error());
  }
  auto config = client_->get_blob(ref.location.repository, cache->config, kImportLimit, rest);
  if (!config) {
    return failed_inspection(config.error());
  }
  const auto checked = check_cache_config(*config, cache->layers);
  return checked ? usable_answer(cache->bytes, cache->stamp, manifest->digest)
                 : failed_inspection(checked.error());
}

Answer RegistryStore::inspect_image(const core::Repository& repository,
                                    const registry::Manifest& manifest,
                                    const registry::Limits& limits) {
  auto image = read_image_manifest(manifest.bytes);
  if (!image) {
    return failed_inspection(image.error());
  }
  Reader reader(*client_, repository, *clock_, limits);
  const auto images = images_with_cache(*image, reader);
  if (!images) {
    return failed_inspection(images.error());
  }
  std::uint64_t bytes = 0;
  for (const ImageManifest& one : *images) {
    bytes += one.bytes;
  }
  return usable_answer(bytes, std::move(image->stamp), manifest.digest);
}

Result<std::string> RegistryStore::check_exported(const CacheRef& staging,
                                                  const registry::Manifest& manifest,
                                                  const registry::Limits& limits) {
  if (staging.location.kind != config::StoreKind::in_image) {
    auto cache = read_cache_manifest(manifest.bytes);
    return cache ? Result<std::string>(cache->media_type) : tl::unexpected(cache.error());
  }
  auto image = read_image_manifest(manifest.bytes);
  if (!image) {
    return tl::unexpected(image.error());
  }
  Reader reader(*client_, staging.location.repository, *clock_, limits);
  const auto images = images_with_cache(*image, reader);
  return images ? Result<std::string>(image->media_type) : tl::unexpected(images.error());
}

Result<std::vector<Published>> RegistryStore::publish(const CacheRef& staging,
                                                      const std::optional<core::Digest>& exported,
                                                      const std::vector<std::string>& tags,
                                                      const Stamp& stamp) {
  const core::Repository& repository = staging.location.repository;
  const registry::Limits limits{kWriteTimeout, stop_};
  auto manifest =
      client_->get_manifest(repository, exported ? exported->str() : staging.tag, limits);
  if (!manifest) {
    return tl::unexpected(manifest.error());
  }
  auto media_type = check_exported(staging, *manifest, limits);
  auto bytes = media_type ? stamped(manifest->bytes, stamp) : tl::unexpected(media_type.error());
  if (!bytes) {
    return tl::unexpected(core::while_doing(bytes.error(), "publish " + repository.str()));
  }
  const registry::Manifest published{*media_type, *bytes, core::Digest::of(*bytes)};
  std::vector<Published> results(tags.size());
  sys::for_each_parallel(tags.size(), kMostAtOnce, [&](std::size_t i) {
    auto put = client_->put_manifest(repository, tags[i], published, limits);
    results[i] = put ? Published{tags[i], *put, {}} : Published{tags[i], {}, put.error()};
  });
  // A staging tag left behind does no harm: it is never a candidate.
  static_cast<void>(client_->delete_tag(repository, staging.tag, limits));
  return results;
}

}  // namespace buildcache::store
