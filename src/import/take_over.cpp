#include "import/take_over.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "app/worded.hpp"
#include "base/text.hpp"
#include "import/table.hpp"
#include "run/batch.hpp"
#include "state/log.hpp"
#include "state/tables.hpp"

namespace rev::foreign {
namespace {

// ---- what the tool has recorded, as revisions

/// Revisions of the recorded versions, and what is wrong with them.
struct Resolved {
    std::set<RevisionId> ids;
    std::vector<Trouble> troubles;
};

/// By version. One that is part of a later migration stands for it when all of its parts are there.
class Resolver {
public:
    Resolver(const TakeOver& what, const Recorded& recorded) : what_(what), recorded_(recorded) {
        for (const auto& revision : what.draft.revisions) known_[revision.version] = revision.id;
    }

    Resolved resolve() {
        for (const auto& version : recorded_.versions) add(version);
        add_parts();
        return std::move(result_);
    }

private:
    void add(const std::string& version) {
        if (const auto found = known_.find(version); found != known_.end()) {
            result_.ids.insert(found->second);
        } else if (what_.history.below.contains(version)) {
            parts_.insert(version);
        } else {
            result_.troubles.push_back(
                {fmt::format("{} is recorded, and no file has it", base::printable_word(version)),
                 fmt::format("get its file back, or forget it there; `{}` shows it", what_.tool.status_command)});
        }
    }

    void add_parts() {
        if (parts_.empty()) return;
        for (const auto& [version, whole] : what_.history.below) {
            if (parts_.contains(version)) continue;
            result_.troubles.push_back(
                {fmt::format("version {} is not applied, and is below {}", version, whole),
                 fmt::format("bring the database to {} with {} first", whole, what_.tool.title)});
            return;
        }
        for (const auto& [version, whole] : what_.history.below) result_.ids.insert(known_.at(whole));
    }

    const TakeOver& what_;
    const Recorded& recorded_;
    std::map<std::string, RevisionId> known_;
    std::set<std::string> parts_;
    Resolved result_;
};

std::string source_of(const Draft& draft, const RevisionId& id) {
    const auto found = std::ranges::find(draft.revisions, id, &DraftRevision::id);
    return found == draft.revisions.end() ? "revision " + id : fmt::format("{} ({})", found->version, found->source);
}

/// What is missing below what is applied: rev's rows could not say that.
void add_gaps(const TakeOver& what, const Graph& graph, Resolved& resolved) {
    const std::vector<RevisionId> rows(resolved.ids.begin(), resolved.ids.end());
    for (const auto* revision : applied(graph, rows)) {
        if (resolved.ids.contains(revision->id)) continue;
        const auto found = std::ranges::find(what.draft.revisions, revision->id, &DraftRevision::id);
        if (found == what.draft.revisions.end()) continue;
        resolved.troubles.push_back(
            {fmt::format("{} is not applied, and later ones are", source_of(what.draft, revision->id)),
             fmt::format("apply it with {} first, or record it there", what.tool.title)});
    }
}

/// What reads rows was recorded on empty tables: on a database that has rows and is below it, it would do too little.
void add_readers(const TakeOver& what, Resolved& resolved) {
    if (what.accept_data) return;
    for (std::size_t at = 0; at < what.draft.revisions.size(); ++at) {
        // There is one revision for each migration, in the same order.
        if (!what.history.migrations[at].reads_rows || resolved.ids.contains(what.draft.revisions[at].id)) continue;
        resolved.troubles.push_back(
            {fmt::format("{} is still to run, and reads rows that the recording did not have",
                         source_of(what.draft, what.draft.revisions[at].id)),
             fmt::format("upgrade the database past it with {} first, or add --accept-data", what.tool.title)});
    }
}

[[noreturn]] void throw_troubles(const TakeOver& what, const std::vector<Trouble>& troubles) {
    std::vector<std::string> lines;
    for (const auto& trouble : troubles)
        lines.push_back(trouble.mend.empty() ? trouble.what : fmt::format("{}: {}", trouble.what, trouble.mend));
    throw Error(ExitCode::database, error_codes::foreign_state,
                fmt::format("the database cannot be taken over as {} left it", what.tool.title))
        .with_detail(base::join(lines, "\n"))
        .with_hint("mend what is listed, then run the command again; nothing was changed");
}

// ---- rev's rows

/// Those of `applied` that nothing applied revises or depends on, in load order.
std::vector<RevisionId> rows_of(const Graph& graph, const std::set<RevisionId>& applied) {
    std::vector<RevisionId> rows;
    for (const auto& revision : graph.revisions()) {
        if (!applied.contains(revision.id)) continue;
        const auto children = graph.children(revision);
        if (std::ranges::none_of(children, [&](const auto* child) { return applied.contains(child->id); }))
            rows.push_back(revision.id);
    }
    // What another row depends on is applied with it, and has no row.
    std::set<RevisionId> implied;
    for (const auto& row : rows)
        for (const auto* revision : rev::applied(graph, std::vector{row}))
            if (revision->id != row) implied.insert(revision->id);
    std::erase_if(rows, [&](const RevisionId& row) { return implied.contains(row); });
    return rows;
}

std::set<RevisionId> applied_by_rev(const Graph& graph, const std::vector<RevisionId>& rows) {
    std::set<RevisionId> ids;
    for (const auto* revision : app::worded([&] { return applied(graph, rows); })) ids.insert(revision->id);
    return ids;
}

Error missing_table(const TakeOver& what, const std::vector<std::string>& tables) {
    return Error(ExitCode::database, error_codes::foreign_table_missing,
                 fmt::format("the database has tables, and none in which {} keeps what is applied", what.tool.title))
        .with_detail("tables: " + base::join_first(tables, ", "))
        .with_hint(
            "name that table with --table; or, if you know what is applied, import the files alone and record "
            "it with `rev stamp REV`");
}

std::string table_name(const TakeOver& what) { return what.table.empty() ? what.history.table : what.table; }

class Planner {
public:
    Planner(Database& database, const TakeOver& what)
        : database_(database), what_(what), graph_(std::vector<Revision>(what.draft.graph)) {}

    TakenOver plan() {
        const auto found = state::find_tables(database_, what_.version_table);
        result_.before = state::read_rows(database_, found);
        result_.after = result_.before;
        const auto recorded = read_recorded();
        if (!recorded.has_table) {
            // Rows of rev's explain the tables. Without any, somebody else has made them.
            if (result_.before.empty())
                if (const auto tables = state::find_unadopted_tables(database_, found); !tables.empty())
                    throw missing_table(what_, tables);
            return std::move(result_);
        }
        result_.has_table = true;
        result_.edited = recorded.edited;
        result_.remarks = recorded.remarks;
        set_rows(recorded, found);
        find_repeatables(recorded, found);
        return std::move(result_);
    }

private:
    Recorded read_recorded() {
        if (what_.tool.recorded == nullptr) return {};
        return what_.tool.recorded(database_, what_.history, table_name(what_));
    }

    /// What the log has already is rev's.
    void find_repeatables(const Recorded& recorded, const state::FoundTables& found) {
        if (recorded.repeatables.empty()) return;
        const auto logged = state::read_logged_repeatables(database_, found);
        for (const auto& repeatable : what_.draft.repeatables) {
            const bool is_recorded =
                std::ranges::find(recorded.repeatables, repeatable.version) != recorded.repeatables.end();
            if (is_recorded && !repeatable.is_todo && !logged.contains(repeatable.name))
                result_.repeatables.push_back(repeatable.name);
        }
    }

    void set_rows(const Recorded& recorded, const state::FoundTables& found) {
        auto resolved = Resolver(what_, recorded).resolve();
        add_baseline(resolved);
        resolved.troubles.insert(resolved.troubles.begin(), recorded.troubles.begin(), recorded.troubles.end());
        // What rev has run since an earlier take-over is applied as well, and no gap.
        auto applied = applied_by_rev(graph_, result_.before);
        result_.applied = resolved.ids.size();
        const auto known = applied;
        tell_of_undone(resolved, known, found);
        applied.insert(resolved.ids.begin(), resolved.ids.end());
        auto all = resolved;
        all.ids = applied;
        add_gaps(what_, graph_, all);
        // An empty database is like the one that was recorded: there they do no less.
        if (!result_.before.empty() || !resolved.ids.empty()) add_readers(what_, all);
        if (!all.troubles.empty()) throw_troubles(what_, all.troubles);
        if (applied != known) result_.after = rows_of(graph_, applied);
    }

    /// What an earlier import has taken over, rev has not run and the tool does not have any more. Whose rows are right
    /// then, nobody but the person knows: both stay.
    void tell_of_undone(const Resolved& resolved, const std::set<RevisionId>& known, const state::FoundTables& found) {
        const auto is_lost = [&](const DraftRevision& each) {
            return known.contains(each.id) && !resolved.ids.contains(each.id);
        };
        if (std::ranges::none_of(what_.draft.revisions, is_lost)) return;
        const auto run_by_rev = state::read_checksums(database_, found);
        for (const auto& revision : what_.draft.revisions)
            if (is_lost(revision) && !run_by_rev.contains(revision.id))
                result_.remarks.push_back(fmt::format(
                    "{} is not applied any more for {}, and rev's rows have it: if it was undone, move them "
                    "back with `rev stamp`",
                    source_of(what_.draft, revision.id), what_.tool.title));
    }

    /// What was there before the first migration is there once that one is.
    void add_baseline(Resolved& resolved) const {
        if (resolved.ids.empty()) return;
        for (std::size_t at = 0; at < what_.draft.revisions.size(); ++at)
            if (what_.history.migrations[at].is_baseline) resolved.ids.insert(what_.draft.revisions[at].id);
    }

    Database& database_;
    const TakeOver& what_;
    Graph graph_;
    TakenOver result_;
};

// ---- writing

/// Until the end of the transaction nobody else changes the tool's table. SQLite: nobody can, once it has begun.
void lock_table(Database& database, const TakeOver& what) {
    if (database.dialect() == Dialect::sqlite || what.tool.table.empty()) return;
    const auto name = table_name(what);
    const auto table = find_table(database, name.empty() ? what.tool.table : std::string_view(name));
    if (!table) return;
    // Readers go on in this mode; whoever would write, such as the tool, waits.
    const auto sql = fmt::format("LOCK TABLE {} IN EXCLUSIVE MODE", *table);
    run::Batch batch;
    batch.own_sql(sql);
    state::run_own(database, what.version_table, batch.commands());
}

void begin(Database& database, const TakeOver& what) {
    // A lock of the transaction goes away with it, however it ends; against one of a session it holds just as well.
    std::vector<std::string> locks;
    if (database.dialect() == Dialect::postgresql && what.tool.lock_keys != nullptr)
        for (const auto key : what.tool.lock_keys(database, table_name(what)))
            locks.push_back(fmt::format("SELECT pg_catalog.pg_advisory_xact_lock({})", key));
    run::Batch batch;
    batch.begin();
    for (const auto& lock : locks) batch.own_sql(lock);
    state::run_own(database, what.version_table, batch.commands());
}

/// What rev would have written had it made the object from its file.
state::LogRecord record_of(const DraftRepeatable& repeatable, Dialect dialect) {
    state::LogRecord record;
    record.event = direction_name(Direction::apply);
    record.repeatable = repeatable.name;
    record.message = repeatable.file.header.revision.message;
    record.duration = std::chrono::milliseconds{0};
    record.source = repeatable.path;
    if (const auto* section = repeatable.file.find_section(SectionKind::apply, dialect)) {
        const auto sums = state::section_checksum(repeatable.file.text_of(*section), dialect);
        record.checksum = sums.checksum;
        record.raw_checksum = sums.raw_checksum;
    }
    return record;
}

void write_rows(Database& database, const TakeOver& what, const TakenOver& result) {
    const auto found = state::find_tables(database, what.version_table);
    state::ensure_version_table(database, found);
    const auto tables = state::sql_names(database, found.table);
    const state::LogWriter log(database, tables, {});
    run::Batch batch;
    std::vector<std::string> statements{state::change_sql(tables, RowChange::Kind::remove),
                                        state::change_sql(tables, RowChange::Kind::insert), log.insert_sql(false)};
    for (const auto& row : result.before) batch.change(statements[0], {row});
    for (const auto& row : result.after) batch.change(statements[1], {row});
    state::LogRecord record;
    record.event = "import";
    record.duration = std::chrono::milliseconds{0};
    record.revision = result.after.size() == 1 ? result.after.front() : std::string();
    record.message =
        fmt::format("taken over from {}: {} applied", what.tool.title, base::counted(result.applied, "migration"));
    record.heads_after = state::heads_text(state::RowSet(result.after));
    batch.change(statements[2], log.parameters(record));
    for (const auto& repeatable : what.draft.repeatables) {
        if (std::ranges::find(result.repeatables, repeatable.name) == result.repeatables.end()) continue;
        auto applied = record_of(repeatable, database.dialect());
        applied.heads_after = record.heads_after;
        batch.change(statements[2], log.parameters(applied));
    }
    state::run_own(database, found.table, batch.commands());
}

void commit(Database& database, const TakeOver& what) {
    run::Batch batch;
    batch.commit();
    state::run_own(database, what.version_table, batch.commands());
}

}  // namespace

TakenOver plan_take_over(Database& database, const TakeOver& what) { return Planner(database, what).plan(); }

TakenOver take_over(Database& database, const TakeOver& what, const std::function<void()>& before_commit) {
    begin(database, what);
    try {
        lock_table(database, what);
        // Anew, under the locks: since the first look the tool may have run.
        auto result = Planner(database, what).plan();
        if (result.changes()) write_rows(database, what, result);
        before_commit();
        if (result.changes()) {
            commit(database, what);
        } else {
            // Nothing was written, and the locks go with the transaction.
            database.rollback();
        }
        return result;
    } catch (...) {
        database.rollback();
        throw;
    }
}

}  // namespace rev::foreign
