#include "mounts/generation.hpp"

#include "mounts/agent_build.hpp"
#include "mounts/mount_flag.hpp"

#include <doctest/doctest.h>

using namespace buildcache;

namespace {

dockerfile::CacheMount mount_of(const std::string& id) {
  dockerfile::CacheMount mount;
  mount.identity.id = id;
  return mount;
}

std::string flag_of(const dockerfile::CacheMount& mount) {
  const auto flag = mounts::mount_flag(mount, "/mounts/0");
  return flag ? *flag : "error: " + flag.error().message;
}

}  // namespace

TEST_CASE("generation: the manifest says what it is, and is read again") {
  mounts::Index index;
  index.packs = {{core::Digest::of("pack"), 40, {}, {}}};
  index.entries = {{"", mounts::EntryKind::directory}, {"file", mounts::EntryKind::file}};
  index.entries[1].size = 7;
  const core::Digest parent = core::Digest::of("before");
  const auto read = mounts::read_generation(
      mounts::manifest_of(index, "index", {"/root/.cargo\n", "app--m-1", parent}));
  REQUIRE(read);
  CHECK(read->index == core::Digest::of("index"));
  CHECK(read->index_bytes == 5);
  CHECK(read->pack_bytes == 40);
  CHECK(read->content == 7);
  CHECK(read->entries == 2);
  CHECK(read->identity == "/root/.cargo\\x0a");
  CHECK(read->parent == parent);
}

TEST_CASE("generation: what is none is refused") {
  const std::string good = mounts::manifest_of({}, "index", {"x", "tag"});
  CHECK(mounts::read_generation(good));
  const std::vector<std::pair<std::string, std::string>> changes = {
      {R"("buildcache.mount":"1")", R"("buildcache.mount":"2")"},
      {R"("layers":[)", R"("layers":[],"x":[)"},
      {R"("size":5)", R"("size":99999999999)"},
      {R"("size":5)", R"("size":"5")"},
      {core::Digest::of("index").str(), "sha256:../../x"}};
  for (const auto& change : changes) {
    CAPTURE(change.first);
    std::string bad = good;
    bad.replace(bad.find(change.first), change.first.size(), change.second);
    CHECK_FALSE(mounts::read_generation(bad));
  }
  CHECK_FALSE(mounts::read_generation("{}"));
  CHECK_FALSE(mounts::read_generation("nonsense"));
}

TEST_CASE("mount flag: everything that makes the identity, quoted where it has to be") {
  CHECK(flag_of(mount_of("/x")) == R"(--mount="type=cache,sharing=locked,target=/mounts/0,id=/x")");
  dockerfile::CacheMount mount = mount_of("a, b");
  mount.identity.uid = 7;
  mount.identity.gid = 8;
  mount.identity.mode = 0750;
  mount.identity.from = "alpine";
  CHECK(
      flag_of(mount) ==
      R"(--mount="type=cache,sharing=locked,target=/mounts/0,\"id=a, b\",from=alpine,uid=7,gid=8,mode=750")");
}

TEST_CASE("mount flag: what could mean something else is refused") {
  for (const char* id : {"a\"b", "a'b", "a\\b", "$A", "a\nRUN x", "`"}) {
    CAPTURE(std::string(id));
    CHECK(flag_of(mount_of(id)).starts_with("error: "));
  }
}

TEST_CASE("agent build: one RUN holds all mounts, with no network") {
  const std::string text =
      mounts::agent_dockerfile({"--mount=one", "--mount=two"}, mounts::Network::none);
  CHECK(text.find("RUN --network=none") != std::string::npos);
  CHECK(text.find("  --mount=one \\\n  --mount=two \\\n") != std::string::npos);
  CHECK(text.find(R"(["/in/buildcache", "mounts", "agent"])") != std::string::npos);
}
