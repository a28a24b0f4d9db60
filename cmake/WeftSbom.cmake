# cmake -DBINARY=... -DVERSION=... -DDIRECT="libgit2=1.5.1;..." -DOUTPUT=... -P WeftSbom.cmake
# Writes a CycloneDX 1.5 bill of materials of a program: the libraries that it was built against with the versions that pkg-config
# names, and every shared library that the loader brings in on this machine, with its file, SHA-256 and, on Debian, its package.
# Nothing in it depends on the time: the same build gives the same bytes.
cmake_policy(VERSION 3.25)
set(CMAKE_GET_RUNTIME_DEPENDENCIES_PLATFORM linux+elf)
file(GET_RUNTIME_DEPENDENCIES EXECUTABLES ${BINARY} RESOLVED_DEPENDENCIES_VAR libraries
     UNRESOLVED_DEPENDENCIES_VAR unresolved PRE_EXCLUDE_REGEXES "^ld-linux")
list(SORT libraries)

find_program(DPKG_QUERY dpkg-query)

# The Debian package of a file as "name version"; "" where there is none.
function(package_of result file)
  set(${result} "" PARENT_SCOPE)
  if(NOT DPKG_QUERY)
    return()
  endif()
  get_filename_component(name ${file} NAME)
  execute_process(COMMAND ${DPKG_QUERY} -S "*/${name}" OUTPUT_VARIABLE owner ERROR_QUIET RESULT_VARIABLE failed)
  if(failed)
    return()
  endif()
  string(REGEX REPLACE "^([^:,]+).*" "\\1" owner "${owner}")
  execute_process(COMMAND ${DPKG_QUERY} -W -f "\${Package} \${Version}\n" ${owner} OUTPUT_VARIABLE found ERROR_QUIET)
  string(REGEX REPLACE "\n.*" "" found "${found}")
  set(${result} "${found}" PARENT_SCOPE)
endfunction()

set(components "")
set(refs "")
macro(add_component ref text)
  list(APPEND refs "\"${ref}\"")
  string(APPEND components "${separator}\n    ${text}")
  set(separator ",")
endmacro()

foreach(library ${DIRECT})
  string(REGEX MATCH "^([^=]+)=(.*)$" found "${library}")
  set(name ${CMAKE_MATCH_1})
  set(version ${CMAKE_MATCH_2})
  add_component("pkg:generic/${name}@${version}" "{\"type\": \"library\", \"bom-ref\": \"pkg:generic/${name}@${version}\", \"name\": \"${name}\", \"version\": \"${version}\", \"purl\": \"pkg:generic/${name}@${version}\", \"scope\": \"required\"}")
endforeach()
foreach(library ${libraries})
  get_filename_component(file ${library} REALPATH)
  get_filename_component(soname ${library} NAME)
  file(SHA256 ${file} hash)
  package_of(package ${file})
  set(described "\"name\": \"${soname}\", \"hashes\": [{\"alg\": \"SHA-256\", \"content\": \"${hash}\"}]")
  if(package)
    string(REPLACE " " ";" package "${package}")
    list(GET package 0 owner)
    list(GET package 1 version)
    string(REPLACE "+" "%2B" escaped "${version}")
    string(REPLACE ":" "%3A" escaped "${escaped}")
    string(APPEND described ", \"version\": \"${version}\", \"purl\": \"pkg:deb/debian/${owner}@${escaped}\"")
  endif()
  add_component("file:${soname}" "{\"type\": \"library\", \"bom-ref\": \"file:${soname}\", ${described}}")
endforeach()

list(JOIN refs ", " refs)
file(WRITE ${OUTPUT} "{
  \"bomFormat\": \"CycloneDX\",
  \"specVersion\": \"1.5\",
  \"version\": 1,
  \"metadata\": {\"component\": {\"type\": \"application\", \"bom-ref\": \"weft\", \"name\": \"weft\", \"version\": \"${VERSION}\", \"licenses\": [{\"license\": {\"id\": \"Apache-2.0\"}}]}},
  \"components\": [${components}
  ],
  \"dependencies\": [{\"ref\": \"weft\", \"dependsOn\": [${refs}]}]
}
")
