#pragma once

#include <cstddef>
#include <stdexcept>
#include <string>

#include "rev/error_codes.hpp"

namespace rev::base {

/// The process's exit codes. Source: docs/exit-codes.md.
enum class ExitCode {
    done = 0,             ///< done, also when there was nothing to do
    negative = 1,         ///< the answer is no: `check`, `current --check-heads`, `status --exit-code`
    usage = 2,            ///< wrong usage or configuration
    graph = 3,            ///< revision files or the graph are unsound, or a target does not resolve
    database = 4,         ///< database not reachable, locked or in an unknown state
    revision_failed = 5,  ///< a revision's SQL failed
    changed = 10,         ///< with --detailed-exitcode: something was done
    hung_up = 129,        ///< SIGHUP
    interrupted = 130,    ///< SIGINT
    terminated = 143,     ///< SIGTERM
};

/// A place in a text file. line and column are 1-based, 0 means unknown; column counts characters (code
/// points), not bytes.
struct Location {
    std::string file;  ///< as the user would write it; empty means no file
    std::size_t line = 0;
    std::size_t column = 0;
    std::string line_text;  ///< the line without its line end, for showing a caret; may be empty
};

/// Every failure that rev reports. `what()` is the message alone: one sentence that says what was wrong, without
/// a final full stop, and never a password. Optional parts are empty when absent.
class Error : public std::runtime_error {
public:
    /// code: a stable lower_snake_case word for programs, one of rev/error_codes.hpp. Source: docs/json.md.
    Error(ExitCode exit_code, std::string code, const std::string& message);
    Error(const Error&);
    Error(Error&&) noexcept;
    Error& operator=(const Error&);
    Error& operator=(Error&&) noexcept;
    ~Error() override;

    /// What it was made and worded with, see the with_...() below; a text is empty where nothing was said, and a
    /// location then has no file and line 0.
    [[nodiscard]] ExitCode exit_code() const noexcept { return exit_code_; }
    [[nodiscard]] const std::string& code() const noexcept { return code_; }
    [[nodiscard]] const std::string& hint() const noexcept { return hint_; }
    [[nodiscard]] const std::string& detail() const noexcept { return detail_; }
    [[nodiscard]] const std::string& sqlstate() const noexcept { return sqlstate_; }
    [[nodiscard]] const Location& location() const noexcept { return location_; }

    /// What to do next; may be several lines.
    Error& with_hint(std::string hint) &;
    Error&& with_hint(std::string hint) &&;
    /// More facts, such as PostgreSQL's DETAIL; may be several lines.
    Error& with_detail(std::string detail) &;
    Error&& with_detail(std::string detail) &&;
    /// PostgreSQL's five-character SQLSTATE, or SQLite's symbolic result name such as "SQLITE_CONSTRAINT".
    Error& with_sqlstate(std::string state) &;
    Error&& with_sqlstate(std::string state) &&;
    /// Where it is, in a file or in a text that has no name.
    Error& with_location(Location location) &;
    Error&& with_location(Location location) &&;

private:
    ExitCode exit_code_;
    std::string code_;
    std::string hint_;
    std::string detail_;
    std::string sqlstate_;
    Location location_;
};

}  // namespace rev::base

namespace rev {
using base::Error;
using base::ExitCode;
using base::Location;
}  // namespace rev
