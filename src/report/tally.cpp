#include "report/tally.hpp"

#include "core/text.hpp"
#include "store/spec.hpp"

#include <algorithm>
#include <string_view>

namespace buildcache::report {

namespace {

using core::Severity;

bool has_import(const TargetResult& target) {
  return std::ranges::any_of(target.product.imports, &docker::ImportOutcome::ok);
}

Warmth warmth_of(const Tally& tally, const RunResult& result) {
  if (tally.total_steps == 0) {
    return Warmth::nothing_to_run;
  }
  if (tally.cached_steps == 0) {
    return Warmth::cold;
  }
  return std::ranges::any_of(result.targets, has_import) ? Warmth::warm : Warmth::builder_alone;
}

std::string ref_of(const core::CacheSpec& spec) {
  const std::string_view ref = spec.get("ref");
  return std::string(ref.empty() ? spec.get("src") : ref);
}

bool was_left_out(const TargetResult& target, const std::string& ref, const std::string& name) {
  return std::ranges::any_of(target.reruns, [&](const Rerun& rerun) {
    return rerun.without == "all caches" || rerun.without == ref || rerun.without == name;
  });
}

bool has_failed(const TargetResult& target, const std::string& ref, const std::string& name) {
  return std::ranges::any_of(target.product.imports, [&](const docker::ImportOutcome& import) {
    return !import.ok && (import.ref == ref || import.ref == name);
  });
}

// The chosen candidates that the last attempt imported, as far as is known.
std::vector<const plan::ProbedCandidate*> imported(const plan::TargetPlan& planned,
                                                   const TargetResult& target) {
  std::vector<const plan::ProbedCandidate*> used;
  for (std::size_t i = 0; i < planned.chosen.size() && i < planned.cache_from.size(); ++i) {
    const plan::ProbedCandidate& probed = planned.candidates[planned.chosen[i]];
    const std::string ref = ref_of(planned.cache_from[i]);
    const std::string name = store::display(probed.candidate.ref);
    if (!was_left_out(target, ref, name) && !has_failed(target, ref, name)) {
      used.push_back(&probed);
    }
  }
  return used;
}

std::string no_source_words(const plan::TargetPlan& planned, const TargetResult& target) {
  if (planned.build.no_cache) {
    return "none wanted";
  }
  std::string words = "none found";
  if (!planned.chosen.empty()) {
    words = target.reruns.empty() ? "none: the import failed" : "none: built again without";
  }
  return words + (target.product.cached_steps() > 0 ? "; cached steps were in the builder" : "");
}

void add_rerun_notices(std::vector<core::Notice>& notices, const TargetResult& target) {
  for (const Rerun& rerun : target.reruns) {
    notices.push_back({Severity::warning,
                       "built again without " + rerun.without + ": " + rerun.why,
                       "the next build that may write replaces this cache; delete its tag if it "
                       "breaks builds until then",
                       target.name});
  }
}

void add_import_notices(std::vector<core::Notice>& notices, const TargetResult& target) {
  for (const docker::ImportOutcome& import : target.product.imports) {
    if (!import.ok) {
      notices.push_back({Severity::warning,
                         "cache " + import.ref + " could not be imported: " + import.error,
                         "the build went on without it; see whether the builder reaches this "
                         "store with these credentials",
                         target.name});
    }
  }
}

core::Notice mount_notice(const MountResult& mount,
                          const MountStep& step,
                          const std::string& what,
                          const std::string& remedy) {
  return {Severity::warning,
          "the cache mount " + mount.id + " was not " + what + ": " + step.why,
          remedy,
          {}};
}

void add_mount_notices(std::vector<core::Notice>& notices, const TargetResult& target) {
  const std::size_t first = notices.size();
  for (const MountResult& mount : target.mounts) {
    if (mount.restore.failed) {
      notices.push_back(mount_notice(mount,
                                     mount.restore,
                                     "restored",
                                     "the build went on with an empty mount; `buildcache mounts "
                                     "verify` tells whether what is stored is whole"));
    }
    if (mount.save.failed) {
      notices.push_back(mount_notice(mount,
                                     mount.save,
                                     "saved",
                                     "the next build restores what was stored before; see whether "
                                     "these credentials may push to the cache repository"));
    }
  }
  std::for_each(notices.begin() + static_cast<std::ptrdiff_t>(first),
                notices.end(),
                [&target](core::Notice& notice) { notice.target = target.name; });
}

void add_export_notices(std::vector<core::Notice>& notices, const TargetResult& target) {
  constexpr std::string_view kRemedy =
      "the image is not affected, the next build starts from older caches; see whether these "
      "credentials may push to the cache repository";
  if (target.export_failed) {
    notices.push_back({Severity::warning,
                       "the cache was not written: " + target.export_note,
                       std::string(kRemedy),
                       target.name});
  }
  for (const Publication& publication : target.publications) {
    if (!publication.error.empty()) {
      notices.push_back(
          {Severity::warning,
           "the cache was not published as " + publication.ref + ": " + publication.error,
           std::string(kRemedy),
           target.name});
    }
  }
}

// A push somebody asked for in the configuration and the context does not allow; --no-push is no
// news.
void add_push_notice(std::vector<core::Notice>& notices, const plan::TargetPlan& target) {
  const std::string& why = target.build.push_skipped_why;
  if (!why.empty() && !why.starts_with("--")) {
    notices.push_back({Severity::notice, "the image was not pushed: " + why, "", target.name});
  }
}

}  // namespace

Tally tally_of(const RunResult& result) {
  Tally tally;
  for (const TargetResult& target : result.targets) {
    ++tally.targets;
    tally.built += target.status == Status::built ? 1 : 0;
    tally.cancelled += target.status == Status::cancelled ? 1 : 0;
    tally.cached_steps += target.product.cached_steps();
    tally.total_steps += target.product.total_steps();
  }
  tally.warmth = warmth_of(tally, result);
  return tally;
}

std::string_view word_of(Warmth warmth) {
  switch (warmth) {
    case Warmth::nothing_to_run:
      return "nothing to run";
    case Warmth::cold:
      return "cold";
    case Warmth::warm:
      return "warm";
    case Warmth::builder_alone:
      return "warm by the builder's own state";
  }
  return "";
}

std::string steps_words(const TargetResult& target) {
  return std::to_string(target.product.cached_steps()) + " of " +
         std::to_string(target.product.total_steps()) + " steps cached";
}

std::string source_words(const plan::TargetPlan& planned, const TargetResult& target) {
  const auto used = imported(planned, target);
  if (used.empty()) {
    return no_source_words(planned, target);
  }
  std::string words = used.front()->candidate.why;
  if (used.size() > 1) {
    words += ", and " + std::to_string(used.size() - 1) + " more";
  }
  return words;
}

std::chrono::milliseconds cold_time(const plan::TargetPlan& planned, const TargetResult& target) {
  const docker::SolveResult& product = target.product;
  if (product.total_steps() == 0) {
    return {};
  }
  if (product.cached_steps() == 0) {
    return product.wall;
  }
  std::chrono::milliseconds remembered{0};
  for (const plan::ProbedCandidate* source : imported(planned, target)) {
    if (source->answer.stamp) {
      remembered = std::max(remembered, source->answer.stamp->cold);
    }
  }
  return remembered.count() > 0 ? std::max(remembered, product.wall) : remembered;
}

std::string written_words(const TargetResult& target) {
  if (target.export_failed) {
    return "failed";
  }
  std::string scopes;
  for (const Publication& publication : target.publications) {
    // One line of a scope stands for all platforms.
    const bool told =
        (", " + scopes + ",").find(", " + publication.scope + ",") != std::string::npos;
    if (publication.error.empty() && !told) {
      scopes += (scopes.empty() ? "" : ", ") + publication.scope;
    }
  }
  if (!target.cache_export) {
    return target.export_note.empty() ? "nothing" : "nothing: " + target.export_note;
  }
  return (scopes.empty() ? "failed" : scopes) + " in " +
         core::human_duration(target.cache_export->wall);
}

std::vector<core::Notice> all_notices(const plan::Plan& plan, const RunResult& result) {
  std::vector<core::Notice> notices = plan.notices;
  notices.insert(notices.end(), result.notices.begin(), result.notices.end());
  for (const plan::TargetPlan& target : plan.targets) {
    add_push_notice(notices, target);
  }
  for (const TargetResult& target : result.targets) {
    add_rerun_notices(notices, target);
    add_import_notices(notices, target);
    add_export_notices(notices, target);
    add_mount_notices(notices, target);
  }
  return notices;
}

}  // namespace buildcache::report
