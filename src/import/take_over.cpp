#include "import/take_over.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <span>

#include "app/connect.hpp"
#include "app/worded.hpp"
#include "base/text.hpp"
#include "import/table.hpp"
#include "run/batch.hpp"
#include "state/state.hpp"
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

// ---- the record

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

/// Until the end of the transaction nobody else changes the tool's table.
void lock_table(Database& database, const TakeOver& what) {
    if (what.tool.table.empty()) return;
    const auto name = table_name(what);
    const auto table = find_table(database, name.empty() ? what.tool.table : std::string_view(name));
    if (!table) return;
    // Readers go on in this mode; whoever would write, such as the tool, waits.
    run::Batch batch;
    batch.own_sql(fmt::format("LOCK TABLE {} IN EXCLUSIVE MODE", *table));
    state::run_own(database, app::version_table(what.draft.config), batch.commands());
}

/// A lock of the transaction goes away with it, however it ends; against one of a session it holds just as well.
void take_lock_keys(Database& database, const TakeOver& what) {
    if (what.tool.lock_keys == nullptr) return;
    const auto keys = what.tool.lock_keys(database, table_name(what));
    if (keys.empty()) return;
    run::Batch batch;
    for (const auto key : keys) batch.own_sql(fmt::format("SELECT pg_catalog.pg_advisory_xact_lock({})", key));
    state::run_own(database, app::version_table(what.draft.config), batch.commands());
}

/// What a tool's record says of a database, read once.
class Reading {
public:
    Reading(Database& database, const TakeOver& what, const Graph& graph, const state::FoundTables& found,
            std::span<const RevisionId> rows)
        : database_(database), what_(what), graph_(graph), found_(found) {
        taken_.before.assign(rows.begin(), rows.end());
    }

    app::ForeignState read() {
        const auto recorded = read_recorded();
        if (!recorded.has_table) {
            // Rows of rev's explain the tables. Without any, somebody else has made them.
            if (taken_.before.empty())
                if (const auto tables = state::find_unadopted_tables(database_, found_); !tables.empty())
                    throw missing_table(what_, tables);
            return {};
        }
        taken_.has_table = true;
        taken_.edited = recorded.edited;
        taken_.remarks = recorded.remarks;
        app::ForeignState state;
        state.applied = applied_by_both(recorded);
        state.objects = made_objects(recorded);
        state.message =
            fmt::format("taken over from {}: {} applied", what_.tool.title, base::counted(taken_.applied, "migration"));
        return state;
    }

    /// Filled in by read(), but for `after`.
    [[nodiscard]] const TakenOver& taken() const noexcept { return taken_; }

private:
    Recorded read_recorded() {
        if (what_.tool.recorded == nullptr) return {};
        return what_.tool.recorded(database_, what_.history, table_name(what_));
    }

    /// What the log has already is rev's.
    std::vector<app::MadeObject> made_objects(const Recorded& recorded) {
        std::vector<app::MadeObject> objects;
        if (recorded.repeatables.empty()) return objects;
        const auto logged = state::read_logged_repeatables(database_, found_);
        for (const auto& repeatable : what_.draft.repeatables) {
            const bool is_recorded =
                std::ranges::find(recorded.repeatables, repeatable.version) != recorded.repeatables.end();
            if (!is_recorded || repeatable.is_todo || logged.contains(repeatable.name)) continue;
            taken_.repeatables.push_back(repeatable.name);
            objects.push_back({repeatable.name, repeatable.path, repeatable.file});
        }
        return objects;
    }

    /// What rev has run since an earlier take-over is applied as well, and no gap.
    std::vector<RevisionId> applied_by_both(const Recorded& recorded) {
        auto resolved = Resolver(what_, recorded).resolve();
        add_baseline(resolved);
        resolved.troubles.insert(resolved.troubles.begin(), recorded.troubles.begin(), recorded.troubles.end());
        const auto known = applied_by_rev(graph_, taken_.before);
        taken_.applied = resolved.ids.size();
        tell_of_undone(resolved, known);
        auto all = resolved;
        all.ids.insert(known.begin(), known.end());
        add_gaps(what_, graph_, all);
        // An empty database is like the one that was recorded: there they do no less.
        if (!taken_.before.empty() || !resolved.ids.empty()) add_readers(what_, all);
        if (!all.troubles.empty()) throw_troubles(what_, all.troubles);
        return {all.ids.begin(), all.ids.end()};
    }

    /// What an earlier import has taken over, rev has not run and the tool does not have any more. Whose rows are right
    /// then, nobody but the person knows: both stay.
    void tell_of_undone(const Resolved& resolved, const std::set<RevisionId>& known) {
        const auto is_lost = [&](const DraftRevision& each) {
            return known.contains(each.id) && !resolved.ids.contains(each.id);
        };
        if (std::ranges::none_of(what_.draft.revisions, is_lost)) return;
        const auto run_by_rev = state::read_checksums(database_, found_);
        for (const auto& revision : what_.draft.revisions)
            if (is_lost(revision) && !run_by_rev.contains(revision.id))
                taken_.remarks.push_back(fmt::format(
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
    const Graph& graph_;
    const state::FoundTables& found_;
    TakenOver taken_;
};

/// The tool's, as app::migrate() asks it.
class ToolRecord final : public app::ForeignRecord {
public:
    /// All must outlive it.
    ToolRecord(const TakeOver& what, const Graph& graph, const std::function<void()>& before_commit)
        : what_(what), graph_(graph), before_commit_(before_commit) {}

    app::ForeignState read(Database& database, const state::FoundTables& tables,
                           std::span<const RevisionId> rows) override {
        Reading reading(database, what_, graph_, tables, rows);
        auto state = reading.read();
        taken_ = reading.taken();
        return state;
    }

    void hold(Database& database) override {
        // SQLite: nobody else can write once the transaction has begun.
        if (database.dialect() == Dialect::sqlite) return;
        take_lock_keys(database, what_);
        lock_table(database, what_);
    }

    void before_commit() override {
        if (before_commit_) before_commit_();
    }

    /// What was read last, with the plan that came of it.
    [[nodiscard]] TakenOver taken(const Plan& plan) const {
        auto taken = taken_;
        taken.after = plan.to;
        return taken;
    }

private:
    const TakeOver& what_;
    const Graph& graph_;
    const std::function<void()>& before_commit_;
    TakenOver taken_;
};

}  // namespace

TakenOver take_over(const TakeOver& what, const TakeOverRun& run) {
    // There is nothing to take over, and a file of SQLite's must not appear for it.
    if (run.connector.is_missing_file()) {
        if (run.extent == app::MigrateExtent::run && run.before_commit) run.before_commit();
        return {};
    }
    // The project's files may be still to be written: what is asked of them is in the draft.
    const ScriptDirectory scripts(what.draft.config);
    const Graph graph(what.draft.graph);
    ToolRecord record(what, graph, run.before_commit);
    app::MigrateRequest request{.mode = app::MigrateMode::take_over, .extent = run.extent, .take_over = &record};
    if (run.inspect)
        request.inspect = [&](const Plan& plan, Database& database) { run.inspect(record.taken(plan), database); };
    const auto done = app::migrate(request, {scripts, graph, run.connector, run.reporter});
    return record.taken(done.plan);
}

}  // namespace rev::foreign
