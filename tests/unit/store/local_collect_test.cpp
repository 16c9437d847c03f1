#include "store/local_collect.hpp"

#include "store/local_blobs.hpp"
#include "store/local_layout.hpp"
#include "support/temporary_folder.hpp"
#include "sys/posix_files.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace buildcache;

namespace {

// On the real file system: symbolic links are half of the layout.
struct Fixture {
  [[nodiscard]] store::Location location() const {
    store::Location location;
    location.kind = config::StoreKind::local;
    location.directory = folder / "store";
    return location;
  }

  // Publishes an image of these blobs, the first of which is its config.
  core::Digest publish(const std::string& tag,
                       const std::vector<std::string>& blobs,
                       const std::string& annotations = "{}") {
    std::string layers;
    for (const std::string& blob : blobs) {
      const core::Digest digest = core::Digest::of(blob);
      REQUIRE(store.put(location(), digest, blob));
      layers += (layers.empty() ? "" : ",") + (R"({"digest":")" + digest.str() + R"("})");
    }
    const std::string config = layers.substr(0, layers.find('}') + 1);
    const std::string rest = layers.substr(std::min(layers.size(), config.size() + 1));
    const std::string manifest = R"({"mediaType":"m","config":)" + config + R"(,"layers":[)" +
                                 rest + R"(],"annotations":)" + annotations + "}";
    REQUIRE(store.put_manifest({location(), tag, {}}, manifest));
    return core::Digest::of(manifest);
  }

  [[nodiscard]] bool has(const std::string& blob) const { return has(core::Digest::of(blob)); }
  [[nodiscard]] bool has(const core::Digest& digest) const {
    return sys::PosixFiles().exists(store::blob_path(location().directory, digest));
  }

  sys_test::TemporaryFolder folder;
  sys::PosixFiles files;
  store::LocalBlobs store{files};
};

}  // namespace

TEST_CASE_FIXTURE(Fixture, "forget: what other manifests name stays") {
  const core::Digest old = publish("a", {"config", "shared", "old"});
  const core::Digest now = publish("a", {"config", "shared", "new"});
  publish("b", {"config", "other"});
  CHECK(store.forget(location(), old) == true);
  CHECK_FALSE(has(old));
  CHECK_FALSE(has("old"));
  for (const char* blob : {"config", "shared", "new", "other"}) {
    CAPTURE(std::string(blob));
    CHECK(has(blob));
  }
  CHECK(has(now));
  CHECK(store.forget(location(), old) == false);
}

TEST_CASE_FIXTURE(Fixture, "forget: a manifest that a tag names stays whole") {
  const core::Digest now = publish("a", {"config", "layer"});
  CHECK(store.forget(location(), now) == false);
  CHECK(has("layer"));
}

TEST_CASE_FIXTURE(Fixture, "forget: the generation before the one a tag names stays whole") {
  const core::Digest oldest = publish("a", {"config", "shared", "oldest"});
  const core::Digest old = publish("a", {"config", "shared", "old"});
  publish("a", {"config", "new"}, R"({"parent":")" + old.str() + R"(","words":"of no digest"})");
  CHECK(store.forget(location(), oldest) == true);
  CHECK_FALSE(has("oldest"));
  CHECK(has(old));
  CHECK(has("old"));
  CHECK(has("shared"));
  CHECK(store.forget(location(), old) == false);
}

TEST_CASE_FIXTURE(Fixture, "forget: nothing goes while a tag cannot be read") {
  const core::Digest old = publish("a", {"config", "old"});
  publish("a", {"config", "new"});
  SUBCASE("its index is broken") {
    REQUIRE(files.make_directories(folder / "store/tags/b", 0755));
    REQUIRE(files.write(folder / "store/tags/b/index.json", "{", 0644));
  }
  SUBCASE("its manifest is broken") {
    const core::Digest broken = publish("b", {"config"});
    REQUIRE(files.write(store::blob_path(location().directory, broken), "{", 0644));
  }
  CHECK_FALSE(store.forget(location(), old).has_value());
  CHECK(has("old"));
}

TEST_CASE_FIXTURE(Fixture, "remove a tag: with what only it names") {
  publish("a", {"config", "a"});
  publish("b", {"config", "b"});
  CHECK(store.remove_tag({location(), "a", {}}) == true);
  CHECK_FALSE(has("a"));
  CHECK(has("b"));
  CHECK(has("config"));
  CHECK(store.find_manifest({location(), "a", {}}).value() == std::nullopt);
  CHECK(store.remove_tag({location(), "a", {}}) == false);
}
