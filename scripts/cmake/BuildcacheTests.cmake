# Test, fuzz and benchmark executables, registered in ctest under a label.

function(buildcache_test_executable target)
  cmake_parse_arguments(arg "" "" "SOURCES;DEPS;LIBS" ${ARGN})
  if(arg_UNPARSED_ARGUMENTS OR NOT arg_SOURCES)
    message(FATAL_ERROR "${target}: unknown '${arg_UNPARSED_ARGUMENTS}', or SOURCES are missing")
  endif()
  add_executable(${target} ${arg_SOURCES})
  target_include_directories(${target} PRIVATE "${PROJECT_SOURCE_DIR}/tests")
  target_compile_definitions(${target} PRIVATE
    BUILDCACHE_GOLDEN_DIR="${PROJECT_SOURCE_DIR}/tests/golden")
  target_link_libraries(${target} PRIVATE buildcache_settings buildcache_warnings)
  buildcache_link(${target} PRIVATE MODULES ${arg_DEPS} LIBS ${arg_LIBS})
endfunction()

# buildcache_unit_tests(<module> SOURCES <file>... [DEPS <module>...] [LIBS <library>...]
#                       [LABEL <label>])
# Makes <label>_<module> (label: unit) from doctest files, linked with the module, DEPS and
# tests/support. BUILDCACHE_GOLDEN_DIR is the path of tests/golden.
function(buildcache_unit_tests module)
  cmake_parse_arguments(arg "" "LABEL" "SOURCES;DEPS;LIBS" ${ARGN})
  if(NOT arg_LABEL)
    set(arg_LABEL unit)
  endif()
  set(target ${arg_LABEL}_${module})
  buildcache_test_executable(${target}
    SOURCES ${arg_SOURCES} DEPS ${module} ${arg_DEPS} LIBS doctest ${arg_LIBS}
    ${arg_UNPARSED_ARGUMENTS})
  target_link_libraries(${target} PRIVATE buildcache_test_support)
  add_test(NAME ${target} COMMAND ${target} --no-version)
  set_tests_properties(${target} PROPERTIES LABELS ${arg_LABEL} TIMEOUT 300)
endfunction()

# buildcache_golden_tests(<module> SOURCES ... ): the same as <golden>_<module>, label golden.
function(buildcache_golden_tests module)
  buildcache_unit_tests(${module} ${ARGN} LABEL golden)
endfunction()

# buildcache_fuzz_target(<name> SOURCES <file>... [DEPS <module>...] [LIBS <library>...])
# The sources define LLVMFuzzerTestOneInput. With BUILDCACHE_FUZZ: fuzz_<name>; otherwise
# replay_<name>, which feeds every file of tests/fuzz/corpus/<name> to it and fails on an empty
# corpus. Both are tests with the label fuzz.
function(buildcache_fuzz_target name)
  set(corpus "${PROJECT_SOURCE_DIR}/tests/fuzz/corpus/${name}")
  if(BUILDCACHE_FUZZ)
    set(target fuzz_${name})
    buildcache_test_executable(${target} ${ARGN})
    target_link_options(${target} PRIVATE -fsanitize=fuzzer)
    add_test(NAME ${target} COMMAND ${target} -runs=0 "${corpus}")
  else()
    set(target replay_${name})
    buildcache_test_executable(${target} ${ARGN})
    target_sources(${target} PRIVATE "${PROJECT_SOURCE_DIR}/tests/fuzz/replay_main.cpp")
    add_test(NAME ${target} COMMAND ${target} "${corpus}")
  endif()
  set_tests_properties(${target} PROPERTIES LABELS fuzz TIMEOUT 300)
endfunction()

# buildcache_bench(<name> SOURCES <file>... [DEPS <module>...] [LIBS <library>...])
# Makes bench_<name>: run by hand from the release preset, never by ctest.
function(buildcache_bench name)
  buildcache_test_executable(bench_${name} ${ARGN})
endfunction()
