# What belongs to the program beside the program, and the packages. Source: docs/packaging.md.
# Components: `program`; `library` (librev.so) and `development` (headers and what finds them), where it is built; `static`,
# which must be asked for.

find_program(GZIP gzip REQUIRED)
set(REV_PACKAGE rev-migrate)
set(doc_directory ${CMAKE_INSTALL_DATAROOTDIR}/doc/${REV_PACKAGE})
set(package_files ${PROJECT_BINARY_DIR}/packaging)
set(REV_MAINTAINER "the rev developers <rev@example.org>" CACHE STRING "Who answers for the packages: NAME <ADDRESS>")

# Completion. Debian's zsh looks into vendor-completions below /usr, and into site-functions below /usr/local.
set(completion_directory ${PROJECT_SOURCE_DIR}/src/commands/completion)
install(FILES ${completion_directory}/rev.bash RENAME rev
  DESTINATION ${CMAKE_INSTALL_DATAROOTDIR}/bash-completion/completions COMPONENT program)
install(FILES ${completion_directory}/rev.fish
  DESTINATION ${CMAKE_INSTALL_DATAROOTDIR}/fish/vendor_completions.d COMPONENT program)
install(CODE "
  set(folder site-functions)
  if(CMAKE_INSTALL_PREFIX MATCHES \"/usr$\")
    set(folder vendor-completions)
  endif()
  file(INSTALL DESTINATION \"\${CMAKE_INSTALL_PREFIX}/${CMAKE_INSTALL_DATAROOTDIR}/zsh/\${folder}\" TYPE FILE
    FILES \"${completion_directory}/_rev\")" COMPONENT program)

# What prints the DDL of other tools' models.
install(DIRECTORY share/rev/schema_sources DESTINATION ${CMAKE_INSTALL_DATAROOTDIR}/rev COMPONENT program
  FILES_MATCHING PATTERN "*.py")

# Documents.
install(DIRECTORY docs examples DESTINATION ${doc_directory} COMPONENT program USE_SOURCE_PERMISSIONS)
install(FILES README.md DESTINATION ${doc_directory} COMPONENT program)
set(compiled_in libcli11-dev nlohmann-json3-dev libfmt-dev)
set(linked_in libyaml-cpp-dev libpg-query-dev libpqxx-dev libsqlite3-dev nettle-dev libstdc++-12-dev)
foreach(name copyright copyright-static)
  if(name STREQUAL copyright-static)
    list(APPEND compiled_in ${linked_in})
  endif()
  add_custom_command(OUTPUT ${package_files}/${name}
    COMMAND ${CMAKE_COMMAND} -DLICENSE=${PROJECT_SOURCE_DIR}/LICENSE "-DPACKAGES=${compiled_in}"
      -DOUTPUT=${package_files}/${name} -P ${PROJECT_SOURCE_DIR}/cmake/copyright.cmake
    DEPENDS ${PROJECT_SOURCE_DIR}/LICENSE ${PROJECT_SOURCE_DIR}/cmake/copyright.cmake VERBATIM)
endforeach()
configure_file(packaging/debian/changelog.in ${package_files}/changelog.Debian @ONLY)
add_custom_command(OUTPUT ${package_files}/changelog.gz ${package_files}/changelog.Debian.gz
  COMMAND ${GZIP} -9nc ${PROJECT_SOURCE_DIR}/CHANGELOG.md > ${package_files}/changelog.gz
  COMMAND ${GZIP} -9nkf ${package_files}/changelog.Debian
  DEPENDS ${PROJECT_SOURCE_DIR}/CHANGELOG.md ${package_files}/changelog.Debian)
add_custom_target(package_documents ALL DEPENDS
  ${package_files}/copyright ${package_files}/copyright-static ${package_files}/changelog.gz)
install(FILES ${package_files}/copyright ${package_files}/changelog.gz ${package_files}/changelog.Debian.gz
  DESTINATION ${doc_directory} COMPONENT program)

# Packages: `cpack` in the build folder makes the .deb files.
set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_DIRECTORY ${PROJECT_BINARY_DIR}/packages)
set(CPACK_PACKAGE_NAME ${REV_PACKAGE})
set(CPACK_PACKAGE_VENDOR "the rev developers")
set(CPACK_PACKAGE_CONTACT ${REV_MAINTAINER})
set(CPACK_VERBATIM_VARIABLES ON)
set(CPACK_STRIP_FILES ON)
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS
  OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)
set(CPACK_COMPONENTS_ALL program)
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_RELEASE 1)
set(CPACK_DEBIAN_PACKAGE_SECTION database)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)

set(CPACK_DEBIAN_PROGRAM_PACKAGE_NAME ${REV_PACKAGE})
set(CPACK_COMPONENT_PROGRAM_DESCRIPTION "rev keeps a database schema under version control. Each change is a
revision: a plain SQL file whose header names its parents. The files form a
graph with branches and merges; rev walks a database along it, up or down.
It uses Alembic's version table, so either tool can go on from the other.

The command is rev. The program of that name in util-linux is diverted to
rev.util-linux; it still gets what is piped into a rev without arguments.")
set(CPACK_DEBIAN_PROGRAM_PACKAGE_RECOMMENDS tzdata)
set(CPACK_DEBIAN_PROGRAM_PACKAGE_SUGGESTS "postgresql-client, sqlite3")
set(CPACK_DEBIAN_PROGRAM_PACKAGE_CONTROL_EXTRA
  "${PROJECT_SOURCE_DIR}/packaging/debian/preinst;${PROJECT_SOURCE_DIR}/packaging/debian/postrm")

if(TARGET rev_shared)
  list(APPEND CPACK_COMPONENTS_ALL library development)
  set(version ${PROJECT_VERSION}-${CPACK_DEBIAN_PACKAGE_RELEASE})
  set(library_package librev${PROJECT_VERSION_MAJOR}.${PROJECT_VERSION_MINOR})
  file(WRITE ${package_files}/triggers "activate-noawait ldconfig\n")
  set(CPACK_DEBIAN_PACKAGE_GENERATE_SHLIBS ON)
  set(CPACK_DEBIAN_LIBRARY_PACKAGE_NAME ${library_package})
  set(CPACK_DEBIAN_LIBRARY_PACKAGE_SECTION libs)
  set(CPACK_DEBIAN_LIBRARY_PACKAGE_DEPENDS "${REV_PACKAGE} (= ${version})")  # has the driver
  set(CPACK_DEBIAN_LIBRARY_PACKAGE_CONTROL_EXTRA ${package_files}/triggers)
  set(CPACK_COMPONENT_LIBRARY_DESCRIPTION "The shared library with which a C++ program runs its own revisions, as rev
does.")
  set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_NAME librev-dev)
  set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_SECTION libdevel)
  set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_DEPENDS "${library_package} (= ${version})")
  set(CPACK_COMPONENT_DEVELOPMENT_DESCRIPTION "Headers, CMake package and pkg-config file, to build C++ programs with that
run their own revisions.")
  set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_SHLIBDEPS OFF)
  foreach(component library development)
    set(package ${library_package})
    if(component STREQUAL development)
      set(package librev-dev)
    endif()
    install(FILES ${package_files}/copyright ${package_files}/changelog.gz ${package_files}/changelog.Debian.gz
      DESTINATION ${CMAKE_INSTALL_DATAROOTDIR}/doc/${package} COMPONENT ${component})
  endforeach()
endif()
include(CPack)
