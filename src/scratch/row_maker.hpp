#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "db/database.hpp"
#include "scratch/kept_queries.hpp"

namespace rev::scratch {

/// What a row needs to know of a column into which values can be written.
struct RowColumn {
    std::string name;                      ///< as it is
    bool required = false;                 ///< NOT NULL without a default
    std::vector<std::string> values = {};  ///< SQL of the values to try, the likeliest first; `{n}`: the row's number
};

/// What may refuse a row for the values of some of its columns.
struct RowRule {
    std::string name;                  ///< as the database names it in its refusal
    std::vector<std::size_t> columns;  ///< indices of RowTable::columns
};

/// A table that is to get rows.
struct RowTable {
    std::string name;        ///< quoted and qualified
    std::string plain_name;  ///< qualified on PostgreSQL, as it is
    std::vector<RowColumn> columns = {};
    std::vector<RowRule> rules = {};
};

/// Tables that are looked at.
struct TableChoice {
    /// Names of those that are not, unquoted and in lower case, whatever their schema.
    const std::set<std::string>& without;
    const std::optional<std::set<std::string>>& only;  ///< plain names, see RowTable; nullopt: all

    /// name: without its schema, unquoted. plain_name: see RowTable.
    [[nodiscard]] bool has(const std::string& name, const std::string& plain_name) const;
};

/// A table for which no row could be made up.
struct TableWithoutRows {
    std::string name;    ///< quoted and qualified
    std::string reason;  ///< what the database said to the last attempt
};

/// Makes rows up for empty tables: values of the right types, keys that lead somewhere, and where a CHECK, a unique
/// key or a domain refuses them, other values, by trial. Literals of a CHECK are tried first. What was found for a
/// table is used again as long as the table is as it was.
class RowMaker {
public:
    /// without: names of tables that are left as they are, unquoted and in lower case, whatever their schema.
    explicit RowMaker(std::set<std::string> without) : without_(std::move(without)) {}

    /// From now on what tables are like is asked there, and not on the connection that writes; null: no longer. It sees
    /// what is committed. Must outlive the maker, or the next call.
    void ask_through(KeptQueries* kept) { kept_ = kept; }

    /// Tries to write two rows into each table that holds none. Throws Error where the connection is lost or somebody
    /// stops it. only: plain names of the tables that are looked at; nullopt: all. Returns plain names of those that
    /// are still empty.
    std::set<std::string> fill_empty_tables(Database& database,
                                            const std::optional<std::set<std::string>>& only = std::nullopt);

    /// From now on a table gets the rows that one of its name took before only if it took them later than this.
    void forget_names() { by_name_.clear(); }

    /// Those that were tried and that never held a row, by name.
    [[nodiscard]] std::vector<TableWithoutRows> failures() const;

private:
    [[nodiscard]] bool fill(Database& database, const RowTable& table);
    /// Takes out those that were filled with the rows that they took before.
    void fill_as_before(Database& database, std::set<std::string>& tables);
    void remember(const RowTable& table, const std::vector<std::string>& rows);
    [[nodiscard]] bool repeat(Database& database, const RowTable& table, const std::string& shape);

    std::set<std::string> without_;
    KeptQueries* kept_ = nullptr;
    std::map<std::string, std::vector<std::string>> known_;    ///< INSERTs that worked, by the shape of their table
    std::map<std::string, std::vector<std::string>> by_name_;  ///< those that worked last, by the plain name
    std::map<std::string, std::string> addresses_;             ///< quoted and qualified, by the plain name
    std::set<std::string> failed_;                             ///< shapes of tables for which no row was found
    std::map<std::string, std::string> reasons_;               ///< by name
    std::set<std::string> filled_;                             ///< names
};

/// Tables that hold no row, with what their rows need. Temporary, foreign and virtual tables, and those of extensions,
/// are none. kept: where PostgreSQL is asked; null: `database`.
[[nodiscard]] std::vector<RowTable> read_empty_tables(Database& database, const TableChoice& choice, KeptQueries* kept);

/// Of each dialect; see read_empty_tables().
[[nodiscard]] std::vector<RowTable> read_empty_postgres_tables(Database& database, const TableChoice& choice,
                                                               KeptQueries* kept);
[[nodiscard]] std::vector<RowTable> read_empty_sqlite_tables(Database& database, const TableChoice& choice);

/// SQL of values for a column that a CHECK's text may ask for: its literals, and their neighbours.
[[nodiscard]] std::vector<std::string> values_in_check(const std::string& check, Dialect dialect, bool is_text);

}  // namespace rev::scratch
