#include "commands/restore_mounts.hpp"

#include "commands/agent_run.hpp"
#include "commands/stored_mount.hpp"
#include "core/text.hpp"
#include "mounts/index_codec.hpp"
#include "mounts/tree_blobs.hpp"
#include "sys/parallel.hpp"

#include <algorithm>
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
  std::string index = {};  // the blob; empty: there is nothing to restore
  mounts::Index content = {};
  bool again = false;  // the builder could not reach its packs: once more, through the client
};

void fail(report::MountStep& step, const core::Error& error) {
  step.outcome = "failed";
  step.failed = true;
  step.why = core::describe(error);
}

using Fetched = std::map<core::Digest, Result<void>>;

struct Wanted {
  const mounts::Pack* pack = nullptr;
  const store::Location* location = nullptr;
  Result<void>* done = nullptr;
};

class Restoring {
 public:
  Restoring(const Carriage& carriage, std::vector<MountJob>& jobs)
      : carriage_(carriage), blobs_(carriage.blobs) {
    for (MountJob& job : jobs) {
      all_.push_back({&job});
    }
  }

  void run() {
    sys::for_each_parallel(all_.size(), kMountsAtOnce, [this](std::size_t i) { look(all_[i]); });
    const bool has_work = std::ranges::any_of(
        all_, [](const Found& found) { return !found.index.empty() || found.job->step.failed; });
    if (!has_work) {
      return;
    }
    carry();
    std::erase_if(all_, [](const Found& found) { return !found.again; });
    if (!all_.empty()) {
      carriage_.route.close();
      carry();
    }
  }

 private:
  void look(Found& found) {
    report::MountStep& step = found.job->step;
    std::string trouble;
    found.stored =
        find_stored(blobs_, found.job->mount->restore, carriage_.plan.trust.level, trouble);
    if (!found.stored) {
      step.outcome = trouble.empty() ? "absent" : "failed";
      step.why = trouble.empty() ? "nothing is stored yet" : trouble;
      step.failed = !trouble.empty();
      return;
    }
    auto index = fetch_index(blobs_, *found.stored);
    auto content = index ? mounts::decode(*index) : tl::unexpected(index.error());
    if (!content) {
      fail(step, content.error());
      return;
    }
    found.index = *std::move(index);
    found.content = *std::move(content);
  }

  // Also with nothing to restore: what a killed restore left must not meet the user's step.
  void carry() {
    if (auto carried = carry_all(); !carried) {
      for (Found& found : all_) {
        if (!found.index.empty()) {
          fail(found.job->step, carried.error());
        }
      }
    }
  }

  Result<void> carry_all() {
    auto agent = AgentRun::make(carriage_.workshop);
    if (!agent) {
      return tl::unexpected(agent.error());
    }
    AgentTask task = ask();
    if (auto fetched = fetch(task, (*agent)->input()); !fetched) {
      return fetched;
    }
    const bool direct = task.access.has_value();
    const auto reports = (*agent)->run(std::move(task));
    if (!reports) {
      for (Found& found : all_) {
        found.again =
            direct && !found.index.empty() && reports.error().kind == core::ErrorKind::engine;
      }
      return tl::unexpected(reports.error());
    }
    for (std::size_t i = 0; i < all_.size(); ++i) {
      if (!all_[i].index.empty()) {
        tell((*reports)[i], all_[i]);
      }
    }
    return {};
  }

  AgentTask ask() {
    AgentTask task{carriage_.plan, carriage_.target};
    std::vector<const store::Location*> places;
    for (Found& found : all_) {
      found.again = false;
      mounts::AgentMount mount;
      if (!found.index.empty()) {
        mount.index = found.stored->generation.index;
      }
      task.request.mounts.push_back(std::move(mount));
      task.mounts.push_back(found.job->mount);
      places.push_back(found.index.empty() ? nullptr : &found.stored->ref.location);
    }
    task.access = carriage_.route.open(places, task.request);
    return task;
  }

  static void tell(const mounts::AgentReport& report, Found& found) {
    found.again = report.outcome == mounts::Outcome::unreachable;
    report::MountStep& step = found.job->step;
    step.outcome = mounts::word_of(report.outcome);
    step.why = core::printable(report.message);
    step.failed = report.outcome == mounts::Outcome::failed;
    step.entries = report.entries;
    step.content = report.content;
    step.moved = report.read;
    step.direct = report.direct;
    step.took = report.took;
  }

  Result<void> write_indexes(sys::Tree& into) {
    for (const Found& found : all_) {
      auto written =
          found.index.empty()
              ? Result<void>()
              : mounts::write_whole(
                    into, std::string(found.stored->generation.index.hex()), found.index);
      if (!written) {
        return written;
      }
    }
    return {};
  }

  // Adds the packs of `found` that nobody has asked for yet.
  static void want(const Found& found, Fetched& done, std::vector<Wanted>& wanted) {
    for (const mounts::Pack& pack : found.content.packs) {
      const auto [at, is_new] = done.try_emplace(pack.digest);
      if (is_new) {
        wanted.push_back({&pack, &found.stored->ref.location, &at->second});
      }
    }
  }

  // All packs that the step does not fetch itself, each once. Mounts that miss one are not
  // restored; the others are.
  Result<void> fetch(AgentTask& task, sys::Tree& into) {
    if (auto written = write_indexes(into); !written) {
      return written;
    }
    Fetched done;
    std::vector<Wanted> wanted;
    for (std::size_t i = 0; i < all_.size(); ++i) {
      if (!all_[i].index.empty() && task.request.mounts[i].repository.empty()) {
        want(all_[i], done, wanted);
      }
    }
    sys::for_each_parallel(wanted.size(), kPacksAtOnce, [&](std::size_t i) {
      const Wanted& one = wanted[i];
      const auto bytes = blobs_.get(*one.location, one.pack->digest, one.pack->size);
      *one.done = bytes ? mounts::write_whole(into, std::string(one.pack->digest.hex()), *bytes)
                        : tl::unexpected(bytes.error());
    });
    for (std::size_t i = 0; i < all_.size(); ++i) {
      if (!is_complete(all_[i], done)) {
        all_[i].index.clear();
        task.request.mounts[i].index.reset();
      }
    }
    return {};
  }

  static bool is_complete(Found& found, const Fetched& done) {
    return std::ranges::all_of(found.content.packs, [&](const mounts::Pack& pack) {
      const auto fetched = done.find(pack.digest);
      const bool good = fetched == done.end() || fetched->second;
      if (!good) {
        fail(found.job->step, fetched->second.error());
      }
      return good;
    });
  }

  const Carriage& carriage_;
  store::Blobs& blobs_;
  std::vector<Found> all_;
};

}  // namespace

void restore_mounts(const Carriage& carriage, std::vector<MountJob>& jobs) {
  Restoring(carriage, jobs).run();
}

}  // namespace buildcache::commands
