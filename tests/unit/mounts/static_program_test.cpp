#include "mounts/static_program.hpp"

#include <doctest/doctest.h>

#include <elf.h>

#include <cstring>
#include <string>

using namespace buildcache;

namespace {

// A file with one segment.
std::string program(unsigned type, unsigned char elf_class = ELFCLASS64) {
  Elf64_Ehdr file{};
  std::memcpy(file.e_ident, ELFMAG, SELFMAG);
  file.e_ident[EI_CLASS] = elf_class;
  file.e_phoff = sizeof file;
  file.e_phentsize = sizeof(Elf64_Phdr);
  file.e_phnum = 1;
  Elf64_Phdr segment{};
  segment.p_type = type;
  std::string bytes(sizeof file + sizeof segment, '\0');
  std::memcpy(bytes.data(), &file, sizeof file);
  std::memcpy(bytes.data() + sizeof file, &segment, sizeof segment);
  return bytes;
}

}  // namespace

TEST_CASE("static program: one that asks for an interpreter is none") {
  CHECK(mounts::is_static_program(program(PT_LOAD)));
  CHECK_FALSE(mounts::is_static_program(program(PT_INTERP)));
}

TEST_CASE("static program: what is cut off, of 32 bits or no program is none") {
  const std::string good = program(PT_LOAD);
  CHECK_FALSE(mounts::is_static_program(good.substr(0, good.size() - 1)));
  CHECK_FALSE(mounts::is_static_program(good.substr(0, 20)));
  CHECK_FALSE(mounts::is_static_program(""));
  CHECK_FALSE(mounts::is_static_program("#!/bin/sh\n" + std::string(200, ' ')));
  CHECK_FALSE(mounts::is_static_program(program(PT_LOAD, ELFCLASS32)));
}
