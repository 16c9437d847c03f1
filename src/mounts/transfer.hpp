// How packs and indexes come and go, whatever carries them.
#pragma once

#include "core/digest.hpp"
#include "core/result.hpp"

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

namespace buildcache::mounts {

// Returns a blob's bytes. Not every way of carrying them compares the digest: whoever takes them
// verifies what they hold. Called from several threads.
// Errors: as whatever carries it; the restore then fails.
using FetchBlob = std::function<core::Result<std::string>(const core::Digest&, std::size_t most)>;

// Stores a blob. Called from several threads. An error fails the save.
using StoreBlob = std::function<core::Result<void>(const core::Digest&, std::string_view)>;

// The two ways of one repository, or of one folder.
struct Transfer {
  FetchBlob fetch;
  StoreBlob store;
};

}  // namespace buildcache::mounts
