// The registry connections of one run: transport wrappers, client and stores, put together.
#pragma once

#include "commands/prepare.hpp"
#include "commands/probe.hpp"
#include "commands/seams.hpp"
#include "store/blobs.hpp"

#include <memory>

namespace buildcache::commands {

// Owns what `store()` refers to. `seams` and `prepared` must outlive it.
class Connections {
 public:
  Connections(const Seams& seams, const Prepared& prepared, Verbosity verbosity);
  Connections(const Connections&) = delete;
  Connections& operator=(const Connections&) = delete;
  ~Connections();

  [[nodiscard]] store::Store& store();
  [[nodiscard]] store::Blobs& blobs();

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace buildcache::commands
