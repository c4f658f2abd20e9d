#include "state/logged.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <deque>
#include <set>

#include "base/text.hpp"

namespace rev::state {
namespace {

constexpr std::string_view place_prefix = "rev_log#";

std::string place_of(const LogEntry& entry) { return fmt::format("{}{}", place_prefix, entry.id); }

RevisionHeader header_of(const LogEntry& entry) {
    // The log has the header as text, so that a later rev may read in it what this one does not know.
    auto header = parse_header(entry.header, place_of(entry));
    header.revision.path = place_of(entry);
    return header;
}

std::string recorded_text(const LogEntry& entry) {
    const auto& user = entry.database_user.empty() ? entry.os_user : entry.database_user;
    auto text = fmt::format("recorded by {} at {} by {} on {} (row {} of rev_log)", entry.event, entry.started_at, user,
                            entry.host, entry.id);
    if (!entry.message.empty()) text += ": " + entry.message;
    return base::printable_word(text);
}

[[noreturn]] void throw_not_in_log(const RevisionId& id) {
    throw Error(ExitCode::database, error_codes::not_in_log,
                fmt::format("the log does not have what is needed to undo revision {}", id))
        .with_hint(
            "it was recorded by a stamp, by `rev repair`, by another tool or by an older rev: get its file; "
            "`rev log` shows what happened");
}

}  // namespace

bool leaves_applied(const LogEntry& entry) {
    return entry.event == "upgrade" || entry.event == "accept" || entry.event == "stamp" || entry.event == "repair";
}

std::string absence_text(const MissingRevision& missing) {
    auto text = fmt::format(" is {} but in no file", missing.is_row ? "in the database" : "applied");
    if (missing.header && !missing.is_reversible) text += ", irreversible";
    return text + (missing.recorded ? ", " + recorded_text(*missing.recorded) : ", and not in the log");
}

bool is_in_log(std::string_view path) noexcept { return path.starts_with(place_prefix); }

/// Newest first: the first event that is met of a revision is the one that counts, and try_emplace keeps it.
LoggedRevisions::LoggedRevisions(std::vector<LogEntry> entries) : entries_(std::move(entries)) {
    std::set<RevisionId> undone;
    for (const auto& entry : entries_) {
        if (entry.event == "downgrade") undone.insert(entry.revision);
        if (!leaves_applied(entry)) continue;
        recorded_.try_emplace(entry.revision, &entry);
        // Undone by rev and applied again by another tool: what rev ran before is not what is there. A stamp or repair
        // writes no header: they run nothing, and have read no file.
        if (!entry.header.empty() && !undone.contains(entry.revision)) applied_.try_emplace(entry.revision, &entry);
    }
}

MissingRevision LoggedRevisions::describe(const RevisionId& id) const {
    MissingRevision missing;
    missing.id = id;
    if (const auto found = recorded_.find(id); found != recorded_.end()) missing.recorded = *found->second;
    if (const auto found = applied_.find(id); found != applied_.end()) {
        missing.header = header_of(*found->second);
        missing.is_reversible = found->second->downgrade_sql.has_value();
    }
    return missing;
}

std::vector<MissingRevision> LoggedRevisions::find_missing(const Graph& graph, std::span<const RevisionId> rows) const {
    std::vector<MissingRevision> missing;
    std::set<RevisionId> seen;
    std::deque<RevisionId> next;
    // What the graph has is not followed further: below it the files tell.
    const auto add = [&](const std::vector<RevisionId>& ids) {
        for (const auto& id : ids)
            if (graph.find(id) == nullptr && seen.insert(id).second) next.push_back(id);
    };
    add({rows.begin(), rows.end()});
    // Level by level, and each id once: histories that were merged meet again below.
    for (; !next.empty(); next.pop_front()) {
        auto& found = missing.emplace_back(describe(next.front()));
        found.is_row = std::ranges::find(rows, found.id) != rows.end();
        if (!found.header) continue;
        // Without a header it ends here; what stands below cannot be known.
        add(found.header->revision.revises);
        add(found.header->revision.depends_on);
    }
    return missing;
}

RevisionFile LoggedRevisions::file_of(const RevisionId& id) const {
    const auto found = applied_.find(id);
    if (found == applied_.end()) throw_not_in_log(id);
    const auto& entry = *found->second;
    RevisionFile file;
    file.header = header_of(entry);
    // A file without a downgrade section is irreversible, as the revision was.
    if (!entry.downgrade_sql) return file;
    file.text = *entry.downgrade_sql;
    Section section;
    section.kind = SectionKind::downgrade;
    section.first_line = 1;
    section.length = file.text.size();
    file.sections.push_back(section);
    return file;
}

Graph with_missing(const Graph& graph, std::span<const MissingRevision> missing) {
    std::vector<Revision> revisions(graph.revisions().begin(), graph.revisions().end());
    std::set<std::string> names;
    for (const auto& revision : revisions) {
        names.insert(revision.id);
        names.insert(revision.branch_labels.begin(), revision.branch_labels.end());
    }
    // Oldest first, as files would be found.
    for (auto next = missing.rbegin(); next != missing.rend(); ++next) {
        if (!next->header) throw_not_in_log(next->id);
        auto& revision = revisions.emplace_back(next->header->revision);
        // A label names one branch: the file that has it now is meant by it.
        std::erase_if(revision.branch_labels, [&](const auto& label) { return !names.insert(label).second; });
    }
    try {
        return Graph(std::move(revisions));
    } catch (const GraphError& error) {
        throw to_error(error);
    }
}

}  // namespace rev::state
