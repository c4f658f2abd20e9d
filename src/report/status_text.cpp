#include "report/status_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <iterator>
#include <vector>

#include "base/text.hpp"
#include "report/error_text.hpp"
#include "report/revision_text.hpp"
#include "report/text_reporter.hpp"
#include "run/changed.hpp"
#include "state/notes.hpp"
#include "state/state.hpp"

namespace rev::report {
namespace {

constexpr std::size_t title_width = 12;

std::string row(std::string_view title, std::string_view text) {
    return fmt::format("{:<{}}{}\n", title, title_width, text);
}

std::string line_of(const Graph& graph, const Revision& revision, const LineParts& parts, Style style) {
    std::string line;
    append_line(line, graph, revision, parts, style);
    return line;
}

/// A row for each item, the title before the first one.
template <typename Items, typename ToText>
std::string list_rows(std::string_view title, const Items& items, ListLength length, ToText to_text) {
    const auto shown = length == ListLength::all ? items.size() : std::min(items.size(), base::one_screen_of_items);
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

std::string database_rows(const app::Status& status, Style style) {
    if (status.unreachable) {
        // A server that answered and then refused something is reachable; what is on it is not known.
        const bool answered = !status.server.product.empty();
        return row("Database", base::printable(status.url)) +
               row("State", style.bad(answered ? "not known" : "not reachable")) +
               error_text(*status.unreachable, style);
    }
    const auto* const absence = status.is_missing_file ? " (the file is not there yet; `rev upgrade` makes it)" : "";
    return row("Database", base::printable(status.url) + absence) +
           row("Server", base::printable_word(status.server.product + " " + status.server.version));
}

/// What is in use, and why where it is a fallback.
std::string capability_rows(const app::Status& status) {
    // SQLite has no fallbacks.
    if (!status.capabilities || status.dialect == Dialect::sqlite) return {};
    const auto& found = *status.capabilities;
    const std::string lock = found.run_lock == RunLockKind::session
                                 ? "an advisory lock of the session"
                                 : fmt::format("a lease in rev_lock: {}", found.lease_reason);
    return row("Run lock", lock) +
           row("Session", found.has_own_session ? "its own"
                                                : "shared by a pooler: settings end with each transaction, and no "
                                                  "section can run outside one") +
           row("DDL", found.has_transactional_ddl
                          ? "undone with its transaction"
                          : "not undone: each statement runs by itself, and rev_progress tells which were run") +
           row("Others", found.sees_sessions ? "pg_stat_activity and pg_locks tell who holds a lock"
                                             : "pg_stat_activity or pg_locks cannot be read: who holds a lock is not "
                                               "told") +
           row("Tables", found.may_create_tables ? "can be made in rev's schema"
                                                 : "cannot be made in rev's schema: its owner has to make rev's");
}

std::string current_rows(const Graph& graph, const app::Status& status, ListLength length, Style style) {
    if (status.has_graph && status.within_squashes.empty())
        return revision_rows("Current", graph, status.current, length, style);
    if (status.has_graph) {
        const auto& known = status.current;
        return list_rows("Current", status.within_squashes, length,
                         [&](const auto& each) {
                             return fmt::format("{}, which was squashed into {}",
                                                style.id(base::printable_word(each.first)), style.id(each.second));
                         }) +
               (known.empty() ? "" : revision_rows("", graph, known, length, style));
    }
    if (status.rows.empty()) return row("Current", "none");
    return list_rows("Current", status.rows, length,
                     [&](const RevisionId& id) { return style.id(base::printable_word(id)); });
}

std::string head_rows(const Graph& graph, const app::Status& status, ListLength length, Style style) {
    if (!status.has_graph) return row("Head", "not known while the revision files are unsound");
    if (status.heads.size() <= 1) return revision_rows("Head", graph, status.heads, length, style);
    return revision_rows("Heads", graph, status.heads, length, style) +
           row("", fmt::format("{} heads: `head` alone names none of them, `heads` names all", status.heads.size()));
}

std::string pending_rows(const Graph& graph, const app::Status& status, ListLength length, Style style) {
    if (status.pending.empty()) return {};
    const LineParts parts{.parents = true, .labels = true, .message = true};
    return row("Pending", base::counted(status.pending.size(), "revision")) +
           list_rows("", status.pending, length,
                     [&](const Revision* revision) { return line_of(graph, *revision, parts, style); });
}

std::string unfinished_row(const state::UnfinishedRun& run, Style style) {
    const auto error = run.error.empty() ? "" : ": " + hanging(run.error, title_width);
    return style.bad(base::printable_word(state::stopped_text(run))) + error;
}

/// While somebody holds the run lock, the revision runs.
std::string running_row(const state::UnfinishedRun& run, Style style) {
    const auto batches = run.batches == 0 ? "" : ", after " + state::batches_text(run.batches, run.batch_rows);
    // What is recorded is the statement that runs, and one more than there are once all have run.
    return style.strong(
        base::printable(fmt::format("{} of {} is at statement {} of {}{}", direction_name(run.direction), run.revision,
                                    std::min(run.statement, run.statements), run.statements, batches)));
}

std::string changed_row(const run::ChangedRevision& changed, Style style) {
    if (changed.ran_nothing && !changed.comments_only)
        return fmt::format("{} has SQL now, and was empty when it was applied ({})", style.bad(changed.revision->id),
                           base::printable(changed.revision->path));
    return fmt::format("{} differs from what was run{} ({})", style.bad(changed.revision->id),
                       changed.comments_only ? " in comments only" : "", base::printable(changed.revision->path));
}

std::string repeatable_row(const app::RepeatableStatus& repeatable, Style style) {
    const auto name = style.id(base::printable_word(repeatable.name));
    switch (repeatable.state) {
        case app::RepeatableState::changed:
            return fmt::format("{} is not what its file says now ({})", name, base::printable(repeatable.path));
        case app::RepeatableState::missing:
            return fmt::format("{} is to be made ({})", name, base::printable(repeatable.path));
        default:
            return fmt::format("{} has no file any more, and stays (it was {})", name,
                               base::printable(repeatable.path));
    }
}

std::string repeatable_rows(const app::Status& status, ListLength length, Style style) {
    std::vector<app::RepeatableStatus> shown;
    std::ranges::copy_if(status.repeatables, std::back_inserter(shown),
                         [](const auto& each) { return each.state != app::RepeatableState::current; });
    if (shown.empty()) return {};
    return row("Repeatable", app::repeatables_text(status.repeatables)) +
           list_rows("", shown, length, [&](const auto& each) { return repeatable_row(each, style); });
}

std::string unsound_row(const Error& problem, Style style) {
    const auto place = base::place_text(problem.location());
    return (place.empty() ? "" : style.bad(base::printable(place)) + ": ") + hanging(problem.what(), title_width);
}

std::string odd_rows(const app::Status& status, ListLength length, Style style) {
    const auto list = [&](std::string_view title, const auto& items, auto to_text) {
        return list_rows(title, items, length, [&](const auto& item) { return to_text(item, style); });
    };
    return (status.holder ? row("Locked by", base::printable_word(status.holder->description)) : "") +
           list("Unknown", status.unknown, missing_text) +
           (status.holder ? list("Running", status.unfinished, running_row)
                          : list("Unfinished", status.unfinished, unfinished_row)) +
           list("Changed", status.changed, changed_row) + list("Unwritten", status.unwritten, unsound_row) +
           list("Unsound", status.unsound, unsound_row) +
           list("Problem", status.problems, [](const std::string& text, Style) { return hanging(text, title_width); });
}

/// What it says, and the SQL that mends it.
std::string grant_rows(const std::vector<state::ForeignGrant>& grants, ListLength length, Style style) {
    return list_rows("Rights", grants, length, [&](const state::ForeignGrant& grant) {
        return base::printable_word(foreign_grant_text(grant)) + ": " +
               style.strong(base::printable_word(grant.revoke()));
    });
}

std::string state_of(const app::Status& status, Style style) {
    std::string words(status.state());
    std::ranges::replace(words, '_', ' ');
    if (status.is_up_to_date()) return style.good(words);
    return status.is_odd() && words != "running" ? style.bad(words) : style.strong(words);
}

std::string unadopted_rows(const app::Status& status, ListLength length) {
    if (status.unadopted.empty()) return {};
    return row("Tables",
               fmt::format("{}, and no revision is recorded", base::counted(status.unadopted.size(), "table"))) +
           list_rows("", status.unadopted, length, [](const std::string& name) { return base::printable_word(name); });
}

}  // namespace

std::string status_text(const Graph& graph, const app::Status& status, ListLength length, Style style) {
    auto text = database_rows(status, style) + capability_rows(status);
    if (!status.unreachable) text += row("State", state_of(status, style)) + current_rows(graph, status, length, style);
    text += unadopted_rows(status, length) + head_rows(graph, status, length, style) +
            pending_rows(graph, status, length, style) + repeatable_rows(status, length, style) +
            odd_rows(status, length, style) + grant_rows(status.foreign_grants, length, style);
    for (std::size_t i = 0; i < status.next.size(); ++i)
        text += row(i == 0 ? "Next" : "", style.strong(base::printable(status.next[i])));
    return text;
}

std::string foreign_grant_text(const state::ForeignGrant& grant) {
    return fmt::format("{} may {} {}", grant.grantee, grant.privileges, grant.table);
}

std::string missing_text(const state::MissingRevision& missing, Style style) {
    return style.bad(base::printable_word(missing.id)) + state::absence_text(missing);
}

std::string log_text(const state::LogEntry& entry, Style style) {
    const auto user = entry.database_user.empty()
                          ? entry.os_user + "@" + entry.host
                          : fmt::format("{} ({}@{})", entry.database_user, entry.os_user, entry.host);
    // Padded before it is painted: fmt would count the codes of a colour as width.
    const auto event = fmt::format("{:<10}", base::printable_word(entry.event));
    auto text =
        fmt::format("{}  {} {:<12}  {}, {}, by {}", base::printable_word(entry.started_at),
                    entry.error.empty() ? event : style.bad(event),
                    style.id(base::printable_word(entry.repeatable.empty() ? entry.revision : entry.repeatable)),
                    duration_text(std::chrono::milliseconds(entry.duration_ms)),
                    base::counted(static_cast<std::size_t>(entry.statements), "statement"), base::printable_word(user));
    if (!entry.message.empty()) text += ": " + base::printable_word(entry.message);
    text += '\n';
    if (!entry.error.empty()) text += "    " + hanging(entry.error, 4) + "\n";
    return text;
}

std::string log_details(const state::LogEntry& entry) {
    std::vector<std::string> parts;
    const auto add = [&](std::string_view what, const std::string& value) {
        if (!value.empty()) parts.push_back(fmt::format("{} {}", what, value));
    };
    if (entry.sql_from.empty())
        add("from", entry.source);
    else
        add("SQL from the", entry.sql_from + " " + entry.source);
    add("rows after it:", base::join(entry.heads_after, " "));
    add("tag", entry.tag);
    add("run", entry.run);
    add("rev", entry.rev_version);
    auto text = "    " + base::printable_word(base::join(parts, ", ")) + "\n";
    for (const auto& note : entry.notes)
        text += fmt::format("    line {}, {}\n", note.line, base::printable_word(state::note_text(note)));
    return text;
}

}  // namespace rev::report
