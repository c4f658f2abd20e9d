#include "rev/executor.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>

#include "base/text.hpp"
#include "exec/as_written.hpp"
#include "exec/early_enum_values.hpp"
#include "exec/interrupt.hpp"
#include "exec/run.hpp"
#include "exec/script_guard.hpp"

namespace rev {
namespace {

/// Ids as Alembic's "Running upgrade a, b -> c" has them.
std::string from_to(const PreparedStep& step) {
    std::vector<std::string> from;
    std::vector<std::string> to;
    if (step.step.direction == Direction::stamp) {
        for (const auto& change : step.step.changes) {
            if (!change.from.empty()) from.push_back(change.from);
            if (!change.to.empty()) to.push_back(change.to);
        }
    } else {
        from = step.step.revision->revises;
        to = {step.step.revision->id};
        if (step.step.direction == Direction::downgrade) std::swap(from, to);
    }
    return join(from, ", ") + " -> " + join(to, ", ");
}

/// Of a script that forgets what it finds.
bool removes_all(const RowChange& change) { return change.kind == RowChange::Kind::remove && change.from.empty(); }

/// The version table is there, with rows or without.
bool purges(const PreparedPlan& plan) {
    const auto& changes = plan.steps.front()->step.changes;
    return !changes.empty() && removes_all(changes.front());
}

bool is_stamp(const PreparedPlan& plan) { return plan.steps.front()->step.direction == Direction::stamp; }

}  // namespace

LogRecord record_of(const PreparedStep& step) {
    LogRecord record{.event = std::string(direction_name(step.step.direction))};
    if (step.step.revision != nullptr) {
        record.revision = step.step.revision->id;
        record.message = step.step.revision->message;
    }
    record.statements = step.statements.size();
    record.checksum = step.checksum;
    record.raw_checksum = step.raw_checksum;
    record.source = step.path;
    record.downgrade_sql = step.downgrade_sql;
    record.header = step.header;
    if (step.step.direction != Direction::stamp) record.sql_from = step.from_log ? "log" : "file";
    return record;
}

std::string running_comment(const PreparedStep& step) {
    const auto verb = step.step.direction == Direction::stamp ? "stamp_revision" : direction_name(step.step.direction);
    return fmt::format("-- Running {} {}\n", verb, from_to(step));
}

ForeignKeys::~ForeignKeys() {
    try {
        database_.set_foreign_keys(before_);
    } catch (const std::exception&) {  // the connection is gone, and the setting with it
    }
}

Run::Run(Database& database, const PreparedPlan& plan, const FoundTables& found, const ExecuteOptions& options,
         Reporter& reporter)
    : database_(database),
      plan_(plan),
      options_(options),
      reporter_(reporter),
      found_(found),
      tables_(sql_names(database, found.table)),
      insert_row_(change_sql(tables_, RowChange::Kind::insert)),
      update_row_(change_sql(tables_, RowChange::Kind::update)),
      remove_row_(change_sql(tables_, RowChange::Kind::remove)),
      rows_(plan.plan.from) {
    result_.planned = plan.steps.size();
    std::set<RevisionId> seen;
    for (const auto& row : plan.plan.from)
        if (!seen.insert(row).second) duplicated_.insert(row);
    if (options.offline) return;
    log_.emplace(database, tables_, options.tag);
    progress_.emplace(database, tables_);
}

RunResult Run::execute(const std::vector<UnfinishedRun>& unfinished) {
    reporter_.run_started(plan_);
    if (!is_stamp(plan_)) refuse_unfinished(unfinished);
    try {
        if (one_transaction() && dialect() == Dialect::postgresql && !options_.offline)
            refuse_early_enum_values(database_, plan_);
        create_tables();
        if (one_transaction())
            run_all_in_one();
        else
            run_each();
    } catch (const CommandError& error) {
        fail_around_steps(error);
    }
    result_.rows = rows_.all();
    return std::move(result_);
}

bool Run::one_transaction() const { return options_.transaction == TransactionMode::all || is_stamp(plan_); }

void Run::create_tables() {
    if (!options_.offline) {
        ensure_version_table(database_, found_);
        return;
    }
    if (!plan_.plan.from.empty() || purges(plan_)) return;
    Batch batch;
    batch.begin();
    batch.own_sql(create_version_table(tables_));
    batch.commit();
    database_.run(batch.commands());
}

void Run::run_each() {
    const ForeignKeys foreign_keys(database_, options_.sqlite_foreign_keys);
    for (std::size_t index = 0; index < plan_.steps.size(); ++index) {
        auto current = start_step(index);
        if (current.step.transactional)
            with_lock_retries([&] { run_in_transaction(current); });
        else
            run_outside(current);
        finish_step(current);
    }
}

Run::Current Run::start_step(std::size_t index) {
    stop_if_requested();
    const auto& step = *plan_.steps[index];
    reporter_.step_started(step, index + 1, plan_.steps.size());
    return at_work(step);
}

Run::Current Run::at_work(const PreparedStep& step) const {
    Current current{.step = step, .record = record_of(step)};
    current.record.started_at = options_.now();
    return current;
}

void Run::finish_step(const Current& current) {
    const auto took = current.elapsed();
    const auto* revision = current.step.step.revision;
    result_.steps.push_back({current.step.step.direction, revision == nullptr ? RevisionId{} : revision->id, took});
    reporter_.step_finished(current.step, took);
}

void Run::stop_if_requested() {
    if (!options_.stop.requested()) return;
    if (one_transaction()) {
        database_.rollback();
        result_.steps.clear();
    }
    read_rows_back();
    throw RunError(stop_error(done_text(), options_.stop), result_);
}

void Run::run_in_transaction(Current& current) {
    const auto& header = current.step.sqlite_foreign_keys;
    const ForeignKeys foreign_keys(database_, header.value_or(options_.sqlite_foreign_keys));
    // PostgreSQL measures the step itself and so gets everything in one exchange. A call to SQLite costs nothing.
    const bool one_exchange = !online_sqlite();
    current.record.started_at = options_.now();
    Batch batch;
    begin_limited(batch, current.step);
    if (one_exchange) {
        run_work(current, batch);
    } else {
        send(std::exchange(batch, {}), current);
        run_guarded_work(current);
        current.record.duration = current.elapsed();
    }
    add_changes(batch, current);
    add_log(batch, current.record, one_exchange);
    batch.commit();
    batch.reset();
    send(batch, current);
}

void Run::run_work(Current& current, Batch& batch, std::span<const std::size_t> without) {
    if (options_.offline) batch.own_sql(script_heading(current.step));
    batch.section(current.step, one_transaction() ? Batch::Span::plan : Batch::Span::step, without);
    if (log_ && !current.step.verify.empty()) {
        send(std::exchange(batch, {}), current);
        record_session(current);
    }
    batch.verify(current.step);
    if (!has_sql(current.step)) return;
    batch.reset();
    if (!one_transaction()) return;
    // The next step's transaction is this one too.
    if (puts_constraints_back(current.step)) batch.default_constraints();
    batch.discard();
}

/// What `rev verify` is to set again, so that the sections see then what they see now.
void Run::record_session(Current& current) {
    if (dialect() == Dialect::postgresql)
        // As the section has left it: query() itself sets a search_path.
        current.record.session =
            database_.query_in_session(postgres_session::capture(current.step, named_settings(current.step.sql)))
                .at(0)
                .at(0);
    else if (session_at_start_)
        current.record.session = SqliteSession(database_).changes_since(*session_at_start_);
}

/// What stands before a step's section in a script.
std::string Run::script_heading(const PreparedStep& step) const {
    auto heading = running_comment(step);
    // A stamp that does not say where it starts takes whatever is there.
    const bool knows_rows = step.step.direction != Direction::stamp || !plan_.plan.from.empty();
    const bool has_guard = dialect() == Dialect::postgresql && knows_rows;
    return has_guard ? heading + version_guard(database_, tables_, plan_.plan, step.step, rows_) : heading;
}

/// PostgreSQL's limits belong to the transaction; SQLite waits in its BEGIN.
void Run::begin_limited(Batch& batch, const PreparedStep& step, Batch::Span span) const {
    const bool waits_in_begin = dialect() == Dialect::sqlite;
    if (waits_in_begin) batch.limit(step.limits);
    batch.begin(span);
    if (!waits_in_begin && has_sql(step)) batch.limit(step.limits);
}

void Run::run_guarded_work(Current& current) {
    const bool guarded = current.step.sqlite_foreign_keys == false;
    if (guarded) tell_needless_pragmas(current.step);
    const auto before = guarded ? database_.foreign_key_violations() : std::vector<std::string>();
    if (log_ && !current.step.verify.empty()) session_at_start_.emplace(database_);
    Batch batch;
    run_work(current, batch);
    send(batch, current);
    if (guarded) refuse_new_violations(current, before);
}

void Run::tell_needless_pragmas(const PreparedStep& step) {
    for (const auto& statement : step.statements)
        if (is_foreign_keys_pragma(statement))
            reporter_.warning(
                fmt::format("{}:{}: PRAGMA foreign_keys does nothing in a transaction; the header's "
                            "sqlite_foreign_keys: false has done it already",
                            step.path, line_in_file(step, statement)));
}

void Run::refuse_new_violations(Current& current, const std::vector<std::string>& before) {
    const auto after = database_.foreign_key_violations();
    if (const auto added = added_violations(before, after); !added.empty()) {
        database_.rollback();
        fail(violation_error(current.step, added), current);
    }
    for (const auto& violation : after) reporter_.warning("violated before this revision already: " + violation);
}

void Run::add_changes(Batch& batch, Current& current) {
    for (const auto& change : current.step.step.changes) {
        if (removes_all(change)) {
            batch.own_sql("DELETE FROM " + tables_.version);
            continue;
        }
        if (removes_duplicates(change)) {
            batch.own_sql(fmt::format("DELETE FROM {} WHERE version_num {} {}", tables_.version, tables_.equals,
                                      database_.quote_literal(change.from)));
            rows_.apply(change);
            continue;
        }
        const auto& sql = change.kind == RowChange::Kind::insert   ? insert_row_
                          : change.kind == RowChange::Kind::update ? update_row_
                                                                   : remove_row_;
        batch.change(sql, change_parameters(change));
        rows_.apply(change);
    }
    uncommitted_.push_back(&current.step.step);
    current.record.heads_after = heads_text(rows_);
}

/// Only a stamp with --purge comes so far with a row that is there twice; a change must else hit exactly one.
bool Run::removes_duplicates(const RowChange& change) const {
    return change.kind == RowChange::Kind::remove && duplicated_.contains(change.from);
}

void Run::add_log(Batch& batch, const LogRecord& record, bool measured_by_database) const {
    if (log_) batch.change(log_->insert_sql(measured_by_database), log_->parameters(record));
}

void Run::send(const Batch& batch, const Current& current) {
    try {
        database_.run(batch.commands());
    } catch (const CommandError& error) {
        if (can_try_again(error, batch, current.step)) throw LockConflict{current, retry_reason(error)};
        fail(error, batch, current);
    }
}

void Run::send_once(const Batch& batch, const Current& current) {
    try {
        database_.run(batch.commands());
    } catch (const CommandError& error) {
        fail(error, batch, current);
    }
}

namespace {

RunResult execute_on(Database& database, const PreparedPlan& plan, const DatabaseState& state,
                     const ExecuteOptions& options, Reporter& reporter) {
    if (plan.steps.empty()) return {.steps = {}, .rows = plan.plan.from};
    return Run(database, plan, state.tables, options, reporter).execute(state.unfinished);
}

/// A stop while the tables are held by somebody else has changed nothing.
DatabaseState read_state_unless_stopped(Database& database, const ExecuteOptions& options) {
    try {
        return read_state(database, options.table, options.checksums);
    } catch (const CommandError& error) {
        if (options.stop.requested() && !error.connection_lost) throw stop_error("nothing was changed", options.stop);
        throw;
    }
}

}  // namespace

PreparedPlan prepare_unless_equal(Plan plan, PreparedPlan prepared, const ScriptDirectory& scripts,
                                  const PrepareOptions& options) {
    if (plan.steps != prepared.plan.steps) return prepare(std::move(plan), scripts, options);
    prepared.plan = std::move(plan);
    return prepared;
}

RunResult execute(Database& database, const PreparedPlan& plan, const ExecuteOptions& options, Reporter& reporter) {
    return execute_on(database, plan, read_state(database, options.table, false), options, reporter);
}

RunResult run_planned(Database& database, const Planner& planner, const ScriptDirectory& scripts,
                      const PrepareOptions& prepare_options, const ExecuteOptions& options, Reporter& reporter,
                      PreparedPlan prepared) {
    const auto state = read_state_unless_stopped(database, options);
    prepared = prepare_unless_equal(planner(state), std::move(prepared), scripts, prepare_options);
    return execute_on(database, prepared, state, options, reporter);
}

}  // namespace rev
