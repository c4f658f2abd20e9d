#include "commands/walk.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>

#include "base/text.hpp"
#include "commands/dump_after_run.hpp"
#include "commands/keep_until_exit.hpp"
#include "commands/lint_plan.hpp"
#include "commands/stop_on_signal.hpp"
#include "library/changed.hpp"
#include "library/from_log.hpp"
#include "library/locked_run.hpp"
#include "report/error_text.hpp"
#include "report/json.hpp"
#include "report/rehearsal_text.hpp"
#include "report/revision_text.hpp"
#include "report/text_reporter.hpp"
#include "rev/target.hpp"

namespace rev {

namespace fs = std::filesystem;

namespace {

TransactionMode transaction_mode(const Config& config, const WalkOptions& options) {
    if (!options.transaction) return config.transaction;
    return *options.transaction == "all" ? TransactionMode::all : TransactionMode::per_revision;
}

std::chrono::milliseconds total_time(const RunResult& result) {
    std::chrono::milliseconds sum{0};
    for (const auto& step : result.steps) sum += step.duration;
    return sum;
}

/// One walk on one database.
class Run {
public:
    Run(Context& context, const Walk& walk, const WalkOptions& options)
        : context_(context),
          walk_(walk),
          options_(options),
          scripts_(keep_until_exit(context.scripts())),
          graph_(keep_until_exit(scripts_.load_graph_and_files())),
          reporter_(context.err(), context.err_style(), context.quiet(), context.err_width()),
          changed_(context.config().on_changed, graph_, scripts_, reporter_),
          from_log_(graph_, scripts_) {}

    ExitCode run() {
        check_options();
        if (options_.sql) return write_script();
        auto database = open();
        const auto state = read_state(*database, context_.version_table(), needs_checksums());
        table_ = state.tables.table;
        auto plan = make_plan(*database, state);
        tell_warnings(plan);
        if (plan.steps.empty()) return nothing_to_do(plan);
        if (options_.lint) refuse_lint_errors(context_, scripts_, graph_, plan, *database);
        if (options_.dry_run) return check_and_show(plan, *database);
        auto prepared = prepare(std::move(plan), scripts_, prepare_options_for(*database));
        name_database();
        if (!walk_.runs_sql) warn_of_unwritten(prepared.plan);
        if (options_.rehearse) return rehearse_locked(*database);
        if (is_read_only_) database = context_.open_for_writing(reporter_);
        return run_under_lock(*database, std::move(prepared));
    }

private:
    void check_options() const {
        if (options_.backup && options_.no_backup) {
            throw Error(ExitCode::usage, "usage", "--backup and --no-backup contradict each other")
                .with_hint("leave one of them out; without either, `backup` in alembic.yaml decides");
        }
        if (options_.sql && options_.backup) {
            throw Error(ExitCode::usage, "usage", "--backup needs a database, and --sql connects to none")
                .with_hint("leave one of them out");
        }
        if (options_.rehearse && (options_.sql || options_.dry_run)) {
            throw Error(ExitCode::usage, "usage", "--rehearse goes with neither --sql nor --dry-run")
                .with_hint("`--dry-run` shows the plan, `--rehearse` what it does on this database");
        }
    }

    /// Says what comes after an answer: one that waits in the buffer would follow it where both go to one place.
    void say_after_answer(const std::string& text) {
        context_.out().flush();
        reporter_.say(text);
    }

    /// A file that is not there yet must not appear before there is something to write into it.
    std::unique_ptr<Database> open() {
        is_read_only_ = options_.dry_run || context_.database_file_is_missing();
        return is_read_only_ ? context_.open_for_reading() : context_.open_for_writing(reporter_);
    }

    /// Before anything runs or is asked: whoever is in the wrong place sees it here.
    void name_database() {
        const auto url = context_.database_url();
        auto text = "Database " + printable(url.display());
        if (url.dialect == Dialect::sqlite && url.database.empty()) text += ", in memory: nothing of it is kept";
        if (context_.database_file_is_missing()) {
            const auto file = (context_.config().directory / url.database).lexically_normal();
            text += options_.rehearse ? ", whose file is not there yet"
                                      : fmt::format(": creating the SQLite file {}", printable(file.string()));
        }
        reporter_.say(text);
    }

    /// A stamp reads no sections, and what it records as applied may be nothing yet.
    void warn_of_unwritten(const Plan& plan) {
        for (const auto& step : plan.steps) {
            if (step.revision == nullptr) continue;
            try {
                const auto file = scripts_.read(*step.revision);
                for (const auto& section : file.sections) {
                    if (section.kind != SectionKind::upgrade || !section.todo) continue;
                    const auto unwritten = unwritten_section(file, section);
                    reporter_.warning(fmt::format("{}: {}; it is recorded as applied all the same",
                                                  place_text(unwritten.location()), unwritten.what()));
                }
            } catch (const Error&) {  // what is wrong with a section keeps no stamp from running
            }
        }
    }

    PrepareOptions prepare_options_for(Database& database) {
        auto options = prepare_options(context_.config(), options_, database.dialect());
        options.backslash = database.backslash();
        if (walk_.from_log) options.logged = [this](const Revision& revision) { return from_log_.file_of(revision); };
        return options;
    }

    /// --from-log says already what is to be done about changed files.
    [[nodiscard]] bool checks_files() const { return walk_.runs_sql && !walk_.from_log; }
    [[nodiscard]] bool needs_checksums() const {
        return walk_.from_log || (checks_files() && changed_.needs_checksums());
    }

    Plan make_plan(Database& database, const DatabaseState& state) {
        const auto& graph = walk_.from_log ? from_log_.read(database, state) : graph_;
        auto plan = worded(database, table_, graph_, [&] { return walk_.make_plan(graph, state.rows); });
        if (checks_files()) changed_.check(state, database.dialect());
        return plan;
    }

    ExecuteOptions execute_options_under_lock() {
        auto execute = execute_options(context_, options_);
        execute.table = table_;
        execute.checksums = needs_checksums();
        return execute;
    }

    /// Plans again under the lock: another run may have been quicker.
    ExitCode run_under_lock(Database& database, PreparedPlan prepared) {
        const StopOnSignal stop_on_signal;
        std::optional<Confirmed> confirmed;
        LockedRun run{.planner =
                          [&](const auto& state) {
                              auto plan = make_plan(database, state);
                              if (confirmed) require_part_of(*confirmed, plan);
                              return plan;
                          },
                      .lock_timeout = context_.config().lock_timeout,
                      .prepare = prepare_options_for(database),
                      .execute = execute_options_under_lock()};
        if (walk_.confirm || wants_backup())
            run.before = [&](const Plan& plan, PreparedPlan& prepared_plan) {
                if (walk_.confirm) {
                    prepared_plan =
                        prepare_unless_equal(plan, std::move(prepared_plan), scripts_, prepare_options_for(database));
                    walk_.confirm(database, prepared_plan, execute_options_under_lock(), reporter_);
                    confirmed = names_of(plan);
                }
                if (wants_backup()) back_up_first(database);
            };
        Plan plan;
        // With --from-log, the log may tell other SQL under the lock.
        if (!walk_.from_log) run.prepared = std::move(prepared);
        const auto result = run_and_tell(database, std::move(run), plan);
        return result.steps.empty() ? nothing_to_do(plan) : done(plan, result);
    }

    /// The steps that were asked about, by what they do: with --from-log each planning makes its revisions anew.
    using Confirmed = std::set<std::pair<Direction, RevisionId>>;

    static std::pair<Direction, RevisionId> name_of(const Step& step) {
        return {step.direction, step.revision == nullptr ? RevisionId() : step.revision->id};
    }
    static Confirmed names_of(const Plan& plan) {
        Confirmed names;
        for (const auto& step : plan.steps) names.insert(name_of(step));
        return names;
    }

    /// Where another tool moves the rows, which asks for no lock of rev's.
    static void require_part_of(const Confirmed& confirmed, const Plan& plan) {
        const auto is_confirmed = [&](const Step& step) { return confirmed.contains(name_of(step)); };
        if (std::ranges::all_of(plan.steps, is_confirmed)) return;
        throw Error(ExitCode::database, "plan_changed", "the version table was changed after the question was asked")
            .with_hint("run the command again");
    }

    /// On a database file that is not there yet, it is one in memory.
    ExitCode rehearse_locked(Database& database) {
        const StopOnSignal stop_on_signal;
        RunLock lock(database, table_, context_.config().lock_timeout, reporter_);
        const auto plan = prepare(make_plan(database, read_state(database, table_, needs_checksums())), scripts_,
                                  prepare_options_for(database));
        const auto steps = rehearse(database, plan, execute_options_under_lock());
        lock.release();
        if (context_.json()) {
            json::write_rehearsal(context_.out(), plan.plan, steps, database.dialect());
        } else {
            context_.out() << rehearsal_text(steps, context_.out_style());
        }
        const auto ran = std::count_if(steps.begin(), steps.end(), [](const auto& step) { return !step.unrehearsed; });
        say_after_answer(fmt::format("Rehearsed {} of {}; nothing was changed", ran, counted(steps.size(), "step")));
        return exit_code_of_steps();
    }

    bool wants_backup() {
        return walk_.runs_sql && !options_.no_backup && (options_.backup || context_.config().backup);
    }

    void back_up_first(Database& database) {
        const auto& config = context_.config();
        const auto where =
            options_.backup && !options_.backup->empty() ? fs::absolute(*options_.backup) : config.backup_location / "";
        const auto backup = back_up(database, table_, where, options_.tag.value_or(""));
        backup_ = backup.file;
        reporter_.say(fmt::format("Backed up to {} ({} in {})", printable(backup.file.string()),
                                  size_text(backup.bytes), duration_text(backup.took)));
    }

    RunResult run_and_tell(Database& database, LockedRun run, Plan& plan) {
        try {
            return run_locked(database, scripts_, std::move(run), reporter_, plan);
        } catch (RunError& error) {
            name_backup(error);
            const auto& result = error.result;
            reporter_.say(fmt::format("Stopped after {} of {}; {}", result.steps.size(),
                                      counted(plan.steps.size(), "step"),
                                      result.rows_known ? "the database is at " + rows_text(graph_, result.rows)
                                                        : "where the database is now is not known"));
            throw;
        } catch (Error& error) {  // the run did not start
            name_backup(error);
            throw;
        }
    }

    /// Also where -q has kept its line back, and where the run then did not start.
    void name_backup(Error& error) const {
        if (backup_) error.with_detail(with_backup_named(error.detail(), *backup_));
    }

    ExitCode nothing_to_do(const Plan& plan) {
        if (context_.json() && !options_.sql) json::write_plan(context_.out(), plan, {});
        if (graph_.revisions().empty()) {
            say_after_answer("Nothing to do: there is no revision file; `rev revision -m MESSAGE` writes one");
            return ExitCode::done;
        }
        say_after_answer(fmt::format("Nothing to do: {} at {}", options_.sql ? "the range ends" : "the database is",
                                     rows_text(graph_, plan.to)));
        return ExitCode::done;
    }

    ExitCode check_and_show(const Plan& plan, Database& database) {
        check(plan, scripts_, prepare_options_for(database));
        if (context_.json()) {
            json::write_plan(context_.out(), plan, {}, from_log_.used());
        } else {
            print_steps(plan);
        }
        say_after_answer(fmt::format("{} would run; nothing was changed", counted(plan.steps.size(), "step")));
        return exit_code_of_steps();
    }

    void print_steps(const Plan& plan) {
        const auto style = context_.out_style();
        std::string line;
        for (const auto& step : plan.steps) {
            const bool from_log = step.revision != nullptr && from_log_.used().contains(step.revision->id);
            line.clear();
            append_step(line, step, style, from_log);
            context_.out() << line << '\n';
        }
    }

    ExitCode done(const Plan& plan, const RunResult& result) {
        if (walk_.runs_sql) write_configured_dump(context_, scripts_, graph_, reporter_);
        if (context_.json()) json::write_plan(context_.out(), plan, result.steps, from_log_.used());
        say_after_answer(fmt::format("Done: {} in {}; the database is at {}", counted(result.steps.size(), "step"),
                                     duration_text(total_time(result)), rows_text(graph_, result.rows)));
        return exit_code_of_steps();
    }

    ExitCode write_script() {
        const auto dialect = script_dialect();
        const auto rows = start_rows();
        auto plan = worded([&] { return walk_.make_plan(graph_, rows); });
        tell_warnings(plan);
        if (plan.steps.empty()) return nothing_to_do(plan);
        auto for_script = prepare_options(context_.config(), options_, dialect);
        for_script.is_script = true;
        const auto prepared = prepare(std::move(plan), scripts_, for_script);
        if (!options_.psql) refuse_copy_data(prepared);
        const auto database = open_sql_writer(dialect, context_.out(), script_reader());
        execute(*database, prepared, execute_options(context_, options_), reporter_);
        return ExitCode::done;
    }

    [[nodiscard]] ScriptReader script_reader() const {
        if (options_.psql) return ScriptReader::shell;
        return options_.no_shell ? ScriptReader::any : ScriptReader::usual;
    }

    /// Only psql finds the rows of COPY ... FROM stdin in a script.
    static void refuse_copy_data(const PreparedPlan& plan) {
        for (const auto& step : plan.steps) {
            for (const auto& statement : step->statements) {
                if (statement.kind != StatementKind::copy_from_stdin) continue;
                throw Error(ExitCode::usage, "copy_needs_psql",
                            "COPY ... FROM stdin works in no script but one for psql")
                    .with_location({.file = step->path,
                                    .line = statement.line,
                                    .column = statement.column,
                                    .line_text = std::string(position_of(step->sql, statement.offset).line_text)})
                    .with_hint("add --psql and run the script with psql; or write the rows as INSERT");
            }
        }
    }

    Dialect script_dialect() {
        if (!options_.dialect) return context_.database_url().dialect;
        return find_dialect(*options_.dialect).value_or(Dialect::postgresql);
    }

    std::vector<RevisionId> start_rows() const {
        std::vector<RevisionId> rows;
        if (walk_.start.empty()) return rows;
        for (const auto* revision : worded([&] { return resolve(graph_, walk_.start); })) rows.push_back(revision->id);
        return rows;
    }

    void tell_warnings(const Plan& plan) {
        for (const auto& warning : plan.warnings) reporter_.warning(warning);
    }

    ExitCode exit_code_of_steps() const { return options_.detailed_exit_code ? ExitCode::changed : ExitCode::done; }

    Context& context_;
    const Walk& walk_;
    const WalkOptions& options_;
    ScriptDirectory& scripts_;
    const Graph& graph_;
    TextReporter reporter_;
    ChangedGuard changed_;
    FromLog from_log_;
    VersionTable table_;              ///< where it was found at the start
    std::optional<fs::path> backup_;  ///< the backup that was made for this run
    bool is_read_only_ = false;
};

}  // namespace

PrepareOptions prepare_options(const Config& config, const WalkOptions& options, Dialect dialect) {
    return prepare_options(config, transaction_mode(config, options), dialect);
}

ExecuteOptions execute_options(Context& context, const WalkOptions& options) {
    auto execute = execute_options(context.config(), transaction_mode(context.config(), options));
    execute.tag = options.tag.value_or("");
    execute.offline = options.sql;
    return execute;
}

std::string rows_text(const Graph& graph, std::vector<RevisionId> rows) {
    std::sort(rows.begin(), rows.end());
    for (auto& row : rows) {
        const auto* revision = graph.find(row);
        if (revision == nullptr) {
            row = printable_word(row);
            continue;
        }
        row.clear();
        append_line(row, graph, *revision, {.branch_and_merge_points = false}, Style());
    }
    return rows.empty() ? "base" : join_first(rows, ", ");
}

void declare_offline_options(Arguments& arguments, WalkOptions& options) {
    arguments.flag("--sql", options.sql, "print the SQL as a script and connect to no database");
    arguments.choice("--dialect", options.dialect, {"postgresql", "sqlite"},
                     "with --sql: for which database, if not the URL's");
    arguments.flag("--psql", options.psql, "with --sql: for psql, which stops at the first error and reads COPY data");
    arguments.flag("--no-shell", options.no_shell, "with --sql: for SQLite's drivers, without commands of sqlite3");
    arguments.flag("--dry-run", options.dry_run, "print the steps and change nothing");
    arguments.option("--tag", options.tag, "TAG", "a word of yours for the log");
}

void declare_run_options(Arguments& arguments, WalkOptions& options) {
    arguments.flag("--rehearse", options.rehearse,
                   "run the steps on the database, report what they do, and roll all of it back");
    arguments.choice("--transaction", options.transaction, {"per-revision", "all"},
                     "one transaction for each revision, or one for all");
    arguments.option_with_default("--backup", options.backup, "PATH",
                                  "back the database up first, into this new file or folder (else: backup_location)");
    arguments.flag("--no-backup", options.no_backup, "make no backup, whatever alembic.yaml says");
    arguments.flag("--detailed-exitcode", options.detailed_exit_code, "exit with 10 if there was something to do");
}

ExitCode walk(Context& context, const Walk& walk, const WalkOptions& options) {
    return Run(context, walk, options).run();
}

OfflineTarget split_target(const std::string& target, bool sql) {
    const auto range = worded([&] { return parse_range(target); });
    if (!range) return {{}, target, false};
    if (!sql) {
        throw Error(ExitCode::usage, "range_not_allowed", fmt::format("\"{}\" is a range, which needs --sql", target))
            .with_hint("name the revision to go to; the database knows where it is");
    }
    return {range->lower, range->upper, true};
}

}  // namespace rev
