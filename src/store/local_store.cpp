#include "store/local_store.hpp"

#include "core/text.hpp"
#include "store/answer.hpp"
#include "store/cache_manifest.hpp"
#include "store/local_folder.hpp"
#include "store/local_layout.hpp"

#include <functional>
#include <utility>

namespace buildcache::store {

namespace {

using core::ErrorKind;
using core::fail;
using core::Result;
using std::chrono::milliseconds;

// Asks one after the other: what is asked are small local files.
std::vector<Answer> ask_all(std::span<const CacheRef> refs,
                            sys::Clock& clock,
                            milliseconds deadline,
                            const std::stop_token& stop,
                            const std::function<Answer(const CacheRef&)>& ask) {
  std::vector<Answer> answers;
  answers.reserve(refs.size());
  const auto start = clock.steady();
  for (const CacheRef& ref : refs) {
    const auto asked_at = clock.steady();
    if (stop.stop_requested()) {
      answers.push_back(
          failed_answer({ErrorKind::cancelled, "stopped before it was asked", {}, {}}));
    } else if (asked_at - start > deadline) {
      answers.push_back(failed_answer(
          {ErrorKind::timed_out, "not asked within " + core::human_duration(deadline), {}, {}}));
    } else {
      answers.push_back(ask(ref));
    }
    answers.back().took = std::chrono::duration_cast<milliseconds>(clock.steady() - asked_at);
  }
  return answers;
}

}  // namespace

std::vector<Answer> LocalStore::survey(std::span<const CacheRef> refs,
                                       milliseconds deadline,
                                       std::stop_token stop) {
  return ask_all(
      refs, *clock_, deadline, stop, [this](const CacheRef& ref) { return survey_one(ref); });
}

std::vector<Answer> LocalStore::inspect(std::span<const CacheRef> refs,
                                        milliseconds deadline,
                                        std::stop_token stop) {
  return ask_all(
      refs, *clock_, deadline, stop, [this](const CacheRef& ref) { return inspect_one(ref); });
}

Answer LocalStore::survey_one(const CacheRef& ref) {
  auto digest = digest_of(*files_, ref);
  if (!digest) {
    return failed_inspection(digest.error());
  }
  Answer answer;
  answer.verdict = *digest ? Verdict::found : Verdict::absent;
  answer.reason = *digest ? "" : "not in " + core::printable(ref.location.directory);
  answer.digest = *digest;
  return answer;
}

Answer LocalStore::inspect_one(const CacheRef& ref) {
  auto digest = digest_of(*files_, ref);
  if (!digest || !*digest) {
    return survey_one(ref);
  }
  auto bytes = read_blob(*files_, ref.location, **digest, kImportLimit);
  auto manifest = bytes ? read_cache_manifest(*bytes) : tl::unexpected(bytes.error());
  auto config = manifest ? read_blob(*files_, ref.location, manifest->config, kImportLimit)
                         : tl::unexpected(manifest.error());
  if (!config) {
    return failed_inspection(config.error());
  }
  auto checked = check_cache_config(*config, manifest->layers);
  if (checked) {
    checked = check_blobs(ref, *manifest);
  }
  return checked ? usable_answer(manifest->bytes, manifest->stamp, **digest)
                 : failed_inspection(checked.error());
}

// A layer that is missing is worse than a failed build: after it dockerd 26 and 28 refuse to build
// on the layers below it, until they are pruned ("lease ...: not found").
Result<void> LocalStore::check_blobs(const CacheRef& ref, const CacheManifest& manifest) {
  for (const core::Digest& layer : manifest.layers) {
    const std::string path = blob_path(layout_of(ref), layer);
    if (!files_->exists(path)) {
      return fail(ErrorKind::bad_response, core::printable(path) + " is missing");
    }
  }
  return {};
}

Result<void> LocalStore::prepare(const CacheRef& staging) {
  return make_layout(*files_, staging);
}

Result<std::vector<Published>> LocalStore::publish(const CacheRef& staging,
                                                   const std::optional<core::Digest>& exported,
                                                   const std::vector<std::string>& tags,
                                                   const Stamp& stamp) {
  CacheRef source = staging;
  source.digest = exported;
  auto digest = digest_of(*files_, source);
  if (!digest || !*digest) {
    return digest ? fail(ErrorKind::not_found, "nothing was exported to " + layout_of(staging))
                  : tl::unexpected(digest.error());
  }
  auto manifest = read_blob(*files_, source.location, **digest, kImportLimit);
  auto cache = manifest ? read_cache_manifest(*manifest) : tl::unexpected(manifest.error());
  auto bytes = cache ? stamped(*manifest, stamp) : tl::unexpected(cache.error());
  if (!bytes) {
    return tl::unexpected(bytes.error());
  }
  if (!files_->exists(blob_path(staging.location.directory, cache->config))) {
    return fail(ErrorKind::internal, layout_of(staging) + " was not prepared before the export");
  }
  const core::Digest stamped_digest = core::Digest::of(*bytes);
  auto written = write_blob(*files_, staging.location, stamped_digest, *bytes);
  if (!written) {
    return tl::unexpected(written.error());
  }
  std::vector<Published> results;
  for (const std::string& tag : tags) {
    const CacheRef ref{staging.location, tag, {}};
    const auto put = point_tag(*files_, ref, {cache->media_type, stamped_digest, bytes->size()});
    results.push_back(put ? Published{tag, stamped_digest, {}} : Published{tag, {}, put.error()});
  }
  // What is left of a staging folder does no harm: it is never a candidate.
  static_cast<void>(files_->remove_all(layout_of(staging)));
  return results;
}

}  // namespace buildcache::store
