# Third-party libraries as bc::<name>, always the static archives, alike in every preset.
#
# From distribution packages: yaml-cpp json cxxopts expected doctest openssl crypto cares nghttp2
# zlib zstd http-parser. Built from pinned sources by scripts/deps: git2 curl fmt.

find_package(Threads REQUIRED)

execute_process(
  COMMAND "${PROJECT_SOURCE_DIR}/scripts/deps"
  OUTPUT_VARIABLE BUILDCACHE_DEPS_PREFIX OUTPUT_STRIP_TRAILING_WHITESPACE
  RESULT_VARIABLE _deps_result)
if(NOT _deps_result EQUAL 0)
  message(FATAL_ERROR "scripts/deps failed; its message is above")
endif()
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/scripts/deps")

# buildcache_static_library(<name> ARCHIVE <file> [INCLUDE <folder>] [LINKS <target>...])
# Makes bc::<name> from an archive of the system or of scripts/deps.
function(buildcache_static_library name)
  cmake_parse_arguments(arg "" "ARCHIVE;INCLUDE" "LINKS" ${ARGN})
  if(IS_ABSOLUTE "${arg_ARCHIVE}")
    set(archive "${arg_ARCHIVE}")
  else()
    find_library(BUILDCACHE_ARCHIVE_${name} NAMES ${arg_ARCHIVE})
    set(archive "${BUILDCACHE_ARCHIVE_${name}}")
  endif()
  if(NOT EXISTS "${archive}")
    message(FATAL_ERROR "${arg_ARCHIVE} not found; run scripts/packages")
  endif()
  add_library(bc::${name} STATIC IMPORTED GLOBAL)
  set_target_properties(bc::${name} PROPERTIES IMPORTED_LOCATION "${archive}")
  target_link_libraries(bc::${name} INTERFACE ${arg_LINKS})
  if(arg_INCLUDE)
    target_include_directories(bc::${name} SYSTEM INTERFACE "${arg_INCLUDE}")
  endif()
endfunction()

# buildcache_header_library(<name> <header>)
# Makes bc::<name> for a library of headers alone, found on the compiler's own path.
function(buildcache_header_library name header)
  find_path(BUILDCACHE_HEADER_${name} NAMES ${header})
  if(NOT BUILDCACHE_HEADER_${name})
    message(FATAL_ERROR "${header} not found; run scripts/packages")
  endif()
  add_library(bc::${name} INTERFACE IMPORTED GLOBAL)
endfunction()

buildcache_header_library(json nlohmann/json.hpp)
buildcache_header_library(cxxopts cxxopts.hpp)
buildcache_header_library(expected tl/expected.hpp)
buildcache_header_library(doctest doctest/doctest.h)

buildcache_static_library(yaml-cpp ARCHIVE libyaml-cpp.a)
buildcache_static_library(zlib ARCHIVE libz.a)
buildcache_static_library(zstd ARCHIVE libzstd.a)
buildcache_static_library(crypto ARCHIVE libcrypto.a LINKS Threads::Threads ${CMAKE_DL_LIBS})
buildcache_static_library(openssl ARCHIVE libssl.a LINKS bc::crypto)
buildcache_static_library(cares ARCHIVE libcares.a)
buildcache_static_library(nghttp2 ARCHIVE libnghttp2.a)
buildcache_static_library(http-parser ARCHIVE libhttp_parser.a)

set(_prefix "${BUILDCACHE_DEPS_PREFIX}")
buildcache_static_library(git2 ARCHIVE "${_prefix}/lib/libgit2.a" INCLUDE "${_prefix}/include"
  LINKS bc::http-parser bc::zlib Threads::Threads)
buildcache_static_library(curl ARCHIVE "${_prefix}/lib/libcurl.a" INCLUDE "${_prefix}/include"
  LINKS bc::nghttp2 bc::cares bc::openssl bc::zlib Threads::Threads)
target_compile_definitions(bc::curl INTERFACE CURL_STATICLIB)
buildcache_static_library(fmt ARCHIVE "${_prefix}/lib/libfmt.a" INCLUDE "${_prefix}/include")
