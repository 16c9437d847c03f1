#include "mounts/static_program.hpp"

#include <elf.h>

#include <cstddef>
#include <cstring>
#include <optional>

namespace buildcache::mounts {

namespace {

// Returns nullopt when the bytes end before.
template <typename Header>
std::optional<Header> header_at(std::string_view bytes, std::size_t offset) {
  if (offset > bytes.size() || bytes.size() - offset < sizeof(Header)) {
    return std::nullopt;
  }
  Header header{};
  std::memcpy(&header, bytes.data() + offset, sizeof header);
  return header;
}

}  // namespace

bool is_static_program(std::string_view program) {
  const auto file = header_at<Elf64_Ehdr>(program, 0);
  if (!file || !program.starts_with(ELFMAG) || file->e_ident[EI_CLASS] != ELFCLASS64) {
    return false;
  }
  for (std::size_t i = 0; i < file->e_phnum; ++i) {
    const auto segment =
        header_at<Elf64_Phdr>(program, file->e_phoff + i * std::size_t{file->e_phentsize});
    if (!segment || segment->p_type == PT_INTERP) {
      return false;
    }
  }
  return true;
}

}  // namespace buildcache::mounts
