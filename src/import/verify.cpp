// Both ways on two new databases: what must be the same is what the database itself says of its schema (sqlite_schema,
// pg_dump), so that nothing that rev thinks of the SQL can hide a difference.
#include "import/verify.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"
#include "import/scratch.hpp"
#include "rev/database.hpp"
#include "rev/revision_file.hpp"
#include "rev/statements.hpp"

namespace rev::foreign {
namespace {

Verified not_done(std::string why) {
    Verified verified;
    std::ranges::replace(why, '\n', ' ');
    verified.why_not = std::move(why);
    return verified;
}

// ---- one side

/// A new database that one of the two ways fills.
class Side {
public:
    Side(Dialect dialect, const std::optional<DatabaseUrl>& server) : dialect_(dialect) {
        if (dialect == Dialect::postgresql) scratch_.emplace(dialect, server);
        database_ = open_database(scratch_ ? scratch_->url() : parse_database_url("sqlite://"), {});  // in memory
    }

    /// As the tool sends it.
    void run_as_tool(const Migration& migration) {
        const auto statements = split_statements(migration.up, dialect_);
        const auto is_control = [](const Statement& each) { return each.kind != StatementKind::ordinary; };
        const bool is_whole = migration.run == Run::in_transaction && std::ranges::none_of(statements, is_control);
        if (is_whole) return run_in_transaction(migration.up);
        for (const auto& statement : statements) run_alone(statement);
    }

    /// As rev runs the revision's upgrade.
    void run_as_rev(const NewFile& file) {
        const auto revision = parse_revision_file(file.text, file.path.string());
        run_as_rev(revision, SectionKind::upgrade);
    }

    void run_as_rev(const RevisionFile& revision, SectionKind kind) {
        const auto* section = revision.find_section(kind, dialect_);
        if (section == nullptr) return;
        const auto sql = revision.text_of(*section);
        const auto statements = split_statements(sql, dialect_);
        const bool copies = std::ranges::any_of(
            statements, [](const Statement& each) { return each.kind == StatementKind::copy_from_stdin; });
        if (revision.header.transaction.value_or(true) && !copies) return run_in_transaction(sql);
        for (const auto& statement : statements) run_alone(statement);
    }

    /// Everything that the database says of its schema.
    [[nodiscard]] std::string schema() {
        return schema_text(*database_, scratch_ ? scratch_->libpq_variables() : std::map<std::string, std::string>{},
                           "alembic_version");
    }

private:
    void run_in_transaction(std::string_view sql) {
        std::vector<Command> commands{{.kind = Command::Kind::begin}};
        if (!trim(sql).empty()) commands.push_back({.kind = Command::Kind::sql, .sql = sql});
        commands.push_back({.kind = Command::Kind::reset});
        commands.push_back({.kind = Command::Kind::commit});
        database_->run(commands);
    }

    void run_alone(const Statement& statement) {
        const bool copies = statement.kind == StatementKind::copy_from_stdin;
        const Command command{.kind = copies ? Command::Kind::copy : Command::Kind::sql,
                              .sql = statement.text,
                              .data = statement.copy_data};
        database_->run(std::span(&command, 1));
    }

    Dialect dialect_;
    std::optional<ScratchDatabase> scratch_;  ///< PostgreSQL
    std::unique_ptr<Database> database_;
};

// ---- both

const NewFile* file_of(const Draft& draft, const DraftRevision& revision) {
    const auto found = std::ranges::find_if(draft.files, [&](const NewFile& file) {
        return file.path.filename() == std::filesystem::path(revision.path).filename();
    });
    return found == draft.files.end() ? nullptr : &*found;
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

class Verifier {
public:
    Verifier(const Import& import, Dialect dialect, const std::optional<DatabaseUrl>& server)
        : import_(import), dialect_(dialect), theirs_(dialect, server), ours_(dialect, server) {}

    Verified verify() {
        Verified verified;
        verified.done = true;
        const auto revisions = import_.draft.revisions.size();
        verified.of = revisions + import_.draft.repeatables.size();
        for (std::size_t at = 0; at < verified.of; ++at) {
            const auto* repeatable = at < revisions ? nullptr : &import_.draft.repeatables[at - revisions];
            const auto& migration =
                repeatable == nullptr ? import_.history.migrations[at] : import_.history.repeatables[at - revisions];
            const auto& source = migration.file;
            auto failed = failure_of([&] { theirs_.run_as_tool(migration); });
            if (!failed.empty()) return not_done(fmt::format("{} does not run: {}", source, failed));
            failed = failure_of([&] {
                if (repeatable != nullptr) return ours_.run_as_rev(repeatable->file, SectionKind::apply);
                ours_.run_as_rev(*file_of(import_.draft, import_.draft.revisions[at]));
            });
            if (!failed.empty()) {
                verified.differences.push_back(
                    fmt::format("{} runs in {} and not in rev: {}", source, import_.tool->title, failed));
                return verified;
            }
            // pg_dump takes its time: once, at the end, which every earlier difference reaches.
            const bool is_last = at + 1 == verified.of;
            if (dialect_ == Dialect::sqlite || is_last) compare(verified, source, at);
        }
        compare_with_tool(verified);
        return verified;
    }

private:
    /// Where the tool ran itself, its own database is the judge of all that was recorded.
    void compare_with_tool(Verified& verified) {
        if (import_.history.schema.empty() || import_.history.schema == ours_.schema()) return;
        verified.differences.push_back(
            fmt::format("the schema that {} itself makes is another one", import_.tool->title));
    }

    void compare(Verified& verified, const std::string& source, std::size_t index) {
        if (theirs_.schema() == ours_.schema()) {
            verified.same = dialect_ == Dialect::sqlite ? verified.same + 1 : index + 1;
        } else {
            verified.differences.push_back(fmt::format("{} makes another schema", source));
        }
    }

    const Import& import_;
    Dialect dialect_;
    Side theirs_;
    Side ours_;
};

/// Why there is nothing to run; empty: there is.
std::string obstacle(const Import& import) {
    for (const auto& revision : import.draft.revisions) {
        if (file_of(import.draft, revision) == nullptr) return "only a part of the migrations is new";
        if (revision.is_todo) return "some revisions are still to be written";
    }
    for (const auto& repeatable : import.draft.repeatables)
        if (repeatable.is_todo) return "some repeatable objects are still to be written";
    return {};
}

}  // namespace

Verified verify(const Import& import, const Scratch& scratch) {
    auto dialects = scratch.dialects;
    if (dialects.empty() && import.history.dialect) dialects = {*import.history.dialect};
    if (dialects.empty()) return not_done("nothing says for which database the files are: name it with --dialect");
    if (auto why = obstacle(import); !why.empty()) return not_done(std::move(why));
    const auto dialect = dialects.front();
    if (dialect == Dialect::postgresql && !scratch.url)
        return not_done("there is no scratch database for PostgreSQL: --scratch names a server for it");
    try {
        return Verifier(import, dialect, scratch.url).verify();
    } catch (const Error& error) {
        return not_done(error.what());
    }
}

std::string verified_text(const Verified& verified) {
    if (!verified.done) return "NOT verified: " + verified.why_not;
    return fmt::format("{} of {} verified", verified.same, verified.of);
}

}  // namespace rev::foreign
