# weft_module(api SOURCES a.c b.c USES weft_base PkgConfig::YAML): a folder as a static library weft_<name>.
# USES says what it may reach; scripts/check-boundaries proves it.
function(weft_module name)
  cmake_parse_arguments(ARG "" "" "SOURCES;USES" ${ARGN})
  add_library(weft_${name} STATIC ${ARG_SOURCES})
  target_link_libraries(weft_${name} PUBLIC weft_flags ${ARG_USES})
endfunction()

# weft_timeout(test_rotation 12): a test that usually takes 12 s (2 when not given) and is stopped when it hangs.  The limit is for
# sanitizers on a busy machine; ctest begins with what takes longest.
function(weft_timeout name)
  set(cost 2)
  if(ARGN)
    set(cost ${ARGV1})
  endif()
  math(EXPR limit "60 + 15 * ${cost}")
  set_tests_properties(${name} PROPERTIES COST ${cost} TIMEOUT ${limit})
endfunction()

# weft_test(test_rotation USES weft_pki): one cmocka program tests/unit/<module>/test_rotation.c, one ctest entry.
function(weft_test name)
  cmake_parse_arguments(ARG "" "" "SOURCES;USES" ${ARGN})
  if(NOT ARG_SOURCES)
    set(ARG_SOURCES ${name}.c)
  endif()
  add_executable(${name} ${ARG_SOURCES})
  target_link_libraries(${name} PRIVATE weft_flags ${ARG_USES} PkgConfig::CMOCKA)
  add_test(NAME ${name} COMMAND ${name})
  weft_timeout(${name})
endfunction()

# weft_fuzz(fuzz_yaml USES weft_base): tests/fuzz/fuzz_yaml.c with LLVMFuzzerTestOneInput.  With WEFT_FUZZ a libFuzzer program;
# otherwise a plain driver replays tests/fuzz/corpus/fuzz_yaml/ in every test run.
function(weft_fuzz name)
  cmake_parse_arguments(ARG "" "" "USES" ${ARGN})
  add_executable(${name} ${name}.c)
  target_link_libraries(${name} PRIVATE weft_flags ${ARG_USES})
  if(WEFT_FUZZ)
    target_compile_options(${name} PRIVATE -fsanitize=fuzzer)
    target_link_options(${name} PRIVATE -fsanitize=fuzzer)
  else()
    target_sources(${name} PRIVATE ${PROJECT_SOURCE_DIR}/tests/fuzz/replay.c)
    add_test(NAME ${name} COMMAND ${name} ${PROJECT_SOURCE_DIR}/tests/fuzz/corpus/${name})
    weft_timeout(${name})
  endif()
endfunction()
