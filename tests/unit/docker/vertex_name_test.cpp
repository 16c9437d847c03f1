#include "docker/vertex_name.hpp"

#include <doctest/doctest.h>

namespace buildcache::docker {
namespace {

void check(const char* text, VertexKind kind, const char* stage = "") {
  CAPTURE(text);
  const VertexName name = read_vertex_name(text);
  CHECK(name.kind == kind);
  CHECK(name.stage == stage);
}

TEST_CASE("vertex name: steps tell their stage, with and without a platform") {
  check("[builder 2/3] RUN make", VertexKind::step, "builder");
  check("[2/4] COPY . .", VertexKind::step);
  check("[stage-1 10/12] WORKDIR /x", VertexKind::step, "stage-1");
  check("[linux/arm64 builder 2/3] RUN make", VertexKind::step, "builder");
  check("[linux/amd64->arm64 builder 2/3] RUN make", VertexKind::step, "builder");
  check("[linux/arm/v7 2/3] RUN make", VertexKind::step);
}

TEST_CASE("vertex name: FROM is no step that runs") {
  check("[builder 1/3] FROM docker.io/library/alpine:3", VertexKind::base, "builder");
}

TEST_CASE("vertex name: the rest is internal, exporting or importing") {
  check("[internal] load build context", VertexKind::internal);
  check("[linux/amd64 internal] load metadata for alpine", VertexKind::internal);
  check("[auth] acme/api:pull token for ghcr.io", VertexKind::internal);
  check("docker-image://docker.io/docker/dockerfile:1", VertexKind::internal);
  check("exporting to image", VertexKind::image_export);
  check("exporting to docker image format", VertexKind::image_export);
  check("pushing ghcr.io/a/b:1 with docker", VertexKind::image_export);
  check("exporting cache to registry", VertexKind::cache_export);
  check("exporting cache to client directory", VertexKind::cache_export);
  check("exporting to GitHub Actions Cache", VertexKind::cache_export);
}

TEST_CASE("vertex name: an import names its reference") {
  const auto name = read_vertex_name("importing cache manifest from ghcr.io/a/b:c");
  CHECK(name.kind == VertexKind::import);
  CHECK(name.import == "ghcr.io/a/b:c");
}

TEST_CASE("vertex name: hostile names are internal") {
  for (const char* text :
       {"", "[", "[]", "[] x", "[ 1/ ] x", "[1/2]", "[/] x", "[1/2", "[a/1] x"}) {
    check(text, VertexKind::internal);
  }
}

}  // namespace
}  // namespace buildcache::docker
