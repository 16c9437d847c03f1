// What a vertex's name tells: "[linux/arm64 builder 2/3] RUN make".
#pragma once

#include "docker/vertex_kind.hpp"

#include <string>
#include <string_view>

namespace buildcache::docker {

struct VertexName {
  VertexKind kind = VertexKind::internal;
  std::string stage;   // step, base: "builder"; empty when the name tells none
  std::string import;  // import: the reference as BuildKit names it
};

// Names are BuildKit's (frontend/dockerfile/dockerfile2llb, solver/llbsolver); the numbers "2/3"
// alone tell a step of the Dockerfile from the rest.
VertexName read_vertex_name(std::string_view name);

}  // namespace buildcache::docker
