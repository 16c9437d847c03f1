// The words are those of BuildKit as recorded with both engines (tests/golden/docker/progress holds
// whole streams).
#include "docker/failure.hpp"

#include <doctest/doctest.h>

namespace buildcache::docker {
namespace {

constexpr const char* kGone =
    "failed to copy: httpReadSeeker: failed open: could not fetch content descriptor sha256:92ba "
    "(application/vnd.oci.image.layer.v1.tar+gzip) from remote: not found";

Step failing(const std::string& name, const std::string& error) {
  Step step;
  step.digest = name;
  step.name = name;
  step.started = true;
  step.completed = true;
  step.error = error;
  return step;
}

const ImportOutcome kFirst{"ghcr.io/a/cache:one", true, "", {}};
const ImportOutcome kSecond{"ghcr.io/a/cache:two", true, "", {}};
const ImportOutcome kMissing{"ghcr.io/a/cache:three", false, "not found", {}};

Failure failure_of(const std::string& name, const std::string& error) {
  return judge({1, {failing(name, error)}, {kFirst}, {}}).failure;
}

Failure failure_of_line(const std::string& line) {
  return judge({1, {}, {kFirst}, {line}}).failure;
}

TEST_CASE("failure: a build that ended well has none") {
  CHECK(judge({0, {}, {kFirst, kMissing}, {"WARNING: x"}}).failure == Failure::none);
}

TEST_CASE("failure: an instruction that ran is the user's, whatever its text says") {
  const std::string ran = " did not complete successfully: exit code: 3";
  CHECK(failure_of("[2/2] RUN x", "process \"/bin/sh -c x\"" + ran) == Failure::user_step);
  CHECK(failure_of("[2/2] RUN x", std::string(kGone) + ran) == Failure::user_step);
  CHECK(failure_of_line("ERROR: failed to solve: " + std::string(kGone) + ran) ==
        Failure::user_step);
}

TEST_CASE("failure: an instruction's failure wins over a cache's, so that nothing is run again") {
  const auto verdict =
      judge({1,
             {failing("[2/3] COPY a b", kGone),
              failing("[b 2/2] RUN x", "process \"x\" did not complete successfully")},
             {kFirst},
             {}});
  CHECK(verdict.failure == Failure::user_step);
  CHECK(verdict.message == "process \"x\" did not complete successfully");
}

TEST_CASE("failure: a layer that cannot be read is the cache's, when one was imported") {
  for (const char* error :
       {kGone,
        "failed to copy: httpReadSeeker: failed open: unexpected status code x: 500 Server",
        "failed to copy: read tcp 127.0.0.1:1->127.0.0.1:2: read: connection reset by peer",
        "failed commit on ref \"layer-sha256:95\": commit failed: unexpected commit digest",
        "NotFound: rpc error: code = NotFound desc = content sha256:d6: not found"}) {
    CAPTURE(error);
    CHECK(failure_of("[3/4] COPY input /input", error) == Failure::import);
    CHECK(failure_of("exporting to image", error) == Failure::import);
    CHECK(judge({1, {failing("[3/4] COPY x y", error)}, {kMissing}, {}}).failure ==
          Failure::user_step);
  }
  CHECK(failure_of("exporting to image", "failed to push r/i:1: " + std::string(kGone)) ==
        Failure::import);
}

TEST_CASE("failure: the cache to blame is named only when it is the only one") {
  const Step step = failing("[3/4] COPY x y", kGone);
  CHECK(judge({1, {step}, {kFirst, kMissing}, {}}).failed_import == kFirst.ref);
  CHECK(judge({1, {step}, {kFirst, kSecond}, {}}).failed_import.empty());
}

TEST_CASE("failure: file names of the user's cannot look like a missing layer") {
  CHECK(failure_of("[3/4] COPY x y",
                   "failed to calculate checksum of ref a::b: \"/failed to copy: x\": not found") ==
        Failure::user_step);
}

TEST_CASE("failure: a push that is refused is a login, any other one a push") {
  CHECK(failure_of("exporting to image",
                   "failed to push r/i:1: unexpected status from HEAD request to "
                   "http://r/v2/i/blobs/sha256:6f: 401 Unauthorized") == Failure::login);
  CHECK(failure_of("exporting to image",
                   "failed to push r/i:1: unexpected status from POST request to "
                   "http://r/v2/i/blobs/uploads/: 405 Method Not Allowed") == Failure::push);
  CHECK(failure_of("pushing r/i:1 with docker", "denied: quota exceeded") == Failure::push);
  CHECK(
      failure_of("exporting to image",
                 "failed to push docker.io/a/b:1: push access denied, repository does not exist or "
                 "may require authorization: server message: insufficient_scope: authorization "
                 "failed") == Failure::login);
}

TEST_CASE(
    "failure: a base image that may not be pulled is a login, a missing one the Dockerfile's") {
  CHECK(failure_of("[internal] load metadata for r/base:1",
                   "unexpected status from HEAD request to http://r/v2/base/manifests/1: 401 "
                   "Unauthorized") == Failure::login);
  CHECK(failure_of("[internal] load metadata for r/none:1", "r/none:1: not found") ==
        Failure::user_step);
}

TEST_CASE("failure: a cache export that failed is told even when the build ended well") {
  const auto verdict =
      judge({0, {failing("exporting cache to registry", "error writing layer blob: x")}, {}, {}});
  CHECK(verdict.failure == Failure::export_);
  CHECK(verdict.message == "error writing layer blob: x");
  CHECK(failure_of("exporting cache to registry", "401 Unauthorized") == Failure::export_);
}

TEST_CASE("failure: an import that failed is no failure of the build") {
  const auto verdict =
      judge({1,
             {failing("importing cache manifest from r/c:1", "not found"),
              failing("[2/2] RUN x", "process \"x\" did not complete successfully")},
             {kMissing},
             {}});
  CHECK(verdict.failure == Failure::user_step);
}

TEST_CASE("failure: steps given up because another one failed are not to blame") {
  const auto verdict = judge({1,
                              {failing("[a 2/2] RUN y", "context canceled"),
                               failing("exporting to image", "failed to push r/i:1: x")},
                              {},
                              {}});
  CHECK(verdict.failure == Failure::push);
}

TEST_CASE("failure: without a vertex buildx's own last error decides") {
  CHECK(
      failure_of_line("ERROR: Cannot connect to the Docker daemon at unix:///x. Is it running?") ==
      Failure::engine);
  CHECK(failure_of_line("unknown flag: --nonsense") == Failure::engine);
  CHECK(failure_of_line("ERROR: failed to receive status: rpc error: code = Unavailable desc = "
                        "error reading from server: EOF") == Failure::engine);
  CHECK(failure_of_line("ERROR: unable to prepare context: path \"x\" not found") ==
        Failure::user_step);
  const auto verdict =
      judge({1,
             {},
             {},
             {"input:1",
              "ERROR: failed to build: failed to solve: dockerfile parse error on line 1",
              "x"}});
  CHECK(verdict.failure == Failure::user_step);
  CHECK(verdict.message == "dockerfile parse error on line 1");
  CHECK_FALSE(judge({1, {}, {}, {}}).message.empty());
}

}  // namespace
}  // namespace buildcache::docker
