// What a vertex of a solve is for. Plain data.
#pragma once

namespace buildcache::docker {

enum class VertexKind {
  step,          // an instruction of the Dockerfile that makes something: RUN, COPY, ADD, WORKDIR
  base,          // FROM: an image is resolved, nothing runs
  import,        // importing cache manifest from …
  cache_export,  // exporting cache to …
  image_export,  // exporting to image …, pushing … with docker
  internal,      // everything else
};

}  // namespace buildcache::docker
