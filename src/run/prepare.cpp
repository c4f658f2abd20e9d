// Reads and cuts the files of a plan before anything runs. Whatever can be refused for a reason that stands in the file
// is refused here: half-way through a plan it would leave a half-done database.

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <future>
#include <mutex>

#include "base/secrets.hpp"
#include "base/text.hpp"
#include "run/as_written.hpp"
#include "run/batch.hpp"
#include "run/execute.hpp"
#include "run/guards.hpp"
#include "run/limits.hpp"
#include "run/marker_check.hpp"
#include "run/prepare_alone.hpp"
#include "run/step_text.hpp"
#include "run/unclosed.hpp"
#include "state/logged.hpp"

namespace rev::run {
namespace {

constexpr std::string_view own_transaction_advice =
    "write `transaction: false` in the header of the revision, so that it runs statement by statement outside a "
    "transaction";

/// A repeatable object is always made in one transaction.
constexpr std::string_view revision_advice =
    "move it to a revision with `transaction: false` in its header, which runs outside a transaction";

/// "revision 1975ea83b712", "repeatable active_users"
std::string name_of(const RevisionHeader& header) {
    return fmt::format("{} {}", file_kind_name(header.kind), header.revision.id);
}

/// Where the header has the revision's id; what stands for a file of the log has no lines.
Location header_location(const RevisionFile& file) {
    const auto& revision = file.header.revision;
    std::size_t start = 0;
    for (std::size_t line = 1; line < file.header.revision_line && start < file.text.size(); ++line)
        start = std::min(file.text.find('\n', start), file.text.size() - 1) + 1;
    const auto key = std::min(file.text.find(':', start), file.text.size());
    const auto id = file.text.find(revision.id, key);
    if (id == std::string::npos) return {revision.path, file.header.revision_line, 1, {}};
    const auto position = base::position_of(file.text, id);
    return {revision.path, position.line, position.column, std::string(position.line_text)};
}

[[noreturn]] void throw_irreversible(const RevisionFile& file, Dialect dialect) {
    if (state::is_in_log(file.header.revision.path))
        throw Error(
            ExitCode::graph, error_codes::irreversible,
            fmt::format("revision {} is irreversible: its file had no downgrade section for {}, or an unwritten "
                        "one, when it was applied, so the log has none",
                        file.header.revision.id, dialect_name(dialect)))
            .with_location({.file = file.header.revision.path, .line = 0, .column = 0, .line_text = {}})
            .with_hint("nothing was changed; get its file and add a `-- rev:downgrade` section, or restore a backup");
    throw Error(ExitCode::graph, error_codes::irreversible,
                fmt::format("revision {} is irreversible: it has no downgrade section for {}", file.header.revision.id,
                            dialect_name(dialect)))
        .with_location(header_location(file))
        .with_hint(
            "nothing was changed; add a `-- rev:downgrade` section with the SQL that undoes it, or restore a backup");
}

SectionKind section_kind_of(Direction direction) {
    switch (direction) {
        case Direction::apply:
            return SectionKind::apply;
        case Direction::drop:
            return SectionKind::drop;
        case Direction::upgrade:
            return SectionKind::upgrade;
        default:
            return SectionKind::downgrade;
    }
}

const Section& section_of(const RevisionFile& file, Direction direction, Dialect dialect) {
    const auto* section = file.find_section(section_kind_of(direction), dialect);
    if (section == nullptr) {
        if (direction == Direction::downgrade) throw_irreversible(file, dialect);
        throw no_section(file, section_kind_of(direction), dialect);
    }
    if (section->todo) throw unwritten_section(file, *section);
    return *section;
}

std::vector<Variable> variables_of(const RevisionFile& file, const std::map<std::string, std::string>& values) {
    std::vector<Variable> variables;
    for (const auto& name : file.header.variables) {
        const auto found = values.find(name);
        if (found == values.end())
            throw Error(ExitCode::usage, error_codes::no_variable,
                        fmt::format("the variable {} of {} has no value", name, name_of(file.header)))
                .with_location(header_location(file))
                .with_hint(fmt::format("give it with -x {}=VALUE, or under `variables:` in alembic.yaml", name));
        variables.push_back({name, found->second});
    }
    return variables;
}

/// A section with its variables filled in.
FilledText filled_in(const RevisionFile& file, const Section& section, const std::vector<Variable>& variables,
                     const PrepareOptions& options) {
    const base::SourceSpan written{
        .text = file.text_of(section), .path = file.header.revision.path, .first_line = section.first_line};
    // Without variables nothing is replaced, so a section may have what would look like one.
    return variables.empty() ? FilledText{std::string(written.text), {}}
                             : fill_in_variables(written, variables, options.dialect, options.backslash);
}

/// A revision's SQL, cut into statements.
struct Part {
    SqlInFile source;
    const std::vector<Statement>& statements;
};

[[noreturn]] void throw_unfit(const Part& part, const Statement& statement, std::string code, const std::string& what,
                              std::string hint) {
    throw Error(ExitCode::graph, std::move(code), what)
        .with_location(place_of(part.source, statement))
        .with_hint(std::move(hint));
}

/// They would reach the server half-way through the section, outside a transaction behind what is done by then.
void refuse_psql_commands(const SqlInFile& source, const PrepareOptions& options) {
    // The sqlite3 shell has its commands with a dot at the start of a line, which SQLite itself refuses as a syntax
    // error.
    if (options.dialect != Dialect::postgresql) return;
    const auto command = find_psql_command(source.sql, options.backslash);
    if (!command) return;
    throw Error(ExitCode::graph, error_codes::psql_command,
                fmt::format("{} is a command of psql, not SQL", command->name))
        .with_location(place_at(source, command->offset))
        .with_hint(command->advice);
}

/// The server would find it only when it comes there, or drop it, and all that it hides, without a word. To SQLite an
/// open comment is one that ends with the text.
void refuse_unclosed(const SqlInFile& source, const PrepareOptions& options) {
    const auto found = find_unclosed(source.sql, options.dialect, options.backslash);
    if (found && (found->kind == Unclosed::Kind::quote || options.dialect == Dialect::postgresql))
        throw unclosed_error(source, *found);
}

/// With the header, `PRAGMA foreign_keys` says what rev does already, and does nothing itself.
void refuse_transaction_statements(const Part& part, const RevisionHeader& header) {
    const auto way = header.kind == FileKind::repeatable ? revision_advice : own_transaction_advice;
    for (const auto& statement : part.statements) {
        // Where strings end is the session's setting, which an earlier step may still change: the driver judges then.
        if (statement.backslash == Backslash::escape) continue;
        if (is_foreign_keys_pragma(statement)) {
            if (header.sqlite_foreign_keys == false) continue;
            throw_unfit(part, statement, error_codes::outside_transaction,
                        "PRAGMA foreign_keys does nothing in a transaction",
                        "write `sqlite_foreign_keys: false` in the revision's header: foreign keys are then not "
                        "enforced around its transaction, and the PRAGMA may stay; `true` enforces them");
        }
        if (statement.kind == StatementKind::transaction_control)
            throw_unfit(
                part, statement, error_codes::transaction_control,
                fmt::format("{} in a {} that runs in a transaction", statement.command, file_kind_name(header.kind)),
                fmt::format("remove it: rev begins and commits the transaction itself; or {}", way));
        if (statement.kind == StatementKind::outside_transaction)
            throw_unfit(part, statement, error_codes::outside_transaction,
                        fmt::format("{} cannot run in a transaction", statement.command),
                        header.kind == FileKind::repeatable
                            ? std::string(way)
                            : fmt::format("move it to a revision of its own and {}", way));
    }
}

/// The ledger would be taken along into a transaction that ends elsewhere, or into one that nobody began anew when the
/// revision is resumed.
void refuse_unledgered_statements(const Part& part) {
    for (const auto& statement : part.statements) {
        if (statement.facts.transaction == sql::TransactionAction::prepare)
            throw_unfit(part, statement, error_codes::prepare_transaction,
                        "PREPARE TRANSACTION in a revision: rev records each commit in the same transaction",
                        "write COMMIT in its place");
        if (statement.facts.chains)
            throw_unfit(part, statement, error_codes::and_chain,
                        fmt::format("{} in a revision: `rev resume` could not go on behind it", statement.command),
                        "write two statements: the COMMIT or ROLLBACK, and BEGIN with the same modes");
    }
}

/// rev reads what a verify section answers, so it must be nothing but ordinary statements.
void check_verify(const std::string& path, const VerifyPart& verify, const PrepareOptions& options) {
    const auto source = sql_in_file(verify, path);
    refuse_psql_commands(source, options);
    refuse_unclosed(source, options);
    const auto statements = split_statements(verify.sql, options.dialect, verify.first_line, options.backslash);
    const Part part{source, statements};
    for (const auto& statement : statements)
        if (statement.kind != StatementKind::ordinary || is_about_savepoints(statement))
            throw_unfit(part, statement, error_codes::bad_verify,
                        fmt::format("{} in a verify section", statement.command),
                        "a verify section runs inside the revision's transaction and only looks");
}

std::vector<VerifyPart> verify_parts(const RevisionFile& file, const std::vector<Variable>& variables,
                                     const PrepareOptions& options) {
    std::vector<VerifyPart> parts;
    for (const auto* section : file.verify_sections(options.dialect)) {
        if (section->todo) throw unwritten_section(file, *section);
        auto filled = filled_in(file, *section, variables, options);
        parts.push_back({.sql = std::move(filled.text),
                         .first_line = section->first_line,
                         .expect_empty = section->expect_empty,
                         .written = filled.variables.empty() ? std::string() : std::string(file.text_of(*section)),
                         .variables = std::move(filled.variables)});
        check_verify(file.header.revision.path, parts.back(), options);
    }
    return parts;
}

void keep_downgrade(PreparedStep& step, const RevisionFile& file, const std::vector<Variable>& variables,
                    const PrepareOptions& options) {
    const auto* section = file.find_section(SectionKind::downgrade, options.dialect);
    // What is still to be written undoes nothing: the log must not have it as a downgrade of no statements.
    if (section != nullptr && !section->todo) step.downgrade_sql = filled_in(file, *section, variables, options).text;
}

/// What a checkout without the file needs in order to undo the revision: ids for labels, which another file may lose,
/// and no variables, as the SQL is kept with them filled in.
std::string kept_header(const RevisionFile& file, const std::vector<RevisionId>& dependencies) {
    auto header = file.header;
    header.revision.depends_on = dependencies;
    header.variables.clear();
    return format_header(header);
}

void check_transaction_mode(const PreparedStep& step, const RevisionFile& file, const PrepareOptions& options) {
    const Part part{sql_in_file(step), step.statements};
    if (!step.transactional) {
        refuse_unledgered_statements(part);
        if (options.transaction == TransactionMode::per_revision) return;
        throw Error(ExitCode::graph, error_codes::outside_transaction,
                    fmt::format("revision {} must run outside a transaction, so the plan cannot run in one",
                                file.header.revision.id))
            .with_location(header_location(file))
            .with_hint("use --transaction per-revision, or upgrade in parts: up to this revision, it, and the rest");
    }
    refuse_transaction_statements(part, file.header);
}

/// The header's, else `limits`.
StatementLimits limits_of(const RevisionHeader& header, StatementLimits limits) {
    // The header was checked when it was read, so it is a duration.
    if (!header.statement_lock_timeout.empty()) limits.lock_timeout = parse_duration(header.statement_lock_timeout);
    if (!header.statement_timeout.empty()) limits.statement_timeout = parse_duration(header.statement_timeout);
    limits.lock_retries = header.lock_retries.value_or(limits.lock_retries);
    return limits;
}

/// What of its file a step runs.
struct StepSource {
    const Section* section = nullptr;
    std::vector<Variable> variables;
};

StepSource source_of(PreparedStep& prepared, const PrepareOptions& options) {
    prepared.path = prepared.file.header.revision.path;
    return {.section = &section_of(prepared.file, prepared.step.direction, options.dialect),
            .variables = variables_of(prepared.file, options.variables)};
}

/// Reads the step's file into it.
StepSource read_source(PreparedStep& prepared, const ScriptDirectory& scripts, const PrepareOptions& options) {
    if (prepared.step.repeatable != nullptr) {
        prepared.file = scripts.read(*prepared.step.repeatable);
    } else {
        const auto& revision = *prepared.step.revision;
        auto logged = options.logged ? options.logged(revision) : std::nullopt;
        prepared.from_log = logged.has_value();
        prepared.file = logged ? std::move(*logged) : scripts.read(revision);
    }
    return source_of(prepared, options);
}

/// What the step runs, fit to run.
void prepare_work(PreparedStep& prepared, const StepSource& source, const PrepareOptions& options) {
    const auto& file = prepared.file;
    prepared.sql = prepared.written = file.text_of(*source.section);
    prepared.first_line = source.section->first_line;
    if (!source.variables.empty()) {
        auto filled = filled_in(file, *source.section, source.variables, options);
        prepared.filled_in = std::move(filled.text);
        prepared.variables = std::move(filled.variables);
        prepared.sql = prepared.filled_in;
        for (const auto& variable : source.variables)
            if (base::is_secret_name(variable.name)) prepared.secrets.push_back(variable.value);
    }
    // Both before the cut: an open quote or a `\copy` makes statements of the wrong places.
    refuse_psql_commands(sql_in_file(prepared), options);
    refuse_unclosed(sql_in_file(prepared), options);
    prepared.statements =
        split_statements(prepared.sql, options.dialect, source.section->first_line, options.backslash);
    prepared.transactional = file.header.transaction.value_or(true) && options.transactional_ddl;
    prepared.sqlite_foreign_keys = file.header.sqlite_foreign_keys;
    prepared.limits = limits_of(file.header, options.limits);
    // A script is run by hand, by somebody who may choose to wait.
    if (!prepared.limits.lock_timeout && options.dialect == Dialect::postgresql && !options.is_script)
        prepared.limits.lock_timeout = usual_lock_timeout(prepared.statements);
    check_transaction_mode(prepared, file, options);
    read_markers_of(prepared, *source.section, options);
    if (prepared.step.direction == Direction::upgrade) prepared.verify = verify_parts(file, source.variables, options);
}

/// What the log keeps of the step. Reads nothing that prepare_work writes.
void prepare_record(PreparedStep& prepared, const StepSource& source, const PrepareOptions& options) {
    const auto sums = state::section_checksum(prepared.file.text_of(*source.section), options.dialect);
    prepared.checksum = sums.checksum;
    prepared.raw_checksum = sums.raw_checksum;
    if (prepared.step.direction != Direction::upgrade) return;
    keep_downgrade(prepared, prepared.file, source.variables, options);
    prepared.header = kept_header(prepared.file, prepared.step.dependencies);
}

std::unique_ptr<PreparedStep> prepare_step(const Step& step, const ScriptDirectory& scripts,
                                           const PrepareOptions& options) {
    // Bytes. Starting a thread costs more than the checksum of a common section; of a dump both take seconds.
    constexpr std::size_t worth_a_thread = std::size_t{1} << 20;
    auto prepared = std::make_unique<PreparedStep>();
    prepared->step = step;
    prepared->limits = options.limits;
    if (step.direction == Direction::stamp) return prepared;
    const auto source = read_source(*prepared, scripts, options);
    // A deferred one runs in get(). If prepare_work() throws, the destructor of the future waits for one that runs.
    const auto how = source.section->length < worth_a_thread ? std::launch::deferred : std::launch::async;
    auto record = std::async(how, [&] { prepare_record(*prepared, source, options); });
    prepare_work(*prepared, source, options);
    record.get();
    return prepared;
}

/// As prepare_step, of a step that is a transaction of its own. Of the step only what is read is copied: copying the
/// changes of 100,000 steps would be felt.
std::vector<StatementNote> check_step(const Step& step, const ScriptDirectory& scripts, const PrepareOptions& options) {
    if (step.direction == Direction::stamp) return {};
    PreparedStep prepared;
    prepared.step.direction = step.direction;
    prepared.step.revision = step.revision;
    prepared.step.repeatable = step.repeatable;
    prepare_work(prepared, read_source(prepared, scripts, options), options);
    return conditions_of(prepared);
}

}  // namespace

Error no_section(const RevisionFile& file, SectionKind kind, Dialect dialect) {
    return Error(ExitCode::graph, error_codes::no_section,
                 fmt::format("{} has no {} section for {}", name_of(file.header), section_name(kind),
                             dialect_name(dialect)))
        .with_location(header_location(file))
        .with_hint(fmt::format("add `-- rev:{0}` or `-- rev:{0} {1}`; an empty section is a deliberate no-op",
                               section_name(kind), dialect_name(dialect)));
}

void check_file(const RevisionFile& file, Direction direction, const PrepareOptions& options) {
    PreparedStep prepared;
    prepared.step.direction = direction;
    prepared.file = file;
    prepare_work(prepared, source_of(prepared, options), options);
}

std::vector<VerifyPart> prepare_verify(const RevisionFile& file, const PrepareOptions& options) {
    if (file.verify_sections(options.dialect).empty()) return {};
    return verify_parts(file, variables_of(file, options.variables), options);
}

PreparedPlan prepare_upgrade_of(const Revision& revision, const Graph& graph, const ScriptDirectory& scripts,
                                const PrepareOptions& options) {
    Plan plan;
    plan.steps.push_back({Direction::upgrade, &revision, {}});
    return prepare_alone(std::move(plan), graph, scripts, options);
}

PreparedPlan prepare_alone(Plan plan, const Graph& graph, const ScriptDirectory& scripts, PrepareOptions options) {
    auto& step = plan.steps.front();
    for (const auto* dependency : graph.dependencies(*step.revision)) step.dependencies.push_back(dependency->id);
    options.transaction = TransactionMode::per_revision;
    return prepare(std::move(plan), scripts, options);
}

PreparedPlan prepare(Plan plan, const ScriptDirectory& scripts, const PrepareOptions& options) {
    PreparedPlan prepared;
    // Each step is written by one thread at its own place; the vector must not move meanwhile.
    prepared.steps.resize(plan.steps.size());
    const auto prepare_one = [&](std::size_t index) {
        prepared.steps[index] = prepare_step(plan.steps[index], scripts, options);
    };
    scripts.pool().for_each_index(plan.steps.size(), [&] { return prepare_one; });
    prepared.plan = std::move(plan);
    return prepared;
}

ConditionalSteps check(const Plan& plan, const ScriptDirectory& scripts, const PrepareOptions& options) {
    ConditionalSteps conditional;
    std::mutex mutex;
    scripts.pool().for_each_index(plan.steps.size(), [&] {
        return [&](std::size_t index) {
            auto notes = check_step(plan.steps[index], scripts, options);
            if (notes.empty()) return;
            const std::lock_guard lock(mutex);
            conditional.emplace(index, std::move(notes));
        };
    });
    return conditional;
}

}  // namespace rev::run
