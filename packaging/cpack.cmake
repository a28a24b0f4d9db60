# Read by cpack.  Without dpkg-shlibdeps it would make a package that names no library, and apt would install a program that does not start.
if(NOT DEFINED WEFT_SHLIBDEPS)
  find_program(WEFT_SHLIBDEPS dpkg-shlibdeps)
endif()
if(CPACK_GENERATOR MATCHES "DEB" AND NOT EXISTS "${WEFT_SHLIBDEPS}")
  message(FATAL_ERROR "dpkg-shlibdeps is missing: run scripts/setup --for package, or install dpkg-dev")
endif()
