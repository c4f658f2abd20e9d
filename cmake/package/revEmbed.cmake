# rev_embed_revisions(TARGET FOLDER [NAME name] [RECURSIVE])
#
# Compiles the revision files (*.sql, not hidden ones) of FOLDER into TARGET, links it to rev::rev, and makes a header
# for it, "<name>.hpp" (else "revisions.hpp"), which declares
#
#     std::span<const rev::RevisionText> <name>();
#
# sorted by path; a path begins with FOLDER's name: "versions/1975ea83b712_add_account.sql". A new, changed or removed
# file makes the next build compile them again. RECURSIVE: with the files of subfolders.
set(_rev_embed_folder ${CMAKE_CURRENT_LIST_DIR})

function(rev_embed_revisions target folder)
  cmake_parse_arguments(PARSE_ARGV 2 arg "RECURSIVE" "NAME" "")
  if(arg_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "rev_embed_revisions: unknown argument ${arg_UNPARSED_ARGUMENTS}")
  endif()
  set(name ${arg_NAME})
  if(NOT name)
    set(name revisions)
  endif()
  if(NOT name MATCHES "^[A-Za-z_][A-Za-z0-9_]*$")
    message(FATAL_ERROR "rev_embed_revisions: NAME ${name} is no name of a C++ function")
  endif()
  cmake_path(ABSOLUTE_PATH folder NORMALIZE)
  if(NOT IS_DIRECTORY ${folder})
    message(FATAL_ERROR "rev_embed_revisions: there is no folder ${folder}")
  endif()

  set(glob GLOB)
  if(arg_RECURSIVE)
    set(glob GLOB_RECURSE)
  endif()
  file(${glob} files CONFIGURE_DEPENDS LIST_DIRECTORIES false RELATIVE ${folder} ${folder}/*.sql)
  list(FILTER files EXCLUDE REGEX "(^|/)[.]")
  list(SORT files)
  set(paths ${files})
  list(TRANSFORM paths PREPEND ${folder}/)

  set(made ${CMAKE_CURRENT_BINARY_DIR}/rev_embed/${target}_${name})
  # Written only when it changes.
  file(CONFIGURE OUTPUT ${made}/files.cmake @ONLY CONTENT
    "set(name [==[@name@]==])\nset(folder [==[@folder@]==])\nset(files [==[@files@]==])\nset(made [==[@made@]==])\n")
  add_custom_command(
    OUTPUT ${made}/${name}.cpp ${made}/${name}.hpp
    COMMAND ${CMAKE_COMMAND} -P ${_rev_embed_folder}/revEmbedWrite.cmake ${made}/files.cmake
    DEPENDS ${made}/files.cmake ${_rev_embed_folder}/revEmbedWrite.cmake ${paths}
    COMMENT "Embedding the revisions of ${folder}"
    VERBATIM)
  target_sources(${target} PRIVATE ${made}/${name}.cpp ${made}/${name}.hpp)
  target_include_directories(${target} PRIVATE ${made})
  target_link_libraries(${target} PRIVATE rev::rev)
endfunction()
