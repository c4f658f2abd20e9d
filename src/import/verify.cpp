// Both ways on two databases in memory or in scratch: what must be the same is what the database itself says of its
// schema, so that nothing that rev thinks of the SQL can hide a difference.
#include "import/verify.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"
#include "rev/database.hpp"
#include "rev/revision_file.hpp"
#include "rev/statements.hpp"

namespace rev::foreign {
namespace {

/// The text of the schema as SQLite keeps it.
std::vector<SqlRow> schema_of(Database& database) {
    return database.query("SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY type, name, sql");
}

std::unique_ptr<Database> new_sqlite() { return open_database(parse_database_url("sqlite://"), {}); }

void run(Database& database, std::string_view sql, bool in_transaction) {
    std::vector<Command> commands;
    if (in_transaction) commands.push_back({.kind = Command::Kind::begin});
    if (!sql.empty()) commands.push_back({.kind = Command::Kind::sql, .sql = sql});
    if (in_transaction) commands.push_back({.kind = Command::Kind::commit});
    database.run(commands);
}

/// As sqlite3 and the tools run a file: statement by statement, with the transactions that it has itself.
void run_as_tool(Database& database, const Migration& migration) {
    const auto statements = split_statements(migration.up, Dialect::sqlite);
    const bool has_own = std::ranges::any_of(
        statements, [](const Statement& each) { return each.kind == StatementKind::transaction_control; });
    if (migration.run == Run::in_transaction && !has_own) return run(database, migration.up, true);
    for (const auto& statement : statements) run(database, statement.text, false);
}

void run_as_rev(Database& database, const NewFile& file) {
    const auto revision = parse_revision_file(file.text, file.path.string());
    const auto* section = revision.find_section(SectionKind::upgrade, Dialect::sqlite);
    if (section == nullptr) return;
    if (revision.header.transaction.value_or(true)) return run(database, revision.text_of(*section), true);
    for (const auto& statement : split_statements(revision.text_of(*section), Dialect::sqlite))
        run(database, statement.text, false);
}

const NewFile* file_of(const Draft& draft, const DraftRevision& revision) {
    const auto found = std::ranges::find_if(draft.files, [&](const NewFile& file) {
        return file.path.filename() == std::filesystem::path(revision.path).filename();
    });
    return found == draft.files.end() ? nullptr : &*found;
}

Verified not_done(std::string why) {
    Verified verified;
    verified.why_not = std::move(why);
    return verified;
}

/// Runs one way; what it says, or an empty text if it went well.
template <typename Way>
std::string failure_of(Way way) {
    try {
        way();
        return {};
    } catch (const Error& error) {
        return error.what();
    }
}

Verified verify_on_sqlite(const Import& import) {
    const auto theirs = new_sqlite();
    const auto ours = new_sqlite();
    Verified verified;
    verified.done = true;
    verified.of = import.draft.revisions.size();
    for (std::size_t at = 0; at < import.draft.revisions.size(); ++at) {
        const auto& revision = import.draft.revisions[at];
        const auto* file = file_of(import.draft, revision);
        if (file == nullptr) return not_done("only a part of the migrations is new");
        if (revision.is_todo) return not_done("some revisions are still to be written");
        const auto failed = failure_of([&] { run_as_tool(*theirs, import.history.migrations[at]); });
        if (!failed.empty()) return not_done(fmt::format("{} does not run on SQLite: {}", revision.source, failed));
        const auto ours_failed = failure_of([&] { run_as_rev(*ours, *file); });
        if (!ours_failed.empty()) {
            verified.differences.push_back(
                fmt::format("{} runs in {} and not in rev: {}", revision.source, import.tool->title, ours_failed));
            return verified;
        }
        if (schema_of(*theirs) == schema_of(*ours)) {
            ++verified.same;
        } else {
            verified.differences.push_back(fmt::format("{} makes another schema", revision.source));
        }
    }
    return verified;
}

}  // namespace

Verified verify(const Import& import, const Scratch& scratch) {
    auto dialects = scratch.dialects;
    if (dialects.empty() && import.history.dialect) dialects = {*import.history.dialect};
    const bool on_sqlite = std::ranges::find(dialects, Dialect::sqlite) != dialects.end();
    if (dialects.empty()) return not_done("nothing says for which database the files are: name it with --dialect");
    if (!on_sqlite) return not_done("there is no scratch database for PostgreSQL");
    return verify_on_sqlite(import);
}

std::string verified_text(const Verified& verified) {
    if (!verified.done) return "NOT verified: " + verified.why_not;
    return fmt::format("{} of {} verified", verified.same, verified.of);
}

}  // namespace rev::foreign
