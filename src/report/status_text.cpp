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

constexpr std::size_t most_listed = 20;  // of each list, unless all are asked for

std::string row(std::string_view title, std::string_view text) { return fmt::format("{:<12}{}\n", title, text); }

std::string line_of(const Graph& graph, const Revision& revision, const LineParts& parts, Style style) {
    std::string line;
    append_line(line, graph, revision, parts, style);
    return line;
}

/// A row for each item, the title before the first one.
template <typename Items, typename ToText>
std::string list_rows(std::string_view title, const Items& items, ListLength length, ToText to_text) {
    const auto shown = length == ListLength::all ? items.size() : std::min(items.size(), most_listed);
    std::string text;
    for (std::size_t i = 0; i < shown; ++i) text += row(i == 0 ? title : "", to_text(items[i]));
    if (shown < items.size()) text += row("", fmt::format("... and {} more (-v lists all)", items.size() - shown));
    return text;
}

std::string revision_rows(std::string_view title, const Graph& graph, const Revisions& revisions, ListLength length,
                          Style style) {
    if (revisions.empty()) return row(title, "none");
    const LineParts parts{.labels = true, .branch_and_merge_points = false, .message = true};
    return list_rows(title, revisions, length,
                     [&](const Revision* revision) { return line_of(graph, *revision, parts, style); });
}

std::string database_rows(const Status& status, Style style) {
    if (status.unreachable) {
        return row("Database", status.url) + row("State", style.bad("not reachable")) +
               error_text(*status.unreachable, style);
    }
    const auto* const absence = status.is_missing_file ? " (the file is not there yet; `rev upgrade` makes it)" : "";
    return row("Database", printable(status.url) + absence) +
           row("Server", printable(status.server.product + " " + status.server.version));
}

std::string current_rows(const Graph& graph, const Status& status, ListLength length, Style style) {
    if (status.has_graph) return revision_rows("Current", graph, status.current, length, style);
    if (status.rows.empty()) return row("Current", "none");
    return list_rows("Current", status.rows, length, [&](const RevisionId& id) { return style.id(printable(id)); });
}

std::string head_rows(const Graph& graph, const Status& status, ListLength length, Style style) {
    if (!status.has_graph) return row("Head", "not known while the revision files are unsound");
    if (status.heads.size() <= 1) return revision_rows("Head", graph, status.heads, length, style);
    return revision_rows("Heads", graph, status.heads, length, style) +
           row("", fmt::format("{} heads: `head` alone names none of them, `heads` names all", status.heads.size()));
}

std::string pending_rows(const Graph& graph, const Status& status, ListLength length, Style style) {
    if (status.pending.empty()) return {};
    const LineParts parts{.parents = true, .labels = true, .message = true};
    return row("Pending", counted(status.pending.size(), "revision")) +
           list_rows("", status.pending, length,
                     [&](const Revision* revision) { return line_of(graph, *revision, parts, style); });
}

std::string unfinished_row(const UnfinishedRun& run, Style style) {
    const auto error = run.error.empty() ? "" : ": " + printable(run.error);
    return style.bad(printable(stopped_text(run))) + error;
}

std::string changed_row(const ChangedRevision& changed, Style style) {
    if (changed.ran_nothing && !changed.comments_only)
        return fmt::format("{} has SQL now, and was empty when it was applied ({})", style.bad(changed.revision->id),
                           printable(changed.revision->path));
    return fmt::format("{} differs from what was run{} ({})", style.bad(changed.revision->id),
                       changed.comments_only ? " in comments only" : "", printable(changed.revision->path));
}

std::string unsound_row(const Error& problem, Style style) {
    const auto place = place_text(problem.location());
    return (place.empty() ? "" : style.bad(printable(place)) + ": ") + printable(problem.what());
}

std::string odd_rows(const Status& status, ListLength length, Style style) {
    const auto list = [&](std::string_view title, const auto& items, auto to_text) {
        return list_rows(title, items, length, [&](const auto& item) { return to_text(item, style); });
    };
    return (status.holder ? row("Locked by", printable(status.holder->description)) : "") +
           list("Unknown", status.unknown, missing_text) + list("Unfinished", status.unfinished, unfinished_row) +
           list("Changed", status.changed, changed_row) + list("Unwritten", status.unwritten, unsound_row) +
           list("Unsound", status.unsound, unsound_row) +
           list("Problem", status.problems, [](const std::string& text, Style) { return printable(text); });
}

std::string state_of(const Status& status, Style style) {
    std::string words(status.state());
    std::ranges::replace(words, '_', ' ');
    if (status.is_up_to_date()) return style.good(words);
    return status.is_odd() ? style.bad(words) : style.strong(words);
}

std::string unadopted_rows(const Status& status, ListLength length) {
    if (status.unadopted.empty()) return {};
    return row("Tables", fmt::format("{}, and no revision is recorded", counted(status.unadopted.size(), "table"))) +
           list_rows("", status.unadopted, length, [](const std::string& name) { return printable(name); });
}

}  // namespace

bool Status::is_odd() const {
    const auto matters = [](const ChangedRevision& revision) { return !revision.comments_only; };
    return !unknown.empty() || !unfinished.empty() || !unsound.empty() || !problems.empty() ||
           std::any_of(changed.begin(), changed.end(), matters);
}

std::string_view Status::state() const {
    if (unreachable) return "not_reachable";
    if (is_odd()) return "needs_attention";
    if (is_up_to_date()) return "up_to_date";
    return unadopted.empty() ? "behind" : "not_adopted";
}

std::string status_text(const Graph& graph, const Status& status, ListLength length, Style style) {
    auto text = database_rows(status, style);
    if (!status.unreachable) text += row("State", state_of(status, style)) + current_rows(graph, status, length, style);
    text += unadopted_rows(status, length) + head_rows(graph, status, length, style) +
            pending_rows(graph, status, length, style) + odd_rows(status, length, style);
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
