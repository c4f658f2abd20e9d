#pragma once

#include <string>
#include <string_view>

#include "rev/dialect.hpp"

namespace rev::sql {

/// A string of SQL that says `text`: 'text'; E'...' where PostgreSQL is to read a backslash, so that it is the same
/// whatever standard_conforming_strings says.
[[nodiscard]] std::string text_literal(std::string_view text, Dialect dialect);

/// What stands between the quotes of a string or a quoted name, as written: doubled quotes and escapes are left. A
/// token without quotes is its own content; an open quote ends with the token. token: as the scanner cuts it.
[[nodiscard]] std::string_view quoted_content(std::string_view token, Dialect dialect);

/// What a string or a quoted name says: doubled quotes are one, the escapes of E'...' and U&'...' (with `\`, what
/// UESCAPE says stands in another token) are what they stand for. The digits of X'...' and B'...', and a token without
/// quotes, are left as they are. backslash: of the session.
[[nodiscard]] std::string unquoted(std::string_view token, Dialect dialect, Backslash backslash = Backslash::ordinary);

}  // namespace rev::sql
