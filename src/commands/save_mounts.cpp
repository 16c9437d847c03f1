#include "commands/save_mounts.hpp"

#include "commands/agent_run.hpp"
#include "commands/stored_mount.hpp"
#include "commands/timestamp.hpp"
#include "core/text.hpp"
#include "mounts/index_codec.hpp"
#include "mounts/tree_blobs.hpp"
#include "store/cache_manifest.hpp"
#include "store/spec.hpp"
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
  bool again = false;                      // packs it relied on are gone: once more without them
};

class SaveAll {
 public:
  SaveAll(const Carriage& carriage, std::vector<MountJob>& jobs)
      : workshop_(carriage.workshop), plan_(carriage.plan), blobs_(carriage.blobs) {
    for (MountJob& job : jobs) {
      all_.push_back({&job});
    }
  }

  void run() {
    sys::for_each_parallel(all_.size(), kMountsAtOnce, [this](std::size_t i) { look(all_[i]); });
    carry(false);
    std::erase_if(all_, [](const Saving& saving) { return !saving.again; });
    if (!all_.empty()) {
      carry(true);
    }
  }

 private:
  // The generation this one replaces, else the one it was restored from.
  void look(Saving& saving) {
    std::vector<store::CacheRef> refs = saving.job->mount->save;
    refs.insert(refs.end(), saving.job->mount->restore.begin(), saving.job->mount->restore.end());
    std::string trouble;  // the publication will meet it again
    saving.stored = find_stored(blobs_, refs, plan_.trust.level, trouble);
    if (saving.stored) {
      saving.index = fetch_index(blobs_, *saving.stored).value_or("");
    }
  }

  void carry(bool fresh) {
    if (auto done = carry_all(fresh); !done) {
      for (Saving& saving : all_) {
        fail(saving, done.error());
      }
    }
  }

  Result<void> carry_all(bool fresh) {
    auto agent = AgentRun::make(workshop_);
    if (!agent) {
      return tl::unexpected(agent.error());
    }
    mounts::AgentRequest request{mounts::AgentAction::save, {}};
    std::vector<const plan::MountPlan*> mounts;
    for (const Saving& saving : all_) {
      auto asked = ask(saving, (*agent)->input(), fresh);
      if (!asked) {
        return tl::unexpected(asked.error());
      }
      request.mounts.push_back(*std::move(asked));
      mounts.push_back(saving.job->mount);
    }
    const auto reports = (*agent)->run(plan_, mounts, std::move(request));
    if (!reports) {
      return tl::unexpected(reports.error());
    }
    for (std::size_t i = 0; i < all_.size(); ++i) {
      conclude(all_[i], (*reports)[i], (*agent)->output());
    }
    return {};
  }

  static Result<mounts::AgentMount> ask(const Saving& saving, sys::Tree& input, bool fresh) {
    mounts::AgentMount mount;
    mount.exclude = saving.job->mount->rule.exclude;
    mount.max_bytes = saving.job->mount->rule.max_size;
    mount.fresh = fresh || saving.job->fresh;
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
    step.took = report.took;
    const bool made =
        report.outcome == mounts::Outcome::saved || report.outcome == mounts::Outcome::unchanged;
    if (!made || !report.index) {
      return;
    }
    const bool first_time = !saving.again;
    saving.again = false;
    if (auto published = publish(saving, *report.index, output); !published) {
      fail(saving, published.error());
      // A pack somebody's cleaning has taken away: everything is still in the mount.
      saving.again = first_time && published.error().kind == core::ErrorKind::not_found;
    }
  }

  Result<void> publish(Saving& saving, const core::Digest& index_digest, sys::Tree& output) {
    const std::string name(index_digest.hex());
    const auto blob = mounts::read_whole(output, name, mounts::kMostIndexBytes);
    const auto index = blob ? mounts::decode(*blob) : tl::unexpected(blob.error());
    if (!index) {
      return tl::unexpected(index.error());
    }
    const plan::MountPlan& mount = *saving.job->mount;
    const std::optional<core::Digest> parent =
        saving.stored ? std::optional(saving.stored->manifest) : std::nullopt;
    store::Stamp stamp = mount.stamp;
    stamp.created = rfc3339(workshop_.seams.clock.now());
    const auto manifest =
        store::stamped(mounts::manifest_of(*index, *blob, mount.mount.identity.id, parent), stamp);
    if (!manifest) {
      return tl::unexpected(manifest.error());
    }
    report::MountStep& step = saving.job->step;
    for (const store::CacheRef& ref : mount.save) {
      step.ref += (step.ref.empty() ? "" : ", ") + store::display(ref);
      if (saving.stored && saving.stored->ref == ref &&
          saving.stored->generation.index == index_digest) {
        continue;  // it is there as it is
      }
      const auto moved = upload(*index, *blob, ref.location, output);
      if (!moved) {
        return tl::unexpected(moved.error());
      }
      step.moved += *moved;
      if (auto put = blobs_.put_manifest(ref, *manifest); !put) {
        return put;
      }
    }
    return {};
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

  const Workshop& workshop_;
  const plan::Plan& plan_;
  store::Blobs& blobs_;
  std::vector<Saving> all_;
};

}  // namespace

void save_mounts(const Carriage& carriage, std::vector<MountJob>& jobs) {
  SaveAll(carriage, jobs).run();
}

}  // namespace buildcache::commands
