#include "store/object_store.hpp"

#include "core/text.hpp"
#include "store/answer.hpp"
#include "store/ask_all.hpp"
#include "store/cache_manifest.hpp"
#include "store/object_manifest.hpp"
#include "store/spec.hpp"
#include "sys/parallel.hpp"

#include <utility>

namespace buildcache::store {

namespace {

using core::ErrorKind;
using core::Result;
using std::chrono::milliseconds;

constexpr milliseconds kWriteTimeout{30'000};  // for each request of a publication

// buildx drops a backend the builder does not know without a word (buildx, build/opt.go), so that
// this is where it shows.
core::Error nothing_exported(const CacheRef& staging) {
  return {ErrorKind::not_found,
          "nothing was exported to " + core::printable(display(staging)),
          std::nullopt,
          "the builder may not know this kind of cache: docs/stores.md says what each needs"};
}

}  // namespace

ObjectStore::ObjectStore(std::unique_ptr<ManifestObjects> objects,
                         sys::Clock& clock,
                         std::stop_token stop)
    : objects_(std::move(objects)), clock_(&clock), stop_(std::move(stop)) {}

std::vector<Answer> ObjectStore::survey(std::span<const CacheRef> refs,
                                        milliseconds deadline,
                                        std::stop_token stop) {
  return ask_all(refs,
                 {clock_, deadline, std::move(stop)},
                 [this](const auto& ref, const auto& limits) { return survey_one(ref, limits); });
}

std::vector<Answer> ObjectStore::inspect(std::span<const CacheRef> refs,
                                         milliseconds deadline,
                                         std::stop_token stop) {
  return ask_all(refs,
                 {clock_, deadline, std::move(stop)},
                 [this](const auto& ref, const auto& limits) { return inspect_one(ref, limits); });
}

Answer ObjectStore::survey_one(const CacheRef& ref, const registry::Limits& limits) {
  const auto exists = objects_->exists(ref, limits);
  if (!exists) {
    return failed_answer(exists.error());
  }
  Answer answer;
  answer.verdict = *exists ? Verdict::found : Verdict::absent;
  answer.reason = *exists ? "" : "not in " + core::printable(place_of(ref.location));
  return answer;
}

Answer ObjectStore::inspect_one(const CacheRef& ref, const registry::Limits& limits) {
  const auto bytes = objects_->read(ref, limits);
  const auto manifest = bytes ? read_object_manifest(*bytes) : tl::unexpected(bytes.error());
  if (!manifest) {
    return failed_inspection(manifest.error());
  }
  Answer answer;
  answer.verdict = Verdict::found;
  answer.reason = core::human_size(manifest->bytes);
  answer.digest = core::Digest::of(*bytes);
  answer.stamp = manifest->stamp;
  answer.inspected = true;
  answer.bytes = manifest->bytes;
  return answer;
}

Result<void> ObjectStore::prepare(const CacheRef& staging) {
  return objects_->clear(staging, {kWriteTimeout, stop_});
}

Result<std::vector<Published>> ObjectStore::publish(const CacheRef& staging,
                                                    const std::optional<core::Digest>& /*exported*/,
                                                    const std::vector<std::string>& tags,
                                                    const Stamp& stamp) {
  const registry::Limits limits{kWriteTimeout, stop_};
  auto exported = objects_->read(staging, limits);
  if (!exported && exported.error().kind == ErrorKind::not_found) {
    return tl::unexpected(nothing_exported(staging));
  }
  auto manifest = exported ? read_object_manifest(*exported) : tl::unexpected(exported.error());
  auto bytes = manifest ? stamped(*exported, stamp) : tl::unexpected(manifest.error());
  if (!bytes) {
    return tl::unexpected(core::while_doing(
        bytes.error(), "publish in " + core::printable(place_of(staging.location))));
  }
  const core::Digest digest = core::Digest::of(*bytes);
  std::vector<Published> results(tags.size());
  sys::for_each_parallel(tags.size(), kMostAtOnce, [&](std::size_t i) {
    auto put = objects_->write({staging.location, tags[i], {}}, *bytes, limits);
    results[i] = put ? Published{tags[i], digest, {}} : Published{tags[i], {}, put.error()};
  });
  // A staging object left behind does no harm: it is never a candidate.
  static_cast<void>(objects_->clear(staging, limits));
  return results;
}

}  // namespace buildcache::store
