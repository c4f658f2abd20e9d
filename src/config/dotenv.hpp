#pragma once

#include <map>
#include <string>

#include "config/source_text.hpp"

namespace rev::config {

/// Reads a .env file: `KEY=VALUE` lines, also `export KEY=VALUE`; `#` comments; values plain, in single quotes (as they
/// are) or in double quotes (with \n, \r, \t, \", \\ and \$), which may span lines. Nothing is expanded; the last of
/// equal keys counts. Throws Error, located; its text is never shown, since it may be a secret.
[[nodiscard]] std::map<std::string, std::string> parse_dotenv(const SourceText& source);

/// Whether `name` can be an environment variable's: letters, digits and `_`, no digit first.
[[nodiscard]] bool is_variable_name(std::string_view name) noexcept;

}  // namespace rev::config
