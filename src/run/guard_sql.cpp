// The SELECT behind each guard.

#include <fmt/format.h>

#include "base/text.hpp"
#include "run/guard_names.hpp"
#include "run/guards.hpp"
#include "sql/names.hpp"
#include "sql/sql_cursor.hpp"

namespace rev::run {
namespace {

using Thing = sql::StatementMarker::Thing;

}  // namespace

std::string written_owner(const sql::StatementMarker& marker) {
    const bool has_member = marker.thing == Thing::column || marker.thing == Thing::constraint;
    const auto count = marker.name.size() - (has_member ? 1 : 0);
    std::string name;
    for (std::size_t part = 0; part < count; ++part) name.append(part == 0 ? "" : ".").append(marker.name[part]);
    return name;
}

namespace {

/// What the statement below a guard makes, as far as that says where names are looked for.
struct Creation {
    bool creates = false;
    bool temporary = false;
    std::string table;  ///< of an index, as written
};

Creation creation_of(const Statement& statement, Dialect dialect) {
    const auto& facts = statement.facts;
    Creation creation;
    creation.creates = facts.verb == sql::Verb::create;
    creation.temporary = facts.temporary;
    if (!creation.creates || facts.object != sql::ObjectKind::index) return creation;
    sql::SqlCursor cursor(statement.text, dialect);
    while (!cursor.at_end() && !cursor.at_word("ON")) cursor.advance();
    if (!cursor.accept("ON")) return creation;
    cursor.accept("ONLY");
    creation.table = cursor.take_name();
    return creation;
}

/// PostgreSQL's catalogs.
class PostgresGuard {
public:
    PostgresGuard(const Database& database, const PreparedStep& step, const sql::StatementMarker& marker)
        : database_(database),
          marker_(marker),
          creation_(creation_of(step.statements[marker.statement], Dialect::postgresql)) {}

    [[nodiscard]] std::string sql() const {
        switch (marker_.thing) {
            case Thing::column:
                return fmt::format(
                    "SELECT 1 FROM pg_catalog.pg_attribute WHERE attrelid OPERATOR(pg_catalog.=) {} AND attname"
                    " OPERATOR(pg_catalog.=) {} AND attnum OPERATOR(pg_catalog.>) 0 AND NOT attisdropped",
                    relation(written_owner(marker_)), identifier(marker_.name.back()));
            case Thing::constraint:
                return fmt::format(
                    "SELECT 1 FROM pg_catalog.pg_constraint WHERE conrelid OPERATOR(pg_catalog.=) {} AND conname"
                    " OPERATOR(pg_catalog.=) {}",
                    relation(written_owner(marker_)), identifier(marker_.name.back()));
            case Thing::table:
                return relation_of_kind("r,p,f");
            case Thing::view:
                return relation_of_kind("v,m");
            case Thing::index:
                return index();
            case Thing::type:
                return fmt::format("SELECT 1 WHERE pg_catalog.to_regtype({}) IS NOT NULL", place());
            case Thing::query:
                break;
        }
        // A line end: the SELECT may end in a comment.
        return fmt::format("SELECT 1 WHERE EXISTS ({}\n)", marker_.query);
    }

private:
    [[nodiscard]] std::string literal(std::string_view text) const { return database_.quote_literal(text); }

    [[nodiscard]] std::string relation(const std::string& name) const {
        return fmt::format("CAST(pg_catalog.to_regclass({}) AS pg_catalog.oid)", literal(name));
    }

    /// One part of a name as the server reads it.
    [[nodiscard]] std::string identifier(std::string_view written) const {
        return fmt::format("CAST((pg_catalog.parse_ident({}))[1] AS pg_catalog.name)", literal(written));
    }

    /// The name as SQL for to_regclass(): what is created has its place, whatever else the search_path would find.
    [[nodiscard]] std::string place() const {
        const auto name = written_owner(marker_);
        if (!creation_.creates || marker_.name.size() > 1) return literal(name);
        if (creation_.temporary) return literal("pg_temp." + name);
        return fmt::format("pg_catalog.concat(pg_catalog.quote_ident(pg_catalog.current_schema()), '.', {})",
                           literal(name));
    }

    [[nodiscard]] std::string relation_of_kind(std::string_view kinds) const {
        return fmt::format(
            "SELECT 1 FROM pg_catalog.pg_class WHERE oid OPERATOR(pg_catalog.=) CAST(pg_catalog.to_regclass({}) AS"
            " pg_catalog.oid) AND relkind OPERATOR(pg_catalog.=) ANY (CAST('{{{}}}' AS pg_catalog.\"char\"[]))",
            place(), kinds);
    }

    /// An index is made in the schema of its table. One that is INVALID is there: the statement below would fail.
    [[nodiscard]] std::string index() const {
        if (creation_.table.empty() || marker_.name.size() > 1) return found_index();
        return fmt::format(
            "SELECT i.oid FROM pg_catalog.pg_class i JOIN pg_catalog.pg_class t ON t.relnamespace "
            "OPERATOR(pg_catalog.=)"
            " i.relnamespace WHERE t.oid OPERATOR(pg_catalog.=) {} AND i.relname OPERATOR(pg_catalog.=) {} AND"
            " i.relkind OPERATOR(pg_catalog.=) ANY (CAST('{{i,I}}' AS pg_catalog.\"char\"[]))",
            relation(creation_.table), identifier(marker_.name.back()));
    }

    [[nodiscard]] std::string found_index() const {
        return fmt::format(
            "SELECT oid FROM pg_catalog.pg_class WHERE oid OPERATOR(pg_catalog.=) {} AND relkind"
            " OPERATOR(pg_catalog.=) ANY (CAST('{{i,I}}' AS pg_catalog.\"char\"[]))",
            relation(written_owner(marker_)));
    }

    const Database& database_;
    const sql::StatementMarker& marker_;
    Creation creation_;
};

/// SQLite's schema tables: of the database that is named, of that in which a CREATE would make it, or of all.
class SqliteGuard {
public:
    SqliteGuard(Database& database, const PreparedStep& step, const sql::StatementMarker& marker)
        : database_(database),
          marker_(marker),
          creation_(creation_of(step.statements[marker.statement], Dialect::sqlite)) {}

    [[nodiscard]] std::string sql() {
        switch (marker_.thing) {
            case Thing::column:
                return column();
            case Thing::table:
                return object("table");
            case Thing::view:
                return object("view");
            case Thing::index:
                return object("index");
            default:
                return fmt::format("SELECT 1 WHERE EXISTS ({}\n)", marker_.query);
        }
    }

private:
    [[nodiscard]] std::string literal(std::string_view part) const {
        return database_.quote_literal(sql::unquoted_name(part, Dialect::sqlite));
    }

    [[nodiscard]] std::string column() const {
        const bool has_schema = marker_.name.size() == 3;
        return fmt::format("SELECT 1 FROM pragma_table_xinfo({}{}) WHERE name = {} COLLATE NOCASE",
                           literal(marker_.name[has_schema ? 1 : 0]),
                           has_schema ? ", " + literal(marker_.name[0]) : std::string(), literal(marker_.name.back()));
    }

    [[nodiscard]] std::vector<std::string> schemas() {
        if (marker_.name.size() == 2) return {sql::unquoted_name(marker_.name.front(), Dialect::sqlite)};
        // An index is made where its table is, so it is looked for everywhere.
        if (creation_.creates && marker_.thing != Thing::index) return {creation_.temporary ? "temp" : "main"};
        // SQLite looks into temp first, even where main has the same name.
        std::vector<std::string> names{"temp"};
        for (const auto& row : database_.query("PRAGMA database_list"))
            if (row.at(1) != "temp") names.push_back(row.at(1).value_or("main"));
        return names;
    }

    [[nodiscard]] std::string object(std::string_view type) {
        std::vector<std::string> parts;
        for (const auto& schema : schemas())
            parts.push_back(fmt::format("SELECT 1 FROM {}.sqlite_master WHERE type = '{}' AND name = {} COLLATE NOCASE",
                                        database_.quote_identifier(schema), type, literal(marker_.name.back())));
        return base::join(parts, " UNION ALL ");
    }

    Database& database_;
    const sql::StatementMarker& marker_;
    Creation creation_;
};

}  // namespace

std::string guard_sql(Database& database, const PreparedStep& step, const sql::StatementMarker& marker) {
    if (database.dialect() == Dialect::postgresql) return PostgresGuard(database, step, marker).sql();
    return SqliteGuard(database, step, marker).sql();
}

}  // namespace rev::run
