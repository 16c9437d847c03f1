#include "store/local_folder.hpp"

#include "core/text.hpp"
#include "registry/read_response.hpp"
#include "store/local_layout.hpp"

namespace buildcache::store {

namespace {

using core::ErrorKind;
using core::Result;

constexpr std::size_t kIndexLimit = 4U << 20U;
constexpr unsigned kDirectoryMode = 0755;
constexpr unsigned kFileMode = 0644;
constexpr std::string_view kLayoutVersion = R"({"imageLayoutVersion":"1.0.0"})";

}  // namespace

Result<std::optional<core::Digest>> digest_of(sys::Files& files, const CacheRef& ref) {
  if (ref.digest) {
    return ref.digest;
  }
  auto index = files.read(layout_of(ref) + "/index.json", kIndexLimit);
  if (!index && index.error().kind == ErrorKind::not_found) {
    return std::nullopt;
  }
  return index ? find_in_index(*index, ref.tag) : tl::unexpected(index.error());
}

Result<std::string> read_blob(sys::Files& files,
                              const Location& location,
                              const core::Digest& digest,
                              std::size_t most) {
  const std::string path = blob_path(location.directory, digest);
  auto bytes = files.read(path, most);
  if (bytes && !digest.matches(*bytes)) {
    return core::fail(ErrorKind::bad_response, core::printable(path) + " does not have its digest");
  }
  return bytes;
}

Result<void> write_blob(sys::Files& files,
                        const Location& location,
                        const core::Digest& digest,
                        std::string_view bytes) {
  return files.write(blob_path(location.directory, digest), bytes, kFileMode);
}

Result<void> make_layout(sys::Files& files, const CacheRef& ref) {
  if (!registry::is_tag(ref.tag)) {  // it becomes a folder's name
    return core::fail(ErrorKind::internal, core::printable(ref.tag) + " is not a tag");
  }
  const std::string layout = layout_of(ref);
  const std::string link = layout + "/blobs";
  for (const std::string& directory : {ref.location.directory + "/blobs/sha256", layout}) {
    if (auto made = files.make_directories(directory, kDirectoryMode); !made) {
      return made;
    }
  }
  if (!files.exists(link)) {
    auto linked = files.make_symlink("../../blobs", link);
    if (!linked && !files.exists(link)) {  // another process may have been quicker
      return linked;
    }
  }
  return files.write(layout + "/oci-layout", kLayoutVersion, kFileMode);
}

Result<void> point_tag(sys::Files& files, const CacheRef& ref, const LocalManifest& manifest) {
  if (auto made = make_layout(files, ref); !made) {
    return made;
  }
  const std::string index = index_of(manifest.media_type, manifest.digest, manifest.size, ref.tag);
  return files.write(layout_of(ref) + "/index.json", index, kFileMode);
}

}  // namespace buildcache::store
