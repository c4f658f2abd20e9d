#pragma once

#include <string>

#include "rev/error.hpp"

namespace rev::run {

/// What to do about a statement that failed, by PostgreSQL's SQLSTATE or SQLite's code; where SQLite gives several
/// failures one code, by its message. Empty: nothing that the message does not say already.
/// Source: PostgreSQL's appendix A, "PostgreSQL Error Codes"; https://sqlite.org/rescode.html.
[[nodiscard]] std::string advice_for(const Error& failure);

}  // namespace rev::run
