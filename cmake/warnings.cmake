# Settings that every target of the project gets, and the helper that makes a module.

find_program(CCACHE ccache)
if(CCACHE)
  # ccache only trusts precompiled headers when told so. It learns what a file includes from the compiler (depend mode):
  # nothing is preprocessed twice. Not include_file_mtime, which its manual names too: a file that is saved while it is
  # compiled would be cached with what it held before.
  set(CMAKE_CXX_COMPILER_LAUNCHER
    ${CMAKE_COMMAND} -E env CCACHE_DEPEND=1 CCACHE_SLOPPINESS=pch_defines,time_macros ${CCACHE})
endif()

# -O3 costs a third more time to build and gains nothing that can be measured: rev waits for disks and servers.
set(CMAKE_CXX_FLAGS_RELEASE "-O2 -DNDEBUG")
# For what never runs long, such as reading arguments, or waits for a server all the time: a third less time to build.
# It fits -O2's precompiled header.
set(REV_COLD $<$<CONFIG:Release>:-Og>)

add_library(rev_settings INTERFACE)
target_compile_options(rev_settings INTERFACE -Wall -Wextra -Wpedantic -Werror)
# False alarms of g++ 12 in optimised code: overlapping memcpy in any `"text" + std::string(...)` (GCC bug 105651), and
# uninitialised members of an empty std::optional.
target_compile_options(rev_settings INTERFACE $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict -Wno-maybe-uninitialized>)
target_include_directories(rev_settings INTERFACE
  ${PROJECT_SOURCE_DIR}/include ${PROJECT_BINARY_DIR}/generated)
# The driver module is a shared library, and made of some of the same objects as the program.
target_compile_options(rev_settings INTERFACE -fPIC -fno-semantic-interposition)
set(REV_MODULE_DIRECTORY ${PROJECT_BINARY_DIR}/lib/rev)
set(CMAKE_BUILD_RPATH ${REV_MODULE_DIRECTORY})
set(CMAKE_INSTALL_RPATH "$ORIGIN/../${CMAKE_INSTALL_LIBDIR}/rev")
if(REV_SANITIZE)
  set(sanitizers address,undefined)
  if(REV_SANITIZE STREQUAL thread)
    set(sanitizers thread)
  elseif(REV_FUZZ)
    # What wrong arithmetic and wrong indexes need. The checks of every pointer (null, alignment, object-size) double the
    # time that each file takes; the tests run with them (preset sanitize).
    set(sanitizers address,bounds,shift,signed-integer-overflow,integer-divide-by-zero,float-cast-overflow)
    string(APPEND sanitizers ,unreachable,return,bool,enum)
  endif()
  target_compile_options(rev_settings INTERFACE
    -fsanitize=${sanitizers} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  target_link_options(rev_settings INTERFACE -fsanitize=${sanitizers})
  target_compile_definitions(rev_settings INTERFACE REV_SANITIZED)
endif()

# read_builtin(VARIABLE FILE): the text of a file, for a source file that configure_file() makes.
function(read_builtin variable file)
  file(READ ${file} text)
  set(${variable} "${text}" PARENT_SCOPE)
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${file})
endfunction()

# A page of HTML, written as files of their own languages in `folder`: PAGE_HTML, its body; PAGE_CSS; PAGE_JS, behind what
# all pages share. The scripts have one scope.
function(read_page folder)
  read_builtin(html ${folder}/page.html)
  read_builtin(css ${folder}/page.css)
  read_builtin(js ${PROJECT_SOURCE_DIR}/src/report/page/shared.js)
  foreach(script IN LISTS ARGN)
    read_builtin(text ${folder}/${script}.js)
    string(APPEND js "${text}")
  endforeach()
  set(PAGE_HTML "${html}" PARENT_SCOPE)
  set(PAGE_CSS "${css}" PARENT_SCOPE)
  set(PAGE_JS "${js}" PARENT_SCOPE)
endfunction()

# rev_module(NAME SOURCES... [USES module...] [COLD] [PRECOMPILED header] [LIBRARIES target...])
# USES names the modules whose headers this one may include; LIBRARIES are third-party and stay private. COLD: see above.
# PRECOMPILED: its own header for that, in place of the one of all modules.
function(rev_module name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "COLD" "PRECOMPILED" "SOURCES;USES;LIBRARIES")
  add_library(rev_${name} STATIC ${arg_SOURCES})
  target_include_directories(rev_${name} PUBLIC ${PROJECT_SOURCE_DIR}/src)
  target_link_libraries(rev_${name} PUBLIC rev_settings)
  foreach(used IN LISTS arg_USES)
    target_link_libraries(rev_${name} PUBLIC rev_${used})
  endforeach()
  target_link_libraries(rev_${name} PRIVATE ${arg_LIBRARIES})
  if(arg_COLD)
    target_compile_options(rev_${name} PRIVATE ${REV_COLD})
  endif()
  if(name STREQUAL base)
    # In angle brackets CMake writes no path of this machine into it: compiler caches serve several checkouts.
    target_precompile_headers(rev_base PRIVATE <base/precompiled.hpp>)
  elseif(arg_PRECOMPILED)
    target_precompile_headers(rev_${name} PRIVATE <${arg_PRECOMPILED}>)
  else()
    target_precompile_headers(rev_${name} REUSE_FROM rev_base)
  endif()
endfunction()
