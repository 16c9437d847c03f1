// Any text given as an image reference: what is accepted must print and read back alike.

#include "core/image_ref.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

namespace {

void require(bool holds) {
  if (!holds) {
    std::abort();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace buildcache::core;
  if (size > 4096) {
    return 0;
  }
  const std::string text(data, data + size);
  [[maybe_unused]] const bool loopback = is_loopback_host(text);
  const Result<ImageRef> ref = parse_image_ref(text);
  if (!ref) {
    require(ref.error().kind == ErrorKind::config && !ref.error().message.empty());
    return 0;
  }
  const std::string printed = ref->str();
  require(printed.find_first_of(std::string_view(" \t\r\n\"'\\,;&|<>$`\0", 16)) ==
          std::string::npos);
  const Result<ImageRef> again = parse_image_ref(printed);
  require(again && again->str() == printed && again->repository == ref->repository);
  const Result<Repository> repository = parse_repository(ref->repository.str());
  require(repository && *repository == ref->repository);
  return 0;
}
