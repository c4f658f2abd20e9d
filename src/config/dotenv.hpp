#pragma once

#include <map>
#include <string>

#include "config/source_text.hpp"
#include "rev/error.hpp"

namespace rev::config {

/// What a .env file says.
struct Dotenv {
    std::map<std::string, std::string> values;
    /// Variables that a line seems to set, in a way that is none of ours: what to throw where one is needed.
    std::map<std::string, Error> unreadable;
};

/// Reads a .env file: `KEY=VALUE` lines, also `export KEY=VALUE`; `#` comments; values plain, in single quotes (as they
/// are) or in double quotes (with \n, \r, \t, \", \\ and \$), which may span lines. Nothing is expanded; the last of
/// equal keys counts. Other programs read the file too, so a line that cannot be read ends nothing: it is passed over,
/// and its variable, if it begins with the name of one, goes to `unreadable`. Those errors are located and never show
/// the text, since it may be a secret.
[[nodiscard]] Dotenv parse_dotenv(const SourceText& source);

/// Whether `name` can be an environment variable's: letters, digits and `_`, no digit first.
[[nodiscard]] bool is_variable_name(std::string_view name) noexcept;

}  // namespace rev::config
