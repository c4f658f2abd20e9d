#include "scratch/contents.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "scratch/run_sql.hpp"
#include "sql/statements.hpp"

namespace rev::scratch {
namespace {

/// A statement has a greatest number of parts joined by UNION ALL: 500 on SQLite.
constexpr std::size_t asked_at_once = 400;

constexpr std::string_view not_of_extension =
    "c.oid >= 16384 AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid "
    "AND d.deptype = 'e')";

std::string in_schemas(Database& database, std::span<const std::string> schemas) {
    if (schemas.empty()) return {};
    std::vector<std::string> literals;
    for (const auto& schema : schemas) literals.push_back(database.quote_literal(schema));
    return " AND n.nspname IN (" + base::join(literals, ", ") + ")";
}

/// Of each question that has an answer: "SELECT 'name' WHERE ...".
void ask(Database& database, const std::vector<std::string>& questions, Content::Kind kind,
         std::set<Content>& contents) {
    for (std::size_t first = 0; first < questions.size(); first += asked_at_once) {
        const auto some = std::span(questions).subspan(first, std::min(asked_at_once, questions.size() - first));
        for (const auto& row : database.query(base::join(some, " UNION ALL ")))
            contents.insert({kind, row.at(0).value_or("")});
    }
}

/// Tables without pages need not be asked; what has pages may have lost its rows again.
std::string tables_sql(const std::string& in_schemas) {
    return fmt::format(
        "SELECT n.nspname || '.' || c.relname, format('%I.%I', n.nspname, c.relname) FROM pg_class c JOIN pg_namespace "
        "n ON n.oid = c.relnamespace WHERE c.relkind = 'r' AND c.relpersistence <> 't' AND {} {} AND "
        "pg_relation_size(c.oid) > 0 ORDER BY 1",
        not_of_extension, in_schemas);
}

std::string sequences_sql(const std::string& in_schemas) {
    return fmt::format(
        "SELECT n.nspname || '.' || c.relname, format('%I.%I', n.nspname, c.relname), s.seqstart FROM pg_sequence s "
        "JOIN pg_class c ON c.oid = s.seqrelid JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relpersistence <> "
        "'t' AND {} {} ORDER BY 1",
        not_of_extension, in_schemas);
}

constexpr std::string_view large_objects_sql = "SELECT m.oid::text FROM pg_largeobject_metadata m";

std::set<Content> contents_of_postgres(Database& database, std::span<const std::string> schemas) {
    const auto condition = in_schemas(database, schemas);
    const std::array queries = {Query{tables_sql(condition)}, Query{sequences_sql(condition)},
                                Query{std::string(temporary_in_postgres)}, Query{std::string(large_objects_sql)}};
    const auto answers = database.query_all(queries);
    std::set<Content> contents;
    std::vector<std::string> questions;
    for (const auto& row : answers.at(0))
        questions.push_back(fmt::format("SELECT {} WHERE EXISTS (SELECT FROM ONLY {})",
                                        database.quote_literal(db::text_at(row, 0)), db::text_at(row, 1)));
    ask(database, questions, Content::Kind::rows, contents);
    questions.clear();
    for (const auto& row : answers.at(1))
        questions.push_back(fmt::format("SELECT {} FROM {} WHERE is_called OR last_value <> {}",
                                        database.quote_literal(db::text_at(row, 0)), db::text_at(row, 1),
                                        db::text_at(row, 2)));
    ask(database, questions, Content::Kind::position, contents);
    for (const auto& row : answers.at(2)) contents.insert({Content::Kind::temporary, db::text_at(row, 0)});
    for (const auto& row : answers.at(3)) contents.insert({Content::Kind::large_object, db::text_at(row, 0)});
    return contents;
}

/// Shadow tables have rows from the start; those of a virtual table are its module's business.
constexpr std::string_view sqlite_tables_sql =
    "SELECT name FROM main.sqlite_schema WHERE type = 'table' AND rootpage > 0 AND (name NOT LIKE 'sqlite\\_%' ESCAPE "
    "'\\') AND name NOT IN (SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'shadow') ORDER BY 1";

std::set<Content> contents_of_sqlite(Database& database) {
    std::set<Content> contents;
    std::vector<std::string> questions;
    for (const auto& row : database.query(sqlite_tables_sql))
        questions.push_back(fmt::format("SELECT {} WHERE EXISTS (SELECT 1 FROM main.{})",
                                        database.quote_literal(db::text_at(row, 0)),
                                        database.quote_identifier(db::text_at(row, 0))));
    ask(database, questions, Content::Kind::rows, contents);
    for (const auto& row : database.query(temporary_in_sqlite))
        contents.insert({Content::Kind::temporary, db::text_at(row, 0)});
    return contents;
}

std::string describe(const Content& content) {
    switch (content.kind) {
        case Content::Kind::rows:
            return "rows in the table " + content.name;
        case Content::Kind::temporary:
            return content.name + ", which is temporary";
        case Content::Kind::position:
            return "a position of the sequence " + content.name;
        case Content::Kind::large_object:
            break;
    }
    return "the large object " + content.name;
}

std::string_view advice_for(Content::Kind kind) {
    switch (kind) {
        case Content::Kind::temporary:
            return "what is temporary is gone with the session, and no part of the schema: remove it, or make it "
                   "without TEMPORARY";
        case Content::Kind::position:
            return "a desired schema holds definitions only: where a sequence begins is said by START WITH";
        default:
            break;
    }
    return "a desired schema holds definitions only: rows are written by a revision (`rev revision -m ...`) or by the "
           "application; CREATE TABLE ... AS takes WITH NO DATA (SQLite: LIMIT 0)";
}

/// Of what tables and sequences are there, by the names that contents have.
std::set<std::string> relation_names(Database& database) {
    std::set<std::string> names;
    const auto* sql =
        database.dialect() == Dialect::sqlite
            ? "SELECT name FROM main.sqlite_schema"
            : "SELECT n.nspname || '.' || c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
              "WHERE c.relkind IN ('r', 'S')";
    for (const auto& row : database.query(sql)) names.insert(db::text_at(row, 0));
    return names;
}

bool works_on_schema(const Statement& statement) {
    using sql::Verb;
    return statement.facts.is_definition() ||
           statement.facts.verb_in({Verb::comment, Verb::grant, Verb::security, Verb::revoke});
}

/// One loading that looks behind each statement.
class WatchedLoading {
public:
    WatchedLoading(Database& database, std::span<const std::string> schemas)
        : database_(database), schemas_(schemas), contents_(find_contents(database, schemas)) {}

    void run(const DdlText& ddl) {
        const auto text = without_restrict_commands(ddl.text);
        const auto statements = split_statements(text, database_.dialect());
        // PostgreSQL runs the statements of one message as one transaction; SET LOCAL lasts as long.
        const bool is_own = !database_.in_transaction() && std::ranges::none_of(statements, [](const auto& one) {
            return one.kind == StatementKind::transaction_control;
        });
        if (is_own) run_command({.kind = Command::Kind::begin});
        for (const auto& statement : statements) {
            const auto names = works_on_schema(statement) ? relation_names(database_) : std::set<std::string>();
            run_sql(database_, statement.text);
            refuse_new(ddl, statement, names);
        }
        if (is_own) run_command({.kind = Command::Kind::commit});
    }

private:
    void run_command(const Command& command) { database_.run(std::span(&command, 1)); }

    void refuse_new(const DdlText& ddl, const Statement& statement, const std::set<std::string>& there_already) {
        auto now = find_contents(database_, schemas_);
        for (const auto& content : now) {
            if (contents_.contains(content) || there_already.contains(content.name)) continue;
            const auto place = base::position_of(ddl.text, statement.offset);
            throw Error(ExitCode::graph, error_codes::not_a_schema,
                        fmt::format("{} in a desired schema leaves {}", statement.command, describe(content)))
                .with_location({ddl.shown, place.line, place.column, std::string(place.line_text)})
                .with_hint(std::string(advice_for(content.kind)));
        }
        contents_ = std::move(now);
    }

    Database& database_;
    std::span<const std::string> schemas_;
    std::set<Content> contents_;
};

}  // namespace

std::set<Content> find_contents(Database& database, std::span<const std::string> schemas) {
    return database.dialect() == Dialect::sqlite ? contents_of_sqlite(database)
                                                 : contents_of_postgres(database, schemas);
}

void refuse_contents(Database& database, std::span<const DdlText> texts, std::span<const std::string> schemas) {
    WatchedLoading loading(database, schemas);
    for (const auto& text : texts) loading.run(text);
}

}  // namespace rev::scratch
