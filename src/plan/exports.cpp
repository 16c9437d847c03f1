#include "plan/exports.hpp"

#include "core/digest.hpp"
#include "core/image_ref.hpp"
#include "plan/choose.hpp"
#include "plan/shown.hpp"
#include "plan/store_support.hpp"
#include "store/spec.hpp"

#include <algorithm>
#include <iterator>
#include <map>
#include <utility>

namespace buildcache::plan {

namespace {

constexpr std::size_t kStagingDigits = 16;

// Exporting to a store that has just not answered would cost its whole timeout, and fail.
bool store_is_silent(const TargetFacts& target) {
  return !target.write_answers.empty() &&
         std::ranges::all_of(target.write_answers, [](const store::Answer& answer) {
           return answer.verdict == store::Verdict::timed_out ||
                  answer.verdict == store::Verdict::unreachable;
         });
}

std::string why_no_export(const Facts& facts,
                          const docker::Capabilities& capabilities,
                          const TargetFacts& target,
                          const Wishes& wishes) {
  if (!wishes.cache_export) {
    return "--no-cache-export";
  }
  if (facts.no_store) {
    return facts.no_store->message;
  }
  if (facts.trust.write.empty()) {
    return std::string(config::word_of(facts.trust.level)) + " builds write no cache (" +
           facts.trust.reason + ")";
  }
  if (target.writes.empty()) {
    return "there is no commit, branch or pull request to write it for";
  }
  if (store_is_silent(target)) {
    return "the store did not answer when it was asked for caches";
  }
  return can_export(facts.location.kind, capabilities)
             ? std::string()
             : "the builder cannot export a cache to this store";
}

bool is_current(const Facts& facts, const store::Answer& answer) {
  const std::string commit = built_commit(facts.git);
  return answer.verdict == store::Verdict::found && is_stamped(answer) && !commit.empty() &&
         answer.stamp->revision == commit && !refuses(facts.trust.level, answer.stamp->trust);
}

std::string ref_name(const Facts& facts) {
  if (facts.ci.change) {
    return "pull/" + facts.ci.change->number;
  }
  if (facts.ci.event == ci::Event::merge_queue) {
    return facts.ci.queue_base_branch;
  }
  return facts.ci.tag.empty() ? branch_of(facts.git, facts.ci) : facts.ci.tag;
}

// A dirty tree is not its commit, so no clean build may take its cache for the commit's own.
// Depends on what is written alone: at most one staging tag per set of scopes is ever left behind.
store::CacheRef staging_of(const TargetFacts& target) {
  std::string tags;
  for (const CacheWrite& write : target.writes) {
    tags += write.ref.tag + "\n";
  }
  const core::Scope scope{core::ScopeKind::staging,
                          core::sha256_hex(tags).substr(0, kStagingDigits)};
  return {target.writes.front().ref.location,
          core::encode({target.name, "", target.platform, scope}),
          {}};
}

std::string normalised(const core::ImageRef& reference) {
  return reference.repository.str() + ":" + (reference.tag.empty() ? "latest" : reference.tag);
}

struct Written {
  std::string target;
  std::string what;  // "a cache", "a tag"
};

// Remembers who writes what, and refuses the second.
class Ledger {
 public:
  core::Result<void> enter(const std::string& ref, const Written& writer) {
    const auto [earlier, fresh] = writers_.try_emplace(ref, writer);
    if (fresh) {
      return {};
    }
    return core::fail(core::ErrorKind::config,
                      shown(ref) + " would be written twice: as " + earlier->second.what + " of '" +
                          earlier->second.target + "' and as " + writer.what + " of '" +
                          writer.target + "'",
                      "give each target tags of its own, and caches a repository of their own");
  }

 private:
  std::map<std::string, Written> writers_;
};

core::Result<void> enter_caches(Ledger& ledger, const TargetPlan& target) {
  std::vector<store::CacheRef> refs;
  for (const CacheExport& one : target.exports) {
    refs.push_back(one.staging);
    std::ranges::transform(one.writes, std::back_inserter(refs), &CacheWrite::ref);
  }
  for (const store::CacheRef& ref : refs) {
    if (auto entered = ledger.enter(store::display(ref), {target.name, "a cache"}); !entered) {
      return entered;
    }
  }
  return {};
}

core::Result<void> enter_tags(Ledger& ledger, const TargetPlan& target) {
  std::map<std::string, bool> own;  // alpine and docker.io/library/alpine are one
  for (const std::string& tag : target.build.tags) {
    const core::Result<core::ImageRef> reference = core::parse_image_ref(tag);
    if (!reference || !own.try_emplace(normalised(*reference), true).second) {
      continue;
    }
    if (auto entered = ledger.enter(normalised(*reference), {target.name, "a tag"}); !entered) {
      return entered;
    }
  }
  return {};
}

}  // namespace

config::Compression compression_of(const config::Cache& cache,
                                   const docker::Capabilities& capabilities) {
  const bool wants_zstd = cache.compression == config::Compression::automatic ||
                          cache.compression == config::Compression::zstd;
  if (!wants_zstd) {
    return cache.compression;
  }
  return capabilities.zstd ? config::Compression::zstd : config::Compression::gzip;
}

ExportDecision decide_export(const Facts& facts,
                             const docker::Capabilities& capabilities,
                             const TargetFacts& target,
                             const Wishes& wishes) {
  std::string why = why_no_export(facts, capabilities, target, wishes);
  if (!why.empty()) {
    return {std::nullopt, std::move(why)};
  }
  const config::Cache& cache = facts.config.cache;
  const store::ExportOptions options{cache.mode,
                                     compression_of(cache, capabilities),
                                     capabilities.image_manifest,
                                     capabilities.ignore_error};
  CacheExport made;
  made.platform = target.platform;
  made.staging = staging_of(target);
  made.staging_spec = store::export_spec(made.staging, options);
  made.output = store::export_output(made.staging, options);
  made.stamp = stamp_of(facts);
  for (std::size_t i = 0; i < target.writes.size(); ++i) {
    CacheWrite write = target.writes[i];
    write.current = i < target.write_answers.size() && is_current(facts, target.write_answers[i]);
    made.specs.push_back(store::export_spec(write.ref, options));
    made.writes.push_back(std::move(write));
  }
  return {std::move(made), ""};
}

store::Stamp stamp_of(const Facts& facts) {
  const bool marked = facts.git.dirty && !facts.git.head.empty();
  return {facts.git.head + (marked ? "-dirty" : ""),
          shown(ref_name(facts)),
          "",
          std::string(config::word_of(facts.trust.level))};
}

std::vector<core::Notice> notices_of_exports(const Facts& facts,
                                             const docker::Capabilities& capabilities,
                                             const Wishes& wishes) {
  std::vector<core::Notice> notices;
  if (facts.config.cache.compression == config::Compression::zstd && !capabilities.zstd) {
    notices.push_back({core::Severity::notice,
                       "the builder does not know zstd, so layers are compressed with gzip",
                       "use a newer builder, or set `cache.compression: gzip`",
                       ""});
  }
  if (facts.no_store) {
    notices.push_back(*facts.no_store);
    return notices;
  }
  const config::StoreKind kind = facts.location.kind;
  const std::string store = std::string(config::word_of(kind)) + " store";
  const bool wanted = wishes.cache_export && !facts.trust.write.empty();
  std::string trouble;
  if (!can_import(kind, capabilities)) {
    trouble = "no cache is read or written: the builder cannot use a " + store;
  } else if (wanted && !can_export(kind, capabilities)) {
    trouble = "no cache is written: the builder cannot export one to a " + store;
  }
  if (!trouble.empty()) {
    notices.push_back(
        {core::Severity::warning, std::move(trouble), support_remedy(kind, capabilities), ""});
  }
  return notices;
}

core::Result<void> check_written_once(const std::vector<TargetPlan>& targets) {
  Ledger ledger;
  for (const TargetPlan& target : targets) {
    auto entered = enter_caches(ledger, target);
    if (entered) {
      entered = enter_tags(ledger, target);
    }
    if (!entered) {
      return entered;
    }
  }
  return {};
}

}  // namespace buildcache::plan
