# Writes OUTPUT: rev's licence, and the notices of the libraries whose code is in the binaries.
# cmake -DLICENSE=FILE -DPACKAGES="a;b" -DOUTPUT=FILE -P copyright.cmake
file(READ ${LICENSE} text)
string(PREPEND text "rev\n\n")
foreach(package IN LISTS PACKAGES)
  set(notice /usr/share/doc/${package}/copyright)
  if(EXISTS ${notice})
    file(READ ${notice} notice)
    string(APPEND text "\n${package} (code of it is in the binaries)\n\n${notice}")
  else()
    message(WARNING "the notice of ${package} is not in the copyright file: there is no ${notice}")
  endif()
endforeach()
file(WRITE ${OUTPUT} "${text}")
