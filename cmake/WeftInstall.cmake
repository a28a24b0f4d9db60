# What "cmake --install" brings besides the program (app/CMakeLists.txt), and the Debian package that "cpack" makes of it:
#   bin/weft, man1/weft.1.gz, completions of three shells, share/doc/weft (documents, examples, licence, bill of materials),
#   share/weft (the deployment for Kubernetes with the Helm chart; JSON schemas, where there are any).
set(doc ${CMAKE_INSTALL_DOCDIR})
set(data ${CMAKE_INSTALL_DATADIR}/weft)

# --- what is made by the build

find_program(GZIP gzip REQUIRED)
set(made ${CMAKE_CURRENT_BINARY_DIR}/install)
file(MAKE_DIRECTORY ${made})

# weft_gzip(FILE NAME): made/NAME.gz, without name and time.
function(weft_gzip file name)
  add_custom_command(OUTPUT ${made}/${name}.gz DEPENDS ${file} VERBATIM
                     COMMAND sh -c "\"$1\" -9nc \"$2\" >\"$3\"" gzip ${GZIP} ${file} ${made}/${name}.gz)
  set_property(GLOBAL APPEND PROPERTY WEFT_MADE ${made}/${name}.gz)
endfunction()

# The date of the last release entry must not depend on when it is built.
if(NOT DEFINED ENV{SOURCE_DATE_EPOCH})
  set(ENV{SOURCE_DATE_EPOCH} 0)
endif()
string(TIMESTAMP WEFT_CHANGELOG_DATE "%a, %d %b %Y %H:%M:%S +0000" UTC)
configure_file(packaging/changelog.in ${made}/changelog @ONLY)
weft_gzip(${PROJECT_SOURCE_DIR}/docs/weft.1 weft.1)
weft_gzip(${PROJECT_SOURCE_DIR}/CHANGELOG.md CHANGELOG.md)
weft_gzip(${made}/changelog changelog)

foreach(shell bash zsh fish)
  add_custom_command(OUTPUT ${made}/weft.${shell} DEPENDS weft VERBATIM
                     COMMAND sh -c "\"$1\" completion ${shell} >\"$2\"" completion $<TARGET_FILE:weft> ${made}/weft.${shell})
  list(APPEND completions ${made}/weft.${shell})
endforeach()

set(direct "libyaml=${YAML_VERSION}" "jansson=${JANSSON_VERSION}" "libcurl=${CURL_VERSION}" "openssl=${CRYPTO_VERSION}"
    "libgit2=${GIT2_VERSION}" "libseccomp=${SECCOMP_VERSION}" "sqlite=${SQLITE_VERSION}")
add_custom_command(OUTPUT ${made}/weft.cdx.json DEPENDS weft ${PROJECT_SOURCE_DIR}/cmake/WeftSbom.cmake VERBATIM
                   COMMAND ${CMAKE_COMMAND} -DBINARY=$<TARGET_FILE:weft> -DVERSION=${PROJECT_VERSION} "-DDIRECT=${direct}"
                           -DOUTPUT=${made}/weft.cdx.json -P ${PROJECT_SOURCE_DIR}/cmake/WeftSbom.cmake)

# A release has all of it; elsewhere "cmake --build --target dist" makes it, for the tests.
get_property(compressed GLOBAL PROPERTY WEFT_MADE)
if(WEFT_TESTS)
  add_custom_target(dist DEPENDS ${compressed} ${completions} ${made}/weft.cdx.json)
else()
  add_custom_target(dist ALL DEPENDS ${compressed} ${completions} ${made}/weft.cdx.json)
endif()

# --- where it goes

install(FILES ${made}/weft.1.gz DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)
install(FILES ${made}/weft.bash DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions RENAME weft)
install(FILES ${made}/weft.zsh DESTINATION ${CMAKE_INSTALL_DATADIR}/zsh/vendor-completions RENAME _weft)
install(FILES ${made}/weft.fish DESTINATION ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d)
file(GLOB documents CONFIGURE_DEPENDS docs/*.md)
install(FILES README.md ${made}/CHANGELOG.md.gz ${made}/weft.cdx.json DESTINATION ${doc})
install(FILES ${documents} DESTINATION ${doc}/docs)
install(FILES ${made}/changelog.gz DESTINATION ${doc})
install(FILES packaging/copyright DESTINATION ${doc})
install(DIRECTORY examples DESTINATION ${doc})
install(DIRECTORY k8s-job/deploy/ DESTINATION ${data}/deploy USE_SOURCE_PERMISSIONS PATTERN image EXCLUDE PATTERN crds EXCLUDE
        PATTERN check EXCLUDE PATTERN render EXCLUDE)
install(DIRECTORY ci/templates DESTINATION ${data}/ci)
# Links of the source tree become files: a chart must hold all of itself.
file(GLOB crds CONFIGURE_DEPENDS k8s-job/deploy/kustomize/crd/*s.yaml)
list(FILTER crds EXCLUDE REGEX kustomization)
install(FILES ${crds} DESTINATION ${data}/deploy/chart/weft/crds)
if(EXISTS ${PROJECT_SOURCE_DIR}/schemas)
  install(DIRECTORY schemas DESTINATION ${data})
endif()

# --- the package

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME weft)
set(CPACK_PACKAGE_VENDOR "Weft Developers")
set(CPACK_PACKAGE_CONTACT "Weft Developers <developers@weft.dev>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "one virtual mesh of many Istio clusters, by Git")
set(CPACK_PACKAGE_DESCRIPTION
"A batch job that reads VirtualMesh specs from a Git repository, renders the
Istio manifests of every cluster, issues and rotates the certificates of the
meshes, and commits the result to a branch that Argo CD or Flux applies.")
set(CPACK_PACKAGE_CHECKSUM SHA256)
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_PROJECT_CONFIG_FILE ${PROJECT_SOURCE_DIR}/packaging/cpack.cmake)
set(CPACK_DEBIAN_PACKAGE_DEPENDS "ca-certificates")
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS "openssh-client")
set(CPACK_DEBIAN_PACKAGE_SUGGESTS "git, sqlite3")
set(CPACK_DEBIAN_PACKAGE_SECTION admin)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)
include(CPack)
