// Taking out of the local store what nothing names any more.
#pragma once

#include "core/digest.hpp"
#include "core/result.hpp"
#include "store/types.hpp"
#include "sys/files.hpp"

namespace buildcache::store {

// Removes an image manifest and those of its blobs that the manifest of no tag names, nor a
// manifest such a one has an annotation of. A manifest that is named so stays, and nothing is
// removed while any tag cannot be read. Returns whether it was there and is gone. Another process
// that relies on a blob removed here meets it when it publishes. Errors: those of sys::Files,
// bad_response.
core::Result<bool> forget_manifest(sys::Files& files,
                                   const Location& location,
                                   const core::Digest& manifest);

}  // namespace buildcache::store
