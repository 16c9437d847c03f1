#include "commands/restore_mounts.hpp"

#include "commands/agent_run.hpp"
#include "commands/stored_mount.hpp"
#include "core/text.hpp"
#include "mounts/index_codec.hpp"
#include "mounts/tree_blobs.hpp"
#include "store/spec.hpp"
#include "sys/parallel.hpp"

#include <map>
#include <memory>
#include <optional>
#include <utility>

namespace buildcache::commands {

namespace {

using core::Result;

constexpr std::size_t kMountsAtOnce = 8;
constexpr std::size_t kPacksAtOnce = 4;  // each is in memory while it comes

// A job and the generation found for it.
struct Found {
  MountJob* job = nullptr;
  std::optional<StoredMount> stored = {};
  std::string index = {};  // the blob
  mounts::Index content = {};
};

void fail(report::MountStep& step, const core::Error& error) {
  step.outcome = "failed";
  step.failed = true;
  step.why = core::describe(error);
}

struct Wanted {
  const mounts::Pack* pack = nullptr;
  const store::Location* location = nullptr;
  Result<void>* done = nullptr;
};

class Restoring {
 public:
  Restoring(const Carriage& carriage, std::vector<MountJob>& jobs)
      : workshop_(carriage.workshop), plan_(carriage.plan), blobs_(carriage.blobs) {
    for (MountJob& job : jobs) {
      all_.push_back({&job});
    }
  }

  void run() {
    sys::for_each_parallel(all_.size(), kMountsAtOnce, [this](std::size_t i) { look(all_[i]); });
    std::erase_if(all_, [](const Found& found) { return found.index.empty(); });
    if (all_.empty()) {
      return;
    }
    if (auto carried = carry(); !carried) {
      for (Found& found : all_) {
        fail(found.job->step, carried.error());
      }
    }
  }

 private:
  void look(Found& found) {
    report::MountStep& step = found.job->step;
    std::string trouble;
    found.stored = find_stored(blobs_, found.job->mount->restore, plan_.trust.level, trouble);
    if (!found.stored) {
      step.outcome = trouble.empty() ? "absent" : "failed";
      step.why = trouble.empty() ? "nothing is stored yet" : trouble;
      step.failed = !trouble.empty();
      return;
    }
    step.ref = store::display(found.stored->ref);
    auto index = fetch_index(blobs_, *found.stored);
    auto content = index ? mounts::decode(*index) : tl::unexpected(index.error());
    if (!content) {
      fail(step, content.error());
      return;
    }
    found.index = *std::move(index);
    found.content = *std::move(content);
  }

  Result<void> carry() {
    auto agent = AgentRun::make(workshop_);
    if (!agent) {
      return tl::unexpected(agent.error());
    }
    if (auto fetched = fetch((*agent)->input()); !fetched || all_.empty()) {
      return fetched;
    }
    mounts::AgentRequest request;
    std::vector<const plan::MountPlan*> mounts;
    for (const Found& found : all_) {
      mounts::AgentMount mount;
      mount.index = found.stored->generation.index;
      request.mounts.push_back(std::move(mount));
      mounts.push_back(found.job->mount);
    }
    const auto reports = (*agent)->run(plan_, mounts, std::move(request));
    if (!reports) {
      return tl::unexpected(reports.error());
    }
    for (std::size_t i = 0; i < all_.size(); ++i) {
      tell((*reports)[i], all_[i].job->step);
    }
    return {};
  }

  static void tell(const mounts::AgentReport& report, report::MountStep& step) {
    step.outcome = mounts::word_of(report.outcome);
    step.why = core::printable(report.message);
    step.failed = report.outcome == mounts::Outcome::failed;
    step.entries = report.entries;
    step.content = report.content;
    step.moved = report.read;
    step.took = report.took;
  }

  // All packs of all mounts, each once. Mounts that miss one are not restored; the others are.
  Result<void> fetch(sys::Tree& into) {
    std::map<core::Digest, Result<void>> done;
    std::vector<Wanted> wanted;
    for (const Found& found : all_) {
      if (auto written = mounts::write_whole(
              into, std::string(found.stored->generation.index.hex()), found.index);
          !written) {
        return written;
      }
      for (const mounts::Pack& pack : found.content.packs) {
        const auto [at, is_new] = done.try_emplace(pack.digest);
        if (is_new) {
          wanted.push_back({&pack, &found.stored->ref.location, &at->second});
        }
      }
    }
    sys::for_each_parallel(wanted.size(), kPacksAtOnce, [&](std::size_t i) {
      const Wanted& one = wanted[i];
      const auto bytes = blobs_.get(*one.location, one.pack->digest, one.pack->size);
      *one.done = bytes ? mounts::write_whole(into, std::string(one.pack->digest.hex()), *bytes)
                        : tl::unexpected(bytes.error());
    });
    std::erase_if(all_, [&done](Found& found) {
      for (const mounts::Pack& pack : found.content.packs) {
        if (const auto& fetched = done.at(pack.digest); !fetched) {
          fail(found.job->step, fetched.error());
          return true;
        }
      }
      return false;
    });
    return {};
  }

  const Workshop& workshop_;
  const plan::Plan& plan_;
  store::Blobs& blobs_;
  std::vector<Found> all_;
};

}  // namespace

void restore_mounts(const Carriage& carriage, std::vector<MountJob>& jobs) {
  Restoring(carriage, jobs).run();
}

}  // namespace buildcache::commands
