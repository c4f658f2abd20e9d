#pragma once

#include <map>
#include <set>
#include <span>
#include <string>
#include <tuple>

#include "db/database.hpp"

/// What PostgreSQL's catalogs and its transaction's counters say of tables, at one moment. They are read only, and need
/// no right on the tables.
namespace rev::run {

using Oid = std::string;

/// A column, which its number identifies.
struct NumberedColumn {
    std::string name;    ///< quoted where needed
    std::string type;    ///< oid and modifier, to be compared only
    std::string normal;  ///< how values of the type compare when they have become another one: n(umber), d(ate), t(ext)
    bool generated = false;  ///< from other columns: it holds nothing of its own
};
using NumberedColumns = std::map<int, NumberedColumn>;  ///< by number

/// A table at one moment.
struct CatalogTable {
    std::string name;   ///< `schema.name`, quoted where needed
    std::string shown;  ///< the same without `public.`
    std::string file;   ///< changes when the table is written anew
    Oid parent;         ///< of a partition; else "0"
    bool partitioned = false;
    long long estimate = 0;  ///< of its rows: pg_class.reltuples
    long long inserted = 0;  ///< in this transaction
    long long deleted = 0;
    long long updated = 0;
    bool written = false;   ///< some statement could have written rows
    bool readable = false;  ///< the current role may read its rows

    /// Whether some row was inserted, updated or deleted, as far as the counters tell.
    [[nodiscard]] bool counted() const { return inserted > 0 || updated > 0 || deleted > 0; }
    /// The counters may begin with what an earlier transaction of the session did. TRUNCATE sets them back.
    void subtract(const CatalogTable& before) {
        inserted = std::max(0LL, inserted - before.inserted);
        updated = std::max(0LL, updated - before.updated);
        deleted = std::max(0LL, deleted - before.deleted);
    }
};
using TablesByOid = std::map<Oid, CatalogTable>;

/// An attribute of the composite type that a column has.
struct ColumnAttribute {
    Oid table;
    int column = 0;           ///< its number
    std::string column_name;  ///< quoted where needed
    std::string where;        ///< "own", of the column's type; "element", of that of its array; "inner", deeper
    std::string name;         ///< quoted where needed
};
/// By type (its relation) and number of the attribute, then table and number of the column.
using AttributeKey = std::tuple<Oid, int, Oid, int>;
using ColumnAttributes = std::map<AttributeKey, ColumnAttribute>;

/// Of tables and partitioned tables of users' schemas.
/// own: the schema and the names of rev's own tables, which are left out.
/// schema, here and below: the only one whose tables are wanted; empty: those of all.
[[nodiscard]] TablesByOid catalog_tables(Database& database, std::span<const SqlValue> own, const std::string& schema);
/// By table; dropped and system columns are left out.
[[nodiscard]] std::map<Oid, NumberedColumns> catalog_columns(Database& database, const std::string& schema);
/// The attributes of composite types that columns of tables have: directly, as elements of an array, or anywhere inside
/// other types. ALTER TYPE ... DROP ATTRIBUTE takes values from those columns, and neither writes a row nor gives the
/// table a new file.
[[nodiscard]] ColumnAttributes catalog_attributes(Database& database, const std::string& schema);
/// The relations that the session's transaction has dropped, altered or written anew, and those that it has made.
[[nodiscard]] std::set<Oid> locked_relations(Database& database);
/// Every relation of the schema, and what its tables keep in pg_toast.
[[nodiscard]] std::set<Oid> relations_of(Database& database, const std::string& schema);
/// Whether the transaction has written to, dropped or altered a relation that was not in the schema or is not any more.
/// relations: of relations_of() before the transaction did anything. True also where that cannot be told.
[[nodiscard]] bool touches_others(Database& database, const std::string& schema, const std::set<Oid>& relations);
/// Whether more than one schema has a version table of that name.
[[nodiscard]] bool is_among_others(Database& database, const std::string& version_table);
/// The foreign tables that are there: their names, quoted where needed.
[[nodiscard]] std::map<Oid, std::string> foreign_tables(Database& database);
/// Those that this transaction may have written rows of.
[[nodiscard]] std::set<Oid> written_foreign_tables(Database& database);
/// How many large objects this transaction has deleted.
[[nodiscard]] long long deleted_large_objects(Database& database);

}  // namespace rev::run
