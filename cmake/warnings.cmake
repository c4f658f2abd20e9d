# Settings that every target of the project gets, and the helper that makes a module.

find_program(CCACHE ccache)
if(CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CCACHE})
endif()

add_library(rev_settings INTERFACE)
target_compile_options(rev_settings INTERFACE -Wall -Wextra -Wpedantic -Werror)
# g++ 12 warns of overlapping memcpy in any `"text" + std::string(...)` at -O2 and above: GCC bug 105651.
target_compile_options(rev_settings INTERFACE $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict>)
target_include_directories(rev_settings INTERFACE
  ${PROJECT_SOURCE_DIR}/include ${PROJECT_BINARY_DIR}/generated)
if(REV_SANITIZE)
  target_compile_options(rev_settings INTERFACE
    -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer)
  target_link_options(rev_settings INTERFACE -fsanitize=address,undefined)
endif()

# rev_module(NAME SOURCES... [USES module...] [LIBRARIES target...])
# USES names the modules whose headers this one may include; LIBRARIES are third-party and stay private.
function(rev_module name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES;USES;LIBRARIES")
  add_library(rev_${name} STATIC ${arg_SOURCES})
  target_include_directories(rev_${name} PUBLIC ${PROJECT_SOURCE_DIR}/src)
  target_link_libraries(rev_${name} PUBLIC rev_settings)
  foreach(used IN LISTS arg_USES)
    target_link_libraries(rev_${name} PUBLIC rev_${used})
  endforeach()
  target_link_libraries(rev_${name} PRIVATE ${arg_LIBRARIES})
endfunction()
