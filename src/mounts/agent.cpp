#include "mounts/agent.hpp"

#include "mounts/index_codec.hpp"
#include "mounts/restore_tree.hpp"
#include "mounts/save_tree.hpp"
#include "mounts/stat_state.hpp"
#include "mounts/tree_blobs.hpp"
#include "mounts/walk.hpp"

#include <chrono>
#include <optional>
#include <utility>

namespace buildcache::mounts {

namespace {

using core::Result;
using std::chrono::milliseconds;

constexpr std::size_t kMostState = 2 * kMostIndexBytes;
// The coarsest tick of file times (CONFIG_HZ=100), twice: what is written after it has another
// ctime than anything before.
constexpr milliseconds kTick{20};
// A mount that lost three quarters of at least this much is taken for a mistake.
constexpr std::uint64_t kWorthGuarding = 1U << 20U;
constexpr std::uint64_t kSharply = 4;

class Service {
 public:
  Service(const AgentWorld& world, const AgentMount& mount, sys::Tree& tree)
      : world_(world), mount_(mount), tree_(tree) {}

  AgentReport restore() {
    if (!mount_.index) {
      return tidy();
    }
    const auto kept = is_kept();
    if (!kept) {
      return failed(kept.error());
    }
    if (*kept || !find_way()) {
      report_.outcome = *kept ? Outcome::kept : Outcome::unreachable;
      return report_;
    }
    Result<void> restored = tree_.remove_all("");
    restored = restored ? write_generation() : restored;
    if (!restored) {
      AgentReport report = failed(restored.error());
      // An empty mount is better than half of one.
      static_cast<void>(tree_.remove_all(""));
      return report;
    }
    report_.outcome = Outcome::restored;
    return report_;
  }

  AgentReport save() {
    static_cast<void>(find_way());
    auto saved = save_generation();
    return saved ? report_ : failed(saved.error());
  }

 private:
  AgentReport tidy() {
    report_.outcome = Outcome::empty;
    const auto tidied = unfinished() ? tree_.remove_all("") : Result<void>();
    return tidied ? report_ : failed(tidied.error());
  }

  // Returns false when the mount's repository is out of reach; input and output are the way then.
  bool find_way() {
    way_ = {[this](const core::Digest& digest, std::size_t most) {
              return read_whole(world_.input, std::string(digest.hex()), most);
            },
            [this](const core::Digest& digest, std::string_view bytes) {
              return write_whole(world_.output, std::string(digest.hex()), bytes);
            }};
    if (mount_.repository.empty()) {
      return true;
    }
    auto direct = world_.reach ? world_.reach(mount_.repository) : std::nullopt;
    report_.direct = direct.has_value();
    if (direct) {
      way_ = *std::move(direct);
    }
    return report_.direct;
  }

  AgentReport failed(const core::Error& error) {
    report_.outcome = Outcome::failed;
    report_.message = error.message;
    return report_;
  }

  [[nodiscard]] bool unfinished() { return tree_.status(std::string(kUnfinished)).has_value(); }

  // What a restore that was killed left behind goes, and what an image gave a mount that nobody has
  // used on this builder; anything else stays as it is.
  Result<bool> is_kept() {
    if (unfinished() || (mount_.based && !world_.state.status(mount_.state))) {
      return false;
    }
    const auto listed = tree_.list("");
    return listed ? Result<bool>(!listed->empty()) : tl::unexpected(listed.error());
  }

  Result<Index> stored_generation() {
    if (!mount_.index) {
      return Index{};
    }
    const auto bytes = read_whole(world_.input, std::string(mount_.index->hex()), kMostIndexBytes);
    if (!bytes) {
      return tl::unexpected(bytes.error());
    }
    if (!mount_.index->matches(*bytes)) {
      return core::fail(core::ErrorKind::bad_response, "the index has another digest");
    }
    return decode(*bytes);
  }

  Result<void> write_generation() {
    auto index = stored_generation();
    if (!index) {
      return tl::unexpected(index.error());
    }
    const std::string marker(kUnfinished);
    if (auto marked = write_whole(tree_, marker, ""); !marked) {
      return marked;
    }
    const auto restored = restore_tree(tree_, *index, way_.fetch, world_.workers);
    if (!restored) {
      return tl::unexpected(restored.error());
    }
    Result<void> done = tree_.remove_all(marker);
    done =
        done ? tree_.set_attributes("", sys::FileKind::directory, index->entries.front().attributes)
             : done;
    if (!done) {
      return done;
    }
    report_.entries = restored->entries;
    report_.content = restored->content;
    report_.read = restored->fetched;
    report_.index = mount_.index;
    return remember(*std::move(index));
  }

  // Without its state a later save reads everything: no reason to fail.
  Result<void> remember(Index index) {
    const auto walked = walk(tree_, Excludes({}));
    if (walked) {
      const StatState state = state_of(std::move(index), *walked);
      static_cast<void>(write_whole(world_.state, mount_.state, encode_state(state)));
      world_.clock.sleep_for(kTick, {});
    }
    return {};
  }

  // Returns whether the mount is fit to be saved; the report says why not.
  bool fit(const Walk& walked, const Index& stored) {
    std::uint64_t content = 0;
    for (const Walked& one : walked.entries) {
      content += one.status.kind == sys::FileKind::file ? one.status.size : 0;
    }
    report_.entries = walked.entries.size();
    report_.content = content;
    const std::uint64_t before = content_bytes(stored);
    if (mount_.max_bytes > 0 && content > mount_.max_bytes) {
      report_.outcome = Outcome::too_large;
      return false;
    }
    if (walked.entries.size() <= 1 && !mount_.allow_smaller) {
      report_.outcome = Outcome::empty;
      return false;
    }
    if (before >= kWorthGuarding && content < before / kSharply && !mount_.allow_smaller) {
      report_.outcome = Outcome::smaller;
      return false;
    }
    return true;
  }

  // The state of this builder where there is one, else the stored generation without a state.
  StatState base_of(Index stored) {
    if (mount_.fresh) {
      return {};
    }
    if (const auto bytes = read_whole(world_.state, mount_.state, kMostState)) {
      if (auto state = decode_state(*bytes)) {
        return *std::move(state);
      }
    }
    return {std::move(stored), {}};
  }

  Result<void> save_generation() {
    if (unfinished()) {
      report_.outcome = Outcome::unfinished;
      return {};
    }
    auto stored = stored_generation();
    if (!stored) {
      stored = Index{};  // it can be written anew
    }
    const auto walked = walk(tree_, Excludes(mount_.exclude));
    if (!walked) {
      return tl::unexpected(walked.error());
    }
    if (!fit(*walked, *stored)) {
      return {};
    }
    const StatState base = base_of(*std::move(stored));
    auto saved = save_tree(
        tree_, {*walked, base.index, base.entries, world_.workers, mount_.fresh}, way_.store);
    if (!saved) {
      return tl::unexpected(saved.error());
    }
    report_.entries = saved->index.entries.size();
    report_.content = saved->content;
    report_.read = saved->read;
    report_.stored = saved->stored;
    report_.left_out = walked->excluded + walked->special.size() + saved->moving.size();
    return hand_over(std::move(saved->index), *walked);
  }

  Result<void> hand_over(Index index, const Walk& walked) {
    const std::string bytes = encode(index);
    report_.index = core::Digest::of(bytes);
    report_.outcome = report_.index == mount_.index ? Outcome::unchanged : Outcome::saved;
    auto written = write_whole(world_.output, std::string(report_.index->hex()), bytes);
    if (written) {
      const StatState state = state_of(std::move(index), walked);
      static_cast<void>(write_whole(world_.state, mount_.state, encode_state(state)));
      world_.clock.sleep_for(kTick, {});
    }
    return written;
  }

  const AgentWorld& world_;
  const AgentMount& mount_;
  sys::Tree& tree_;
  Transfer way_;
  AgentReport report_;
};

AgentReport serve_one(const AgentWorld& world, AgentAction action, const AgentMount& mount) {
  const auto start = world.clock.steady();
  AgentReport report;
  auto tree = world.open_tree(mount.directory);
  if (tree) {
    Service service(world, mount, **tree);
    report = action == AgentAction::restore ? service.restore() : service.save();
  } else {
    report.message = tree.error().message;
  }
  report.took = std::chrono::duration_cast<milliseconds>(world.clock.steady() - start);
  return report;
}

}  // namespace

std::vector<AgentReport> serve(const AgentWorld& world, const AgentRequest& request) {
  std::vector<AgentReport> reports;
  for (const AgentMount& mount : request.mounts) {
    reports.push_back(serve_one(world, request.action, mount));
  }
  return reports;
}

}  // namespace buildcache::mounts
