// What a vertex's name tells: "[linux/arm64 builder 2/3] RUN make".
#pragma once

#include <string>
#include <string_view>

namespace buildcache::docker {

enum class VertexKind {
  step,          // an instruction of the Dockerfile that makes something: RUN, COPY, ADD, WORKDIR
  base,          // FROM: an image is resolved, nothing runs
  import,        // importing cache manifest from …
  cache_export,  // exporting cache to …
  image_export,  // exporting to image …, pushing … with docker
  internal,      // everything else
};

struct VertexName {
  VertexKind kind = VertexKind::internal;
  std::string stage;   // step, base: "builder"; empty when the name tells none
  std::string import;  // import: the reference as BuildKit names it
};

// Names are BuildKit's (frontend/dockerfile/dockerfile2llb, solver/llbsolver); the numbers "2/3"
// alone tell a step of the Dockerfile from the rest.
VertexName read_vertex_name(std::string_view name);

}  // namespace buildcache::docker
