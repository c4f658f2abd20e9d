# Every third-party library, found once. All are Debian 12 packages: see scripts/packages.

find_package(fmt REQUIRED)
find_package(yaml-cpp REQUIRED)
find_package(CLI11 REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(SQLite3 REQUIRED)
find_package(Boost REQUIRED)
find_package(Threads REQUIRED)
find_package(PkgConfig REQUIRED)
pkg_check_modules(PQXX REQUIRED IMPORTED_TARGET libpqxx)
pkg_check_modules(PQ REQUIRED IMPORTED_TARGET libpq)
pkg_check_modules(NETTLE REQUIRED IMPORTED_TARGET nettle)

find_path(PG_QUERY_INCLUDE pg_query.h REQUIRED)
find_library(PG_QUERY_LIBRARY pg_query REQUIRED)
add_library(pg_query INTERFACE IMPORTED)
target_include_directories(pg_query INTERFACE ${PG_QUERY_INCLUDE})
target_link_libraries(pg_query INTERFACE ${PG_QUERY_LIBRARY})

if(REV_MIMALLOC AND NOT REV_SANITIZE)  # the sanitizers have an allocator of their own
  find_package(mimalloc REQUIRED)
endif()
if(REV_TESTS)
  find_package(doctest REQUIRED)
endif()
