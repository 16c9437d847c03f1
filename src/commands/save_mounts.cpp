#include "commands/save_mounts.hpp"

#include "commands/agent_run.hpp"
#include "commands/stored_mount.hpp"
#include "commands/timestamp.hpp"
#include "core/text.hpp"
#include "mounts/index_codec.hpp"
#include "mounts/tree_blobs.hpp"
#include "store/cache_manifest.hpp"
#include "sys/parallel.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

namespace buildcache::commands {

namespace {

using core::Result;

constexpr std::size_t kMountsAtOnce = 8;
constexpr std::size_t kPacksAtOnce = 4;  // each is in memory while it goes

struct Saving {
  MountJob* job = nullptr;
  std::optional<StoredMount> stored = {};  // where the new one will go, or what it grew from
  std::string index = {};                  // the stored one's blob, when it could be read
  // Once more: packs it relied on are gone, or the builder could not run a step with the network.
  bool again = false;
  bool lost = false;  // the former

  [[nodiscard]] bool replaces(const store::CacheRef& ref) const {
    return stored && stored->ref == ref;
  }
};

// Where all of `refs` are; null when they are in several places.
const store::Location* single_place(const std::vector<store::CacheRef>& refs) {
  const bool single = std::ranges::all_of(
      refs, [&](const store::CacheRef& ref) { return ref.location == refs.front().location; });
  return single && !refs.empty() ? &refs.front().location : nullptr;
}

class SaveAll {
 public:
  SaveAll(const Carriage& carriage, std::vector<MountJob>& jobs)
      : carriage_(carriage), blobs_(carriage.blobs) {
    for (MountJob& job : jobs) {
      all_.push_back({&job});
    }
  }

  void run() {
    sys::for_each_parallel(all_.size(), kMountsAtOnce, [this](std::size_t i) { look(all_[i]); });
    carry();
    std::erase_if(all_, [](const Saving& saving) { return !saving.again; });
    if (!all_.empty()) {
      last_time_ = true;
      carry();
    }
  }

 private:
  // The generation this one replaces, else the one it was restored from.
  void look(Saving& saving) {
    std::vector<store::CacheRef> refs = saving.job->mount->save;
    refs.insert(refs.end(), saving.job->mount->restore.begin(), saving.job->mount->restore.end());
    std::string trouble;  // the publication will meet it again
    saving.stored = find_stored(blobs_, refs, carriage_.plan.trust.level, trouble);
    if (saving.stored) {
      saving.index = fetch_index(blobs_, *saving.stored).value_or("");
    }
  }

  void carry() {
    if (auto done = carry_all(); !done) {
      for (Saving& saving : all_) {
        fail(saving, done.error());
      }
    }
  }

  Result<void> carry_all() {
    auto agent = AgentRun::make(carriage_.workshop);
    auto task = agent ? ask_all((*agent)->input()) : tl::unexpected(agent.error());
    if (!task) {
      return tl::unexpected(task.error());
    }
    const bool direct = task->access.has_value();
    const auto reports = (*agent)->run(*std::move(task));
    if (!reports && direct && reports.error().kind == core::ErrorKind::engine && !last_time_) {
      carriage_.route.close();
      std::ranges::for_each(all_, [](Saving& saving) { saving.again = true; });
      return {};
    }
    if (!reports) {
      return tl::unexpected(reports.error());
    }
    if (direct && std::ranges::none_of(*reports, &mounts::AgentReport::direct)) {
      carriage_.route.close();  // other targets need not try
    }
    for (std::size_t i = 0; i < all_.size(); ++i) {
      conclude(all_[i], (*reports)[i], (*agent)->output());
    }
    return {};
  }

  Result<AgentTask> ask_all(sys::Tree& input) {
    AgentTask task{carriage_.plan, carriage_.target};
    task.request.action = mounts::AgentAction::save;
    std::vector<const store::Location*> places;
    for (const Saving& saving : all_) {
      auto asked = ask(saving, input);
      if (!asked) {
        return tl::unexpected(asked.error());
      }
      task.request.mounts.push_back(*std::move(asked));
      task.mounts.push_back(saving.job->mount);
      places.push_back(marked(single_place(saving.job->mount->save)));
    }
    task.access = carriage_.route.open(places, task.request);
    return task;
  }

  // By this blob the step knows that it has reached the same registry. Null when there is none.
  const store::Location* marked(const store::Location* place) {
    const std::string_view config = mounts::config_blob();
    const bool is_there =
        place != nullptr && blobs_.put(*place, core::Digest::of(config), config).has_value();
    return is_there ? place : nullptr;
  }

  static Result<mounts::AgentMount> ask(const Saving& saving, sys::Tree& input) {
    mounts::AgentMount mount;
    mount.exclude = saving.job->mount->rule.exclude;
    mount.max_bytes = saving.job->mount->rule.max_size;
    mount.fresh = saving.lost || saving.job->fresh;
    mount.allow_smaller = saving.job->mount->rule.save == config::SaveMount::always;
    if (!saving.index.empty()) {
      mount.index = saving.stored->generation.index;
      if (auto written = mounts::write_whole(input, std::string(mount.index->hex()), saving.index);
          !written) {
        return tl::unexpected(written.error());
      }
    }
    return mount;
  }

  static void fail(Saving& saving, const core::Error& error) {
    report::MountStep& step = saving.job->step;
    step.outcome = "failed";
    step.failed = true;
    step.why = core::describe(error);
    saving.again = false;
  }

  void conclude(Saving& saving, const mounts::AgentReport& report, sys::Tree& output) {
    report::MountStep& step = saving.job->step;
    step.outcome = mounts::word_of(report.outcome);
    step.why = core::printable(report.message.empty() ? std::string(mounts::why(report.outcome))
                                                      : report.message);
    step.failed = report.outcome == mounts::Outcome::failed;
    step.entries = report.entries;
    step.content = report.content;
    step.left_out = report.left_out;
    step.took = report.took;
    step.direct = report.direct;
    const bool made =
        report.outcome == mounts::Outcome::saved || report.outcome == mounts::Outcome::unchanged;
    if (!made || !report.index) {
      return;
    }
    saving.again = false;
    step.moved = 0;
    if (auto published = publish(saving, report, output); !published) {
      fail(saving, published.error());
      // A pack somebody's cleaning has taken away: everything is still in the mount.
      saving.lost = published.error().kind == core::ErrorKind::not_found;
      saving.again = saving.lost && !last_time_;
    }
  }

  Result<void> publish(Saving& saving, const mounts::AgentReport& report, sys::Tree& output) {
    const std::string name(report.index->hex());
    const auto blob = mounts::read_whole(output, name, mounts::kMostIndexBytes);
    const auto index = blob ? mounts::decode(*blob) : tl::unexpected(blob.error());
    if (!index) {
      return tl::unexpected(index.error());
    }
    report::MountStep& step = saving.job->step;
    for (const store::CacheRef& ref : saving.job->mount->save) {
      if (saving.replaces(ref) && saving.stored->generation.index == *report.index) {
        continue;  // it is there as it is
      }
      const auto moved = upload(*index, *blob, ref.location, output);
      if (!moved) {
        return tl::unexpected(moved.error());
      }
      step.moved += *moved + (report.direct ? report.stored : 0);
      if (auto put = put_manifest(saving, ref, *index, *blob); !put) {
        return put;
      }
      forget_old(saving, ref);
    }
    return {};
  }

  Result<void> put_manifest(const Saving& saving,
                            const store::CacheRef& ref,
                            const mounts::Index& index,
                            std::string_view blob) {
    const plan::MountPlan& mount = *saving.job->mount;
    mounts::Origin origin{mount.mount.identity.id, ref.tag};
    if (saving.replaces(ref)) {
      origin.parent = saving.stored->manifest;
    }
    store::Stamp stamp = mount.stamp;
    stamp.created = rfc3339(carriage_.workshop.seams.clock.now());
    const auto manifest = store::stamped(mounts::manifest_of(index, blob, origin), stamp);
    return manifest ? blobs_.put_manifest(ref, *manifest) : tl::unexpected(manifest.error());
  }

  // The generation that was replaced stays, the one before it goes.
  void forget_old(const Saving& saving, const store::CacheRef& ref) {
    if (saving.replaces(ref)) {
      forget_parent(blobs_, *saving.stored);
    }
  }

  // Returns the bytes of what the step in the builder made anew; other packs are there already, as
  // the manifest's publication will show.
  Result<std::uint64_t> upload(const mounts::Index& index,
                               std::string_view blob,
                               const store::Location& location,
                               sys::Tree& output) {
    std::vector<Result<std::uint64_t>> done(index.packs.size());
    sys::for_each_parallel(index.packs.size(), kPacksAtOnce, [&](std::size_t i) {
      done[i] = upload_pack(index.packs[i], location, output);
    });
    std::uint64_t moved = blob.size();
    for (const auto& one : done) {
      if (!one) {
        return one;
      }
      moved += *one;
    }
    const std::string_view config = mounts::config_blob();
    auto put = blobs_.put(location, core::Digest::of(config), config);
    put = put ? blobs_.put(location, core::Digest::of(blob), blob) : put;
    return put ? Result<std::uint64_t>(moved) : tl::unexpected(put.error());
  }

  Result<std::uint64_t> upload_pack(const mounts::Pack& pack,
                                    const store::Location& location,
                                    sys::Tree& output) {
    const std::string name(pack.digest.hex());
    if (!output.status(name)) {
      return std::uint64_t{0};
    }
    const auto bytes = mounts::read_whole(output, name, mounts::kMostPackBytes);
    if (!bytes) {
      return tl::unexpected(bytes.error());
    }
    const auto put = blobs_.put(location, pack.digest, *bytes);
    return put ? Result<std::uint64_t>(bytes->size()) : tl::unexpected(put.error());
  }

  const Carriage& carriage_;
  store::Blobs& blobs_;
  std::vector<Saving> all_;
  bool last_time_ = false;
};

}  // namespace

void save_mounts(const Carriage& carriage, std::vector<MountJob>& jobs) {
  SaveAll(carriage, jobs).run();
}

}  // namespace buildcache::commands
