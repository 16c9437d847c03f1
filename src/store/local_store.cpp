#include "store/local_store.hpp"

#include "core/text.hpp"
#include "registry/read_response.hpp"
#include "store/answer.hpp"
#include "store/cache_manifest.hpp"
#include "store/local_layout.hpp"

#include <functional>
#include <utility>

namespace buildcache::store {

namespace {

using core::ErrorKind;
using core::fail;
using core::Result;
using std::chrono::milliseconds;

constexpr std::size_t kIndexLimit = 4U << 20U;
constexpr unsigned kDirectoryMode = 0755;
constexpr unsigned kFileMode = 0644;
constexpr std::string_view kLayoutVersion = R"({"imageLayoutVersion":"1.0.0"})";

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
  auto digest = digest_of(ref);
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
  auto digest = digest_of(ref);
  if (!digest || !*digest) {
    return survey_one(ref);
  }
  auto bytes = read_blob(ref, **digest);
  auto manifest = bytes ? read_cache_manifest(*bytes) : tl::unexpected(bytes.error());
  auto config = manifest ? read_blob(ref, manifest->config) : tl::unexpected(manifest.error());
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

// Returns nullopt when the store has no such tag.
Result<std::optional<core::Digest>> LocalStore::digest_of(const CacheRef& ref) {
  if (ref.digest) {
    return ref.digest;
  }
  auto index = files_->read(layout_of(ref) + "/index.json", kIndexLimit);
  if (!index && index.error().kind == ErrorKind::not_found) {
    return std::nullopt;
  }
  return index ? find_in_index(*index, ref.tag) : tl::unexpected(index.error());
}

Result<std::string> LocalStore::read_blob(const CacheRef& ref, const core::Digest& digest) {
  const std::string path = blob_path(layout_of(ref), digest);
  auto bytes = files_->read(path, kImportLimit);
  if (bytes && !digest.matches(*bytes)) {
    return fail(ErrorKind::bad_response, core::printable(path) + " does not have its digest");
  }
  return bytes;
}

Result<void> LocalStore::prepare(const CacheRef& staging) {
  return make_layout(staging);
}

Result<void> LocalStore::make_layout(const CacheRef& ref) {
  if (!registry::is_tag(ref.tag)) {  // it becomes a folder's name
    return fail(ErrorKind::internal, core::printable(ref.tag) + " is not a tag");
  }
  const std::string layout = layout_of(ref);
  const std::string link = layout + "/blobs";
  for (const std::string& directory : {ref.location.directory + "/blobs/sha256", layout}) {
    if (auto made = files_->make_directories(directory, kDirectoryMode); !made) {
      return made;
    }
  }
  if (!files_->exists(link)) {
    auto linked = files_->make_symlink("../../blobs", link);
    if (!linked && !files_->exists(link)) {  // another process may have been quicker
      return linked;
    }
  }
  return files_->write(layout + "/oci-layout", kLayoutVersion, kFileMode);
}

Result<std::vector<Published>> LocalStore::publish(const CacheRef& staging,
                                                   const std::optional<core::Digest>& exported,
                                                   const std::vector<std::string>& tags,
                                                   const Stamp& stamp) {
  CacheRef source = staging;
  source.digest = exported;
  auto digest = digest_of(source);
  if (!digest || !*digest) {
    return digest ? fail(ErrorKind::not_found, "nothing was exported to " + layout_of(staging))
                  : tl::unexpected(digest.error());
  }
  auto manifest = read_blob(source, **digest);
  auto cache = manifest ? read_cache_manifest(*manifest) : tl::unexpected(manifest.error());
  auto bytes = cache ? stamped(*manifest, stamp) : tl::unexpected(cache.error());
  if (!bytes) {
    return tl::unexpected(bytes.error());
  }
  if (!files_->exists(blob_path(staging.location.directory, cache->config))) {
    return fail(ErrorKind::internal, layout_of(staging) + " was not prepared before the export");
  }
  const core::Digest stamped_digest = core::Digest::of(*bytes);
  auto written =
      files_->write(blob_path(staging.location.directory, stamped_digest), *bytes, kFileMode);
  if (!written) {
    return tl::unexpected(written.error());
  }
  std::vector<Published> results;
  for (const std::string& tag : tags) {
    const CacheRef ref{staging.location, tag, {}};
    auto put = make_layout(ref);
    if (put) {
      const std::string index = index_of(cache->media_type, stamped_digest, bytes->size(), tag);
      put = files_->write(layout_of(ref) + "/index.json", index, kFileMode);
    }
    results.push_back(put ? Published{tag, stamped_digest, {}} : Published{tag, {}, put.error()});
  }
  // What is left of a staging folder does no harm: it is never a candidate.
  static_cast<void>(files_->remove_all(layout_of(staging)));
  return results;
}

}  // namespace buildcache::store
