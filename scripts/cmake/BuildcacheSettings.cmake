# Our own compiler settings and warnings, kept off third-party code.
#
# buildcache_settings  language, include roots, sanitizers; public to every module
# buildcache_warnings  warnings, as errors unless BUILDCACHE_WERROR is off; private

add_library(buildcache_settings INTERFACE)
target_compile_features(buildcache_settings INTERFACE cxx_std_20)
target_include_directories(buildcache_settings INTERFACE
  "${PROJECT_SOURCE_DIR}/src" "${PROJECT_BINARY_DIR}/generated")

if(BUILDCACHE_SANITIZE)
  # Neither optimised nor with more than the line numbers that traces show: six sources took 20 s of
  # CPU so, 45 s with -O1 -g.
  target_compile_options(buildcache_settings INTERFACE
    -g1 -fno-omit-frame-pointer -fsanitize=${BUILDCACHE_SANITIZE} -fno-sanitize-recover=all)
  target_link_options(buildcache_settings INTERFACE -fsanitize=${BUILDCACHE_SANITIZE})
  # g++ warns of its own instrumentation there (gcc.gnu.org/bugzilla, 105562).
  target_compile_options(buildcache_settings INTERFACE
    $<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized>)
endif()

if(BUILDCACHE_FUZZ)
  # What a fuzzer tries in its time counts more than compiling it.
  target_compile_options(buildcache_settings INTERFACE -O1 -fsanitize=fuzzer-no-link)
endif()

add_library(buildcache_warnings INTERFACE)
target_compile_options(buildcache_warnings INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wold-style-cast -Wnon-virtual-dtor
  -Woverloaded-virtual
  # clang counts sign conversions among -Wconversion, g++ does not: both mean the same set here.
  $<$<CXX_COMPILER_ID:Clang>:-Wno-sign-conversion>
  $<$<BOOL:${BUILDCACHE_WERROR}>:-Werror>)
if(NOT BUILDCACHE_SANITIZE)
  # Under a sanitizer g++ warns of the library's own code.
  target_compile_options(buildcache_warnings INTERFACE -Wnull-dereference)
endif()

# yaml-cpp has no version that code could ask for.
find_package(PkgConfig QUIET)
if(PkgConfig_FOUND)
  pkg_check_modules(BUILDCACHE_YAML_CPP QUIET yaml-cpp)
endif()

set(CMAKE_CXX_EXTENSIONS OFF)
configure_file("${PROJECT_SOURCE_DIR}/src/core/version.hpp.in"
               "${PROJECT_BINARY_DIR}/generated/core/version.hpp" @ONLY)
