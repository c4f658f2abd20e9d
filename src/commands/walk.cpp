#include "commands/walk.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <set>
#include <utility>

#include "app/script.hpp"
#include "base/text.hpp"
#include "commands/dump_after_run.hpp"
#include "commands/keep_until_exit.hpp"
#include "commands/lint_plan.hpp"
#include "commands/stop_on_signal.hpp"
#include "report/json.hpp"
#include "report/losses_text.hpp"
#include "report/rehearsal_text.hpp"
#include "report/revision_text.hpp"
#include "report/text_reporter.hpp"
#include "rev/target.hpp"
#include "run/prepared.hpp"
#include "state/reporter.hpp"

namespace rev::commands {

namespace fs = std::filesystem;

namespace {

std::optional<TransactionMode> transaction_mode(const WalkOptions& options) {
    if (!options.transaction) return std::nullopt;
    // No third word gets here: the option is a choice of two.
    return *options.transaction == "all" ? TransactionMode::all : TransactionMode::per_revision;
}

std::chrono::milliseconds total_time(const RunResult& result) {
    std::chrono::milliseconds sum{0};
    for (const auto& step : result.steps) sum += step.duration;
    return sum;
}

/// "3 steps"; where nothing else was to do, "2 repeatables and no revision".
std::string steps_text(const Plan& plan, std::size_t count) {
    const auto is_of_repeatable = [](const Step& step) { return step.repeatable != nullptr; };
    const auto is_apply = [](const Step& step) { return step.direction == Direction::apply; };
    if (count == 0 || !std::ranges::all_of(plan.steps, is_of_repeatable)) return base::counted(count, "step");
    const auto applied = static_cast<std::size_t>(std::ranges::count_if(plan.steps, is_apply));
    return base::counted(applied, "repeatable") + " and no revision";
}

void check_options(const WalkOptions& options) {
    if (options.backup && options.no_backup) {
        throw Error(ExitCode::usage, error_codes::usage, "--backup and --no-backup contradict each other")
            .with_hint("leave one of them out; without either, `backup` in alembic.yaml decides");
    }
    if (options.sql && options.backup) {
        throw Error(ExitCode::usage, error_codes::usage, "--backup needs a database, and --sql connects to none")
            .with_hint("leave one of them out");
    }
    if (options.rehearse && (options.sql || options.dry_run)) {
        throw Error(ExitCode::usage, error_codes::usage, "--rehearse goes with neither --sql nor --dry-run")
            .with_hint("`--dry-run` shows the plan, `--rehearse` what it does on this database");
    }
}

/// Steps that are written into a script and not run: they take no time.
class ScriptReporter final : public state::Reporter {
public:
    explicit ScriptReporter(report::TextReporter& people) : people_(people) {}

    void step_started(const run::PreparedStep& step, std::size_t number, std::size_t of) override {
        const auto place = of > 1 ? fmt::format("[{}/{}] ", number, of) : std::string();
        people_.say(fmt::format("{}Writing {}", place, report::step_text(step.step, report::Style(), step.from_log)));
    }
    void notice(std::string_view severity, std::string_view message) override { people_.notice(severity, message); }
    void warning(std::string_view message) override { people_.warning(message); }

private:
    report::TextReporter& people_;
};

/// What a walk says and answers.
class Walk {
public:
    Walk(Context& context, app::MigrateRequest request, const WalkOptions& options)
        : context_(context),
          options_(options),
          request_(std::move(request)),
          // The process ends when the command does: to give a large graph back piece by piece would take longer.
          scripts_(keep_until_exit(context.scripts())),
          graph_(keep_until_exit(scripts_.load_graph_and_files())),
          reporter_(context.err(), context.err_style(), context.quiet(), context.err_width()) {
        check_options(options);
        request_.extent = options.dry_run    ? app::MigrateExtent::show
                          : options.rehearse ? app::MigrateExtent::rehearse
                                             : app::MigrateExtent::run;
        request_.transaction = transaction_mode(options);
        request_.tag = options.tag.value_or("");
        if (options.max_batches != 0) request_.max_batches = options.max_batches;
        if (options.no_repeatables) request_.repeatables = app::RepeatableUse::leave;
    }

    ExitCode write_script(const std::string& start) {
        app::ScriptRequest script{.migrate = request_, .start = start, .dialect = script_dialect()};
        script.reader = options_.psql       ? ScriptReader::shell
                        : options_.no_shell ? ScriptReader::any
                                            : ScriptReader::usual;
        ScriptReporter reporter(reporter_);
        const auto plan = app::write_script(script, scripts_, graph_, reporter, context_.out());
        return plan.steps.empty() ? nothing_to_do(plan) : ExitCode::done;
    }

    ExitCode run() {
        request_.backup_to = backup_place();
        request_.on_ready = [this] {
            name_database();
            stop_on_signal_.emplace();
        };
        if (options_.lint)
            request_.inspect = [this](const Plan& plan, Database& database) {
                refuse_lint_errors(context_, scripts_, graph_, plan, database);
            };
        const auto connector = context_.connector(reporter_);
        try {
            const auto done = app::migrate(request_, {scripts_, graph_, connector, reporter_});
            // Behind the run a signal has its usual effect again: writing an answer need not be undone.
            stop_on_signal_.reset();
            return tell(done);
        } catch (const RunError& error) {
            tell_where_it_stopped(error.result);
            throw;
        }
    }

private:
    /// Says what comes after an answer: one that waits in the buffer would follow it where both go to one place.
    void say_after_answer(const std::string& text) {
        context_.out().flush();
        reporter_.say(text);
    }

    /// Before anything runs or is asked: whoever is in the wrong place sees it here.
    void name_database() {
        const auto url = context_.database_url();
        auto text = "Database " + base::printable(url.display());
        if (url.dialect == Dialect::sqlite && url.database.empty()) text += ", in memory: nothing of it is kept";
        if (context_.database_file_is_missing()) {
            const auto file = (context_.config().directory / url.database).lexically_normal();
            text += options_.rehearse ? ", whose file is not there yet"
                                      : fmt::format(": creating the SQLite file {}", base::printable(file.string()));
        }
        reporter_.say(text);
    }

    std::optional<fs::path> backup_place() {
        const auto& config = context_.config();
        if (options_.no_backup || !(options_.backup || config.backup)) return std::nullopt;
        // A path of the command line is relative to where the user is, one of the settings to alembic.yaml.
        return options_.backup && !options_.backup->empty() ? fs::absolute(*options_.backup)
                                                            : config.backup_location / "";
    }

    ExitCode tell(const app::MigrateResult& done) {
        if (done.plan.steps.empty()) return nothing_to_do(done.plan);
        switch (request_.extent) {
            case app::MigrateExtent::show:
                return tell_plan(done);
            case app::MigrateExtent::rehearse:
                return tell_rehearsal(done);
            case app::MigrateExtent::run:
                break;
        }
        return tell_run(done);
    }

    ExitCode nothing_to_do(const Plan& plan) {
        // Of a script standard output has SQL only.
        if (context_.json() && !options_.sql) json::write_plan(context_.out(), plan, {});
        if (graph_.revisions().empty()) {
            say_after_answer("Nothing to do: there is no revision file; `rev revision -m MESSAGE` writes one");
            return ExitCode::done;
        }
        say_after_answer(fmt::format("Nothing to do: {} at {}", options_.sql ? "the range ends" : "the database is",
                                     rows_text(graph_, plan.to)));
        return ExitCode::done;
    }

    /// Revisions whose SQL was the log's.
    static std::set<RevisionId> from_log(const app::MigrateResult& done) {
        return done.from_log ? done.from_log->used() : std::set<RevisionId>();
    }

    ExitCode tell_plan(const app::MigrateResult& done) {
        const auto logged = from_log(done);
        if (context_.json())
            json::write_plan(context_.out(), done.plan, {}, logged, done.conditional);
        else
            print_steps(done, logged);
        say_after_answer(
            fmt::format("{} would run; nothing was changed", steps_text(done.plan, done.plan.steps.size())));
        return exit_code_of_steps();
    }

    void print_steps(const app::MigrateResult& done, const std::set<RevisionId>& logged) {
        const auto style = context_.out_style();
        std::string line;
        for (std::size_t index = 0; index < done.plan.steps.size(); ++index) {
            const auto& step = done.plan.steps[index];
            line.clear();
            report::append_step(line, step, style, step.revision != nullptr && logged.contains(step.revision->id));
            context_.out() << line << '\n';
            const auto conditions = done.conditional.find(index);
            if (conditions == done.conditional.end()) continue;
            for (const auto& note : conditions->second)
                context_.out() << fmt::format("    line {}, {}: {}\n", note.line,
                                              note.skipped ? "conditional" : "in batches",
                                              base::printable_word(note.marker));
        }
    }

    ExitCode tell_rehearsal(const app::MigrateResult& done) {
        const auto& steps = done.rehearsed;
        if (context_.json())
            json::write_rehearsal(context_.out(), done.plan, steps, done.dialect, done.losses);
        else
            context_.out() << report::rehearsal_text(steps, context_.out_style());
        if (done.losses && !context_.json())
            context_.out() << (done.losses->empty() ? "The downgrade loses nothing."
                                                    : report::losses_text(*done.losses))
                           << '\n';
        const auto ran = std::ranges::count_if(steps, [](const auto& step) { return !step.unrehearsed; });
        say_after_answer(
            fmt::format("Rehearsed {} of {}; nothing was changed", ran, base::counted(steps.size(), "step")));
        return exit_code_of_steps();
    }

    ExitCode tell_run(const app::MigrateResult& done) {
        const auto& result = done.result;
        // A stamp changes no schema.
        if (request_.mode != app::MigrateMode::stamp) write_configured_dump(context_, scripts_, graph_, reporter_);
        if (context_.json()) json::write_plan(context_.out(), done.plan, result.steps, from_log(done));
        say_after_answer(fmt::format("Done: {} in {}; the database is at {}",
                                     steps_text(done.plan, result.steps.size()),
                                     report::duration_text(total_time(result)), rows_text(graph_, result.rows)));
        return exit_code_of_steps();
    }

    void tell_where_it_stopped(const RunResult& result) {
        reporter_.say(fmt::format("Stopped after {} of {}; {}", result.steps.size(),
                                  base::counted(result.planned, "step"),
                                  result.rows_known ? "the database is at " + rows_text(graph_, result.rows)
                                                    : "where the database is now is not known"));
    }

    Dialect script_dialect() {
        if (!options_.dialect) return context_.database_url().dialect;
        return find_dialect(*options_.dialect).value_or(Dialect::postgresql);
    }

    [[nodiscard]] ExitCode exit_code_of_steps() const {
        return options_.detailed_exit_code ? ExitCode::changed : ExitCode::done;
    }

    Context& context_;
    const WalkOptions& options_;
    app::MigrateRequest request_;
    ScriptDirectory& scripts_;
    const Graph& graph_;
    report::TextReporter reporter_;
    std::optional<StopOnSignal> stop_on_signal_;
};

}  // namespace

/// Sorted, as the rows of a table have no order of their own.
std::string rows_text(const Graph& graph, std::vector<RevisionId> rows) {
    std::sort(rows.begin(), rows.end());
    for (auto& row : rows) {
        const auto* revision = graph.find(row);
        if (revision == nullptr) {
            row = base::printable_word(row);
            continue;
        }
        row.clear();
        report::append_line(row, graph, *revision, {.branch_and_merge_points = false}, report::Style());
    }
    return rows.empty() ? "base" : base::join_first(rows, ", ");
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

void declare_max_batches(Arguments& arguments, std::size_t& most) {
    arguments.number("--max-batches", most, "stop before batch N+1 of statements below `-- rev:repeat`; 0: no limit");
}

void declare_run_options(Arguments& arguments, WalkOptions& options) {
    arguments.flag("--rehearse", options.rehearse,
                   "run the steps on the database, report what they do, and roll all of it back");
    arguments.choice("--transaction", options.transaction, {"per-revision", "all"},
                     "one transaction for each revision, or one for all");
    arguments.option_with_default("--backup", options.backup, "PATH",
                                  "back the database up first, into this new file or folder (else: backup_location)");
    arguments.flag("--no-backup", options.no_backup, "make no backup, whatever alembic.yaml says");
    declare_max_batches(arguments, options.max_batches);
    arguments.flag("--no-repeatables", options.no_repeatables, "neither drop nor make repeatable objects");
    arguments.flag("--detailed-exitcode", options.detailed_exit_code, "exit with 10 if there was something to do");
}

ExitCode walk(Context& context, app::MigrateRequest request, const WalkOptions& options, const std::string& start) {
    Walk walk(context, std::move(request), options);
    return options.sql ? walk.write_script(start) : walk.run();
}

OfflineTarget split_target(const std::string& target, bool sql) {
    const auto range = app::worded([&] { return parse_range(target); });
    if (!range) return {{}, target, false};
    if (!sql) {
        throw Error(ExitCode::usage, error_codes::range_not_allowed,
                    fmt::format("\"{}\" is a range, which needs --sql", target))
            .with_hint("name the revision to go to; the database knows where it is");
    }
    return {range->lower, range->upper, true};
}

}  // namespace rev::commands
