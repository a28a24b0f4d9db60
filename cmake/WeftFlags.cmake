# Flags of every target, on one interface library: the language, the warnings, the hardening.
include(CheckPIESupported)
check_pie_supported()
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)

option(WEFT_WERROR "warnings are errors" OFF)
set(WEFT_SANITIZE "" CACHE STRING "sanitizers, for example address,undefined")
# AddressSanitizer describes each global and each literal in a table; at a fixed address the loader has no 400,000 relocations to make
# in it, a sixth of what a short run costs.
if(WEFT_SANITIZE)
  set(CMAKE_POSITION_INDEPENDENT_CODE OFF)
endif()

add_library(weft_flags INTERFACE)
target_include_directories(weft_flags INTERFACE ${PROJECT_SOURCE_DIR})
target_compile_definitions(weft_flags INTERFACE _GNU_SOURCE $<$<BOOL:${WEFT_FAULTS}>:WEFT_FAULTS>)
target_compile_features(weft_flags INTERFACE c_std_17)
target_compile_options(weft_flags INTERFACE
  -std=gnu17 -Wall -Wextra -Wconversion -Wsign-conversion -Wshadow -Wstrict-prototypes -Wmissing-prototypes
  -Wpointer-arith -Wcast-qual -Wwrite-strings -Wformat=2 -Wundef -Wvla -Wswitch-enum -Wimplicit-fallthrough
  -Wnull-dereference
  $<$<C_COMPILER_ID:GNU>:-Wlogical-op> $<$<C_COMPILER_ID:GNU>:-Wduplicated-cond>
  $<$<BOOL:${WEFT_WERROR}>:-Werror>
  -fstack-protector-strong -fstack-clash-protection -fcf-protection -fno-omit-frame-pointer
  # clang 14 and 15 know it only behind a second flag that later ones refuse
  $<$<OR:$<C_COMPILER_ID:GNU>,$<VERSION_GREATER_EQUAL:$<C_COMPILER_VERSION>,16>>:-ftrivial-auto-var-init=zero>)
target_link_options(weft_flags INTERFACE -Wl,-z,relro,-z,now,-z,noexecstack)

# The tests are several hundred programs: mold links one in an eighth of the time of ld.bfd.  A release takes the system's linker.
find_program(WEFT_MOLD mold)
if(WEFT_MOLD AND WEFT_TESTS AND NOT WEFT_FUZZ)
  target_link_options(weft_flags INTERFACE -fuse-ld=mold)
endif()

if(WEFT_FUZZ) # libFuzzer steers by coverage of all code, not of the target alone
  target_compile_options(weft_flags INTERFACE -fsanitize=fuzzer-no-link)
endif()
if(WEFT_SANITIZE)
  target_compile_options(weft_flags INTERFACE -fsanitize=${WEFT_SANITIZE} -fno-sanitize-recover=all)
  target_link_options(weft_flags INTERFACE -fsanitize=${WEFT_SANITIZE})
else()
  target_compile_options(weft_flags INTERFACE $<$<NOT:$<CONFIG:Debug>>:-U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3>)
endif()
