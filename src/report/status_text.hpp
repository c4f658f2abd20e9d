#pragma once

#include <string>

#include "app/status.hpp"
#include "report/error_text.hpp"
#include "report/style.hpp"
#include "state/logged.hpp"
#include "state/state.hpp"

namespace rev::report {

/// One screen; a longer list is cut, and the rest counted. Source: docs/commands.md "rev status".
[[nodiscard]] std::string status_text(const Graph& graph, const app::Status& status, ListLength length, Style style);

/// One event of rev_log as one line, and its error below it; with the last line end.
[[nodiscard]] std::string log_text(const state::LogEntry& entry, Style style);

/// What `rev log -v` adds: a further line, indented.
[[nodiscard]] std::string log_details(const state::LogEntry& entry);

/// "anon may INSERT, UPDATE public.rev_log".
[[nodiscard]] std::string foreign_grant_text(const state::ForeignGrant& grant);

/// "1975ea83b712 is in the database but in no file, recorded by ...".
[[nodiscard]] std::string missing_text(const state::MissingRevision& missing, Style style);

}  // namespace rev::report
