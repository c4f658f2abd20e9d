#pragma once

#include <string>

#include "script/revision_file.hpp"
#include "script/script_support.hpp"

namespace rev::test {

/// A header with no more than it needs, and the empty line below it: the next line is the sixth.
inline const std::string header = "-- m\n--\n-- revision: a1\n-- revises:\n\n";

/// The Error that reading a revision file of this text throws.
inline Error error_in(const std::string& text) {
    return error_of([&] { static_cast<void>(parse_revision_file(text, "f.sql")); });
}

}  // namespace rev::test
