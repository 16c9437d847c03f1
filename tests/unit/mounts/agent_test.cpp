// What happens to a mount inside the builder, with real directories in its place.
#include "mounts/agent.hpp"

#include "mounts/index_codec.hpp"
#include "sample_tree.hpp"
#include "support/fake_clock.hpp"
#include "support/temporary_folder.hpp"
#include "sys/posix_files.hpp"
#include "sys/posix_tree.hpp"

#include <doctest/doctest.h>

#include <unistd.h>

#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>

using namespace buildcache;
using namespace buildcache::mounts_test;
using mounts::Outcome;

namespace {

struct Fixture {
  Fixture() {
    for (const char* name : {"mount", "input", "output", "state"}) {
      REQUIRE(sys::PosixFiles().make_directories(folder / name, 0755));
    }
    input = tree_at(folder / "input");
    output = tree_at(folder / "output");
    state = tree_at(folder / "state");
  }

  mounts::AgentReport serve(mounts::AgentAction action, mounts::AgentMount mount = {}) {
    mount.directory = folder / "mount";
    mount.state = "one";
    const mounts::AgentWorld world{sys::open_posix_tree, clock, 2, *input, *output, *state, reach};
    const auto reports = mounts::serve(world, {action, {std::move(mount)}});
    REQUIRE(reports.size() == 1);
    return reports.front();
  }

  mounts::AgentReport save(mounts::AgentMount mount = {}) {
    return serve(mounts::AgentAction::save, std::move(mount));
  }

  // Restores what was saved last, as the client would bring it along.
  mounts::AgentReport restore(const std::optional<core::Digest>& index,
                              bool based = false,
                              const std::string& repository = {}) {
    const auto copied = output->list("");
    REQUIRE(copied);
    for (const auto& [name, status] : *copied) {
      const auto bytes = sys::PosixFiles().read(folder / ("output/" + name), 1U << 30U);
      REQUIRE(sys::PosixFiles().write(folder / ("input/" + name), *bytes, 0600));
    }
    mounts::AgentMount mount;
    mount.index = index;
    mount.based = based;
    mount.repository = repository;
    return serve(mounts::AgentAction::restore, std::move(mount));
  }

  void empty_mount() const { REQUIRE(tree_at(folder / "mount")->remove_all("")); }
  [[nodiscard]] bool has(const std::string& name) const {
    return sys::PosixFiles().exists(folder / ("mount/" + name));
  }

  sys_test::TemporaryFolder folder;
  support::FakeClock clock;
  std::unique_ptr<sys::Tree> input;
  std::unique_ptr<sys::Tree> output;
  std::unique_ptr<sys::Tree> state;
  std::function<std::optional<mounts::Transfer>(const std::string&)> reach;
};

// A repository in memory.
struct Repository {
  mounts::Transfer transfer() {
    return {[this](const core::Digest& digest, std::size_t) -> core::Result<std::string> {
              const std::lock_guard lock(mutex);
              const auto found = blobs.find(digest.str());
              return found == blobs.end() ? core::fail(core::ErrorKind::not_found, "no such blob")
                                          : core::Result<std::string>(found->second);
            },
            [this](const core::Digest& digest, std::string_view bytes) -> core::Result<void> {
              const std::lock_guard lock(mutex);
              blobs[digest.str()] = bytes;
              return {};
            }};
  }

  std::mutex mutex;
  std::map<std::string, std::string> blobs;
};

}  // namespace

TEST_CASE_FIXTURE(Fixture, "agent: what was saved is restored into an empty mount") {
  put(folder / "mount", "a/file", noise(5'000, 1));
  const auto before = description(*tree_at(folder / "mount"));
  const auto saved = save();
  CHECK(saved.outcome == Outcome::saved);
  CHECK(saved.entries == 3);
  CHECK(saved.content == 5'000);
  empty_mount();
  const auto restored = restore(saved.index);
  CHECK(restored.message.empty());
  CHECK(restored.outcome == Outcome::restored);
  CHECK(description(*tree_at(folder / "mount")) == before);
  CHECK_FALSE(has(".buildcache-restoring"));
}

TEST_CASE_FIXTURE(Fixture,
                  "agent: after a restore a save reads nothing and finds nothing changed") {
  put(folder / "mount", "file", noise(5'000, 1));
  const auto saved = save();
  empty_mount();
  REQUIRE(state->remove_all(""));
  REQUIRE(restore(saved.index).outcome == Outcome::restored);
  mounts::AgentMount mount;
  mount.index = saved.index;
  const auto again = save(mount);
  CHECK(again.outcome == Outcome::unchanged);
  CHECK(again.read == 0);
}

TEST_CASE_FIXTURE(Fixture, "agent: packs come from a repository in reach and go there") {
  Repository repository;
  std::string asked;
  reach = [&](const std::string& path) {
    asked = path;
    return std::optional(repository.transfer());
  };
  put(folder / "mount", "file", noise(5'000, 1));
  mounts::AgentMount mount;
  mount.repository = "acme/cache";
  const auto saved = save(mount);
  CHECK(saved.outcome == Outcome::saved);
  CHECK(saved.direct);
  CHECK(asked == "acme/cache");
  CHECK(repository.blobs.size() == 1);
  CHECK(output->list("")->size() == 1);  // the index goes through the client
  empty_mount();
  const auto restored = restore(saved.index, false, "acme/cache");
  CHECK(restored.outcome == Outcome::restored);
  CHECK(restored.direct);
  CHECK(has("file"));
}

TEST_CASE_FIXTURE(Fixture, "agent: a repository out of reach is told, and nothing is touched") {
  put(folder / "mount", "file", noise(5'000, 1));
  reach = [](const std::string&) { return std::nullopt; };
  mounts::AgentMount mount;
  mount.repository = "acme/cache";
  const auto saved = save(mount);
  CHECK(saved.outcome == Outcome::saved);
  CHECK_FALSE(saved.direct);
  CHECK(output->list("")->size() == 2);
  empty_mount();
  CHECK(restore(saved.index, false, "acme/cache").outcome == Outcome::unreachable);
  put(folder / "mount", "mine", "new");
  CHECK(restore(saved.index, false, "acme/cache").outcome == Outcome::kept);
  empty_mount();
  CHECK(tree_at(folder / "mount")->list("")->empty());
  CHECK(restore(saved.index).outcome == Outcome::restored);
}

TEST_CASE_FIXTURE(Fixture, "agent: a mount with something in it is left as it is") {
  put(folder / "mount", "file", "old");
  const auto saved = save();
  put(folder / "mount", "mine", "new");
  CHECK(restore(saved.index).outcome == Outcome::kept);
  CHECK(has("mine"));
  SUBCASE("but not what an image gave a mount that is new on this builder") {
    REQUIRE(state->remove_all(""));
    CHECK(restore(saved.index, true).outcome == Outcome::restored);
    CHECK_FALSE(has("mine"));
  }
}

TEST_CASE_FIXTURE(Fixture,
                  "agent: with nothing to restore, half a mount goes and a whole one stays") {
  put(folder / "mount", "half", "of it");
  CHECK(restore(std::nullopt).outcome == Outcome::empty);
  CHECK(has("half"));
  put(folder / "mount", ".buildcache-restoring", "");
  CHECK(restore(std::nullopt).outcome == Outcome::empty);
  CHECK(tree_at(folder / "mount")->list("")->empty());
}

TEST_CASE_FIXTURE(Fixture, "agent: a restore that was killed is begun anew, and never saved") {
  put(folder / "mount", "file", "content");
  const auto saved = save();
  put(folder / "mount", ".buildcache-restoring", "");
  put(folder / "mount", "half", "of it");
  CHECK(save().outcome == Outcome::unfinished);
  CHECK(restore(saved.index).outcome == Outcome::restored);
  CHECK_FALSE(has("half"));
}

TEST_CASE_FIXTURE(Fixture, "agent: what cannot be restored leaves an empty mount") {
  put(folder / "mount", "file", noise(5'000, 1));
  const auto saved = save();
  empty_mount();
  const auto blobs = output->list("");
  for (const auto& [name, status] : *blobs) {
    if (name != saved.index->hex()) {
      put(folder / "output", name, noise(status.size, 9));
    }
  }
  const auto failed = restore(saved.index);
  CHECK(failed.outcome == Outcome::failed);
  CHECK_FALSE(failed.message.empty());
  CHECK(tree_at(folder / "mount")->list("")->empty());
}

TEST_CASE_FIXTURE(Fixture, "agent: an empty or much smaller mount replaces nothing") {
  CHECK(save().outcome == Outcome::empty);
  put(folder / "mount", "large", noise(4'000'000, 1));
  put(folder / "mount", "small", "x");
  const auto saved = save();
  REQUIRE(restore(saved.index).outcome == Outcome::kept);
  mounts::AgentMount mount;
  mount.index = saved.index;
  REQUIRE(::unlink((folder / "mount/large").c_str()) == 0);
  CHECK(save(mount).outcome == Outcome::smaller);
  mount.allow_smaller = true;
  CHECK(save(mount).outcome == Outcome::saved);
}

TEST_CASE_FIXTURE(Fixture, "agent: limits, excludes, and packs that are not to be relied on") {
  put(folder / "mount", "file", noise(100'000, 1));
  mounts::AgentMount mount;
  mount.max_bytes = 99'999;
  CHECK(save(mount).outcome == Outcome::too_large);
  mount.max_bytes = 100'000;
  mount.exclude = {"fil*"};
  put(folder / "mount", "other", "x");
  const auto saved = save(mount);
  CHECK(saved.entries == 2);
  CHECK(saved.left_out == 1);
  mount.exclude = {};
  mount.max_bytes = 0;
  REQUIRE(save(mount).stored > 100'000);
  CHECK(save(mount).stored == 0);
  mount.fresh = true;
  CHECK(save(mount).stored > 100'000);
}

TEST_CASE_FIXTURE(Fixture, "agent: packs made afresh take no broken one's place, and restore") {
  put(folder / "mount", "file", noise(100'000, 1));
  const auto first = save();
  REQUIRE(first.outcome == Outcome::saved);
  mounts::AgentMount mount;
  mount.fresh = true;
  const auto second = save(mount);
  CHECK(second.outcome == Outcome::saved);
  CHECK(second.index != first.index);
  const auto before = description(*tree_at(folder / "mount"));
  empty_mount();
  CHECK(restore(second.index).outcome == Outcome::restored);
  CHECK(description(*tree_at(folder / "mount")) == before);
}

TEST_CASE_FIXTURE(Fixture, "agent: a state that is garbled costs a reading, nothing else") {
  put(folder / "mount", "file", noise(1'000, 1));
  REQUIRE(save().outcome == Outcome::saved);
  put(folder / "state", "one", "garbage");
  const auto again = save();
  CHECK(again.outcome == Outcome::saved);
  CHECK(again.read == 1'000);
}

TEST_CASE("agent: requests and reports come back as they were") {
  mounts::AgentMount mount{"/mounts/0", "s", core::Digest::of("x"), {"*.tmp"}, 5, true, true, true};
  const auto request =
      mounts::decode_request(mounts::encode_request({mounts::AgentAction::save, {mount}}));
  REQUIRE(request);
  CHECK(request->action == mounts::AgentAction::save);
  REQUIRE(request->mounts.size() == 1);
  CHECK(request->mounts[0].index == mount.index);
  CHECK(request->mounts[0].exclude == mount.exclude);
  CHECK(request->mounts[0].max_bytes == 5);
  CHECK((request->mounts[0].allow_smaller && request->mounts[0].based && request->mounts[0].fresh));
  mounts::AgentReport report;
  report.outcome = Outcome::too_large;
  report.message = "bad \xff bytes";
  report.took = std::chrono::milliseconds(7);
  const auto reports = mounts::decode_reports(mounts::encode_reports({report}));
  REQUIRE(reports);
  CHECK((*reports)[0].outcome == Outcome::too_large);
  CHECK((*reports)[0].took == report.took);
  CHECK_FALSE((*reports)[0].index);
  CHECK_FALSE(mounts::decode_reports("[{}]"));
  CHECK_FALSE(mounts::decode_request("nonsense"));
}
