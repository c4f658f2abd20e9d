#include "report/status_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

#include "base/text.hpp"
#include "report/error_text.hpp"
#include "report/revision_text.hpp"
#include "report/text_reporter.hpp"

namespace rev {
namespace {

constexpr std::size_t most_listed = 20;  // pending revisions; the rest is counted

std::string row(std::string_view title, std::string_view text) { return fmt::format("{:<12}{}\n", title, text); }

std::string line_of(const Graph& graph, const Revision& revision, const LineParts& parts, Style style) {
    std::string line;
    append_line(line, graph, revision, parts, style);
    return line;
}

std::string revision_rows(std::string_view title, const Graph& graph, const Revisions& revisions, Style style) {
    std::string text;
    for (const auto* revision : revisions) {
        const LineParts parts{.labels = true, .branch_and_merge_points = false, .message = true};
        text += row(text.empty() ? title : "", line_of(graph, *revision, parts, style));
    }
    return text.empty() ? row(title, "none") : text;
}

std::string database_rows(const Status& status, Style style) {
    if (status.unreachable) {
        return row("Database", status.url) + row("State", style.bad("not reachable")) +
               error_text(*status.unreachable, style);
    }
    return row("Database", printable(status.url)) +
           row("Server", printable(status.server.product + " " + status.server.version));
}

std::string pending_rows(const Graph& graph, const Status& status, Style style) {
    if (status.pending.empty()) return {};
    const auto count = status.pending.size();
    auto text = row("Pending", counted(count, "revision"));
    for (std::size_t i = 0; i < count && i < most_listed; ++i) {
        const LineParts parts{.parents = true, .labels = true, .message = true};
        text += row("", line_of(graph, *status.pending[i], parts, style));
    }
    if (count > most_listed) text += row("", fmt::format("and {} more", count - most_listed));
    return text;
}

std::string odd_rows(const Status& status, Style style) {
    std::string text;
    for (const auto& missing : status.unknown) text += row("Unknown", missing_text(missing, style));
    for (const auto& run : status.unfinished) {
        const auto stopped = printable(stopped_text(run));
        text += row("Unfinished", style.bad(stopped) + (run.error.empty() ? "" : ": " + printable(run.error)));
    }
    for (const auto& changed : status.changed) {
        text += row("Changed",
                    fmt::format("{} differs from what was run{} ({})", style.bad(changed.revision->id),
                                changed.comments_only ? " in comments only" : "", printable(changed.revision->path)));
    }
    for (const auto& problem : status.problems) text += row("Problem", printable(problem));
    return text;
}

std::string state_of(const Status& status, Style style) {
    if (status.is_up_to_date()) return style.good("up to date");
    return status.is_odd() ? style.bad("needs attention") : style.strong("behind");
}

}  // namespace

bool Status::is_odd() const {
    const auto matters = [](const ChangedRevision& revision) { return !revision.comments_only; };
    return !unknown.empty() || !unfinished.empty() || !problems.empty() ||
           std::any_of(changed.begin(), changed.end(), matters);
}

std::string status_text(const Graph& graph, const Status& status, Style style) {
    auto text = database_rows(status, style);
    if (!status.unreachable) {
        text += row("State", state_of(status, style));
        text += revision_rows("Current", graph, status.current, style);
    }
    text += revision_rows(status.heads.size() > 1 ? "Heads" : "Head", graph, status.heads, style);
    text += pending_rows(graph, status, style);
    text += odd_rows(status, style);
    for (std::size_t i = 0; i < status.next.size(); ++i)
        text += row(i == 0 ? "Next" : "", style.strong(status.next[i]));
    return text;
}

std::string missing_text(const MissingRevision& missing, Style style) {
    auto text = fmt::format("{} is {} but in no file", style.bad(printable(missing.id)),
                            missing.is_row ? "in the database" : "applied");
    if (missing.header && !missing.is_reversible) text += ", irreversible";
    return text + (missing.recorded ? ", " + recorded_text(*missing.recorded) : ", and not in the log");
}

std::string recorded_text(const LogEntry& entry) {
    const auto& user = entry.database_user.empty() ? entry.os_user : entry.database_user;
    auto text = fmt::format("recorded by {} at {} by {} on {} (row {} of rev_log)", entry.event, entry.started_at, user,
                            entry.host, entry.id);
    if (!entry.message.empty()) text += ": " + entry.message;
    return printable(text);
}

std::string log_text(const LogEntry& entry, Style style) {
    const auto user = entry.database_user.empty()
                          ? entry.os_user + "@" + entry.host
                          : fmt::format("{} ({}@{})", entry.database_user, entry.os_user, entry.host);
    const auto event = fmt::format("{:<10}", entry.event);
    auto text =
        fmt::format("{}  {} {:<12}  {}, {}, by {}", entry.started_at, entry.error.empty() ? event : style.bad(event),
                    style.id(printable(entry.revision)), duration_text(std::chrono::milliseconds(entry.duration_ms)),
                    counted(static_cast<std::size_t>(entry.statements), "statement"), printable(user));
    if (!entry.message.empty()) text += ": " + printable(entry.message);
    text += '\n';
    if (!entry.error.empty()) text += "    " + printable(trim(entry.error)) + "\n";
    return text;
}

std::string log_details(const LogEntry& entry) {
    std::vector<std::string> parts;
    const auto add = [&](std::string_view what, const std::string& value) {
        if (!value.empty()) parts.push_back(fmt::format("{} {}", what, value));
    };
    if (entry.sql_from.empty())
        add("from", entry.source);
    else
        add("SQL from the", entry.sql_from + " " + entry.source);
    add("rows after it:", join(entry.heads_after, " "));
    add("tag", entry.tag);
    add("run", entry.run);
    add("rev", entry.rev_version);
    return "    " + printable(join(parts, ", ")) + "\n";
}

}  // namespace rev
