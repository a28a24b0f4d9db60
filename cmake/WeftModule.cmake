# weft_module(api SOURCES a.c b.c USES weft_base PkgConfig::YAML): a folder as a static library weft_<name>.
# USES says what it may reach; scripts/check-boundaries proves it.
function(weft_module name)
  cmake_parse_arguments(ARG "" "" "SOURCES;USES" ${ARGN})
  add_library(weft_${name} STATIC ${ARG_SOURCES})
  target_link_libraries(weft_${name} PUBLIC weft_flags ${ARG_USES})
endfunction()

# weft_test_target(target test_ref): test_api_ref in tests/unit/api, so that rooms may have files of the same name; elsewhere the name itself.
function(weft_test_target result name)
  file(RELATIVE_PATH room ${PROJECT_SOURCE_DIR}/tests/unit ${CMAKE_CURRENT_SOURCE_DIR})
  if(NOT room MATCHES "^[.][.]")
    string(REPLACE "/" "_" room ${room})
    string(REGEX REPLACE "^test_" "test_${room}_" name ${name})
  endif()
  set(${result} ${name} PARENT_SCOPE)
endfunction()

# weft_timeout(test_rotation 12): a test that usually takes 12 s (2 when not given) and is stopped when it hangs.  The limit is for
# sanitizers on a busy machine; ctest begins with what takes longest.
function(weft_timeout name)
  set(cost 2)
  if(ARGN)
    set(cost ${ARGV1})
  endif()
  math(EXPR limit "60 + 15 * ${cost}")
  weft_test_target(target ${name})
  set_tests_properties(${target} PROPERTIES COST ${cost} TIMEOUT ${limit})
endfunction()

# weft_nightly(test_faults): too long for each run of scripts/test; .ci/run runs it.  With sanitizers its program is built by the target
# nightly, which scripts/test leaves out where it does not run them.
if(WEFT_SANITIZE AND NOT WEFT_FUZZ AND NOT TARGET nightly)
  add_custom_target(nightly)
endif()
function(weft_nightly name)
  weft_test_target(target ${name})
  set_property(TEST ${target} APPEND PROPERTY LABELS nightly)
  if(TARGET nightly AND TARGET ${target})
    set_target_properties(${target} PROPERTIES EXCLUDE_FROM_ALL ON)
    add_dependencies(nightly ${target})
  endif()
endfunction()

# weft_test(test_rotation USES weft_pki): one cmocka program tests/unit/<folder>/test_rotation.c, one ctest entry test_<folder>_rotation.
function(weft_test name)
  cmake_parse_arguments(ARG "" "" "SOURCES;USES;DEFINES" ${ARGN})
  if(NOT ARG_SOURCES)
    set(ARG_SOURCES ${name}.c)
  endif()
  weft_test_target(target ${name})
  add_executable(${target} ${ARG_SOURCES})
  target_link_libraries(${target} PRIVATE weft_flags ${ARG_USES} PkgConfig::CMOCKA)
  target_compile_definitions(${target} PRIVATE ${ARG_DEFINES})
  add_test(NAME ${target} COMMAND ${target})
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
