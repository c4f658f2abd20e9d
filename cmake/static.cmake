# The mostly static program for containers: the objects of `rev`, linked with archives where Debian has them. What stays
# dynamic is in docs/packaging.md, and tests/packages holds it to that. Target `static`, component `static`.

foreach(name pg_query sqlite3 yaml-cpp nettle pqxx)
  find_library(${name}_archive lib${name}.a)
  if(NOT ${name}_archive)
    message(STATUS "No mostly static program: there is no lib${name}.a")
    return()
  endif()
endforeach()
if(NOT TARGET rev_postgresql OR NOT CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  return()
endif()

add_library(fmt_archive STATIC EXCLUDE_FROM_ALL cmake/fmt_archive.cpp)
target_link_libraries(fmt_archive PRIVATE rev_settings)

set(modules commands diagram report report_errors json import fleet rewrite trail autogenerate lint app scratch catalog schema schema_kinds run state script sql sql_tokens
  db db_common config graph base)
list(TRANSFORM modules PREPEND rev_)
list(TRANSFORM modules REPLACE "(.+)" "$<TARGET_FILE:\\1>" OUTPUT_VARIABLE archives)

# The driver is part of it: Debian's libpqxx.a cannot be linked into a module that is loaded.
add_executable(rev_static EXCLUDE_FROM_ALL src/main.cpp $<TARGET_OBJECTS:rev_postgresql>)
add_dependencies(rev_static ${modules})
target_include_directories(rev_static PRIVATE src)
target_link_libraries(rev_static PRIVATE rev_settings
  -Wl,--start-group ${archives} -Wl,--end-group
  ${pg_query_archive} ${sqlite3_archive} ${yaml-cpp_archive} ${nettle_archive} ${pqxx_archive} fmt_archive PkgConfig::PQ
  ${CMAKE_DL_LIBS} Threads::Threads)
target_link_options(rev_static PRIVATE -static-libstdc++ -static-libgcc -Wl,--as-needed)
set_target_properties(rev_static PROPERTIES OUTPUT_NAME rev
  RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/static BUILD_RPATH "" INSTALL_RPATH "" SKIP_BUILD_RPATH ON)

add_custom_target(static)
add_dependencies(static rev_static package_documents)
install(TARGETS rev_static DESTINATION bin COMPONENT static EXCLUDE_FROM_ALL)
install(FILES ${PROJECT_BINARY_DIR}/packaging/copyright-static DESTINATION share/doc/rev RENAME copyright
  COMPONENT static EXCLUDE_FROM_ALL)
