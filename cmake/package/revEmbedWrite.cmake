# cmake -P revEmbedWrite.cmake FILES: writes the sources that rev_embed_revisions() compiles.
include(${CMAKE_ARGV3})

# text in `out` as a C++ string literal of its bytes; 64 of them a line.
function(read_as_literal file out)
  file(READ ${file} bytes HEX)
  string(REGEX REPLACE "(................................................................................................................................)" "\\1\n" lines "${bytes}")
  string(REGEX REPLACE "([0-9a-f][0-9a-f])" "\\\\x\\1" lines "${lines}")
  string(REPLACE "\n" "\"\n    \"" lines "${lines}")
  set(${out} "\"${lines}\"" PARENT_SCOPE)
endfunction()

cmake_path(GET folder FILENAME folder_name)
set(entries "")
set(texts "")
set(index 0)
foreach(file IN LISTS files)
  read_as_literal(${folder}/${file} literal)
  string(APPEND texts "constexpr char text_${index}[] =\n    ${literal};\n")
  string(REGEX REPLACE "([\"\\\\])" "\\\\\\1" path "${folder_name}/${file}")
  string(APPEND entries "    {\"${path}\", {text_${index}, sizeof text_${index} - 1}},\n")
  math(EXPR index "${index} + 1")
endforeach()

file(WRITE ${made}/${name}.hpp "// Made by rev_embed_revisions().
#pragma once

#include <rev/revision_text.hpp>
#include <span>

/// The revision files of ${folder_name}/, sorted by path; they live as long as the program.
std::span<const rev::RevisionText> ${name}();
")

# An array of no elements is none.
set(body "    return {};\n")
if(index)
  set(texts "namespace {\n\n${texts}\nconstexpr rev::RevisionText files[] = {\n${entries}};\n\n}  // namespace\n\n")
  set(body "    return files;\n")
endif()
file(WRITE ${made}/${name}.cpp "// Made by rev_embed_revisions().
#include \"${name}.hpp\"

${texts}std::span<const rev::RevisionText> ${name}() {\n${body}}\n")
