#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "db/database.hpp"
#include "scratch/kept_queries.hpp"
#include "trail/table_rows.hpp"

namespace rev::trail {

/// Knows the rows of a database's tables, and reads those again that may have changed: to read all of them behind each
/// step would take longer than the steps. PostgreSQL's counters say which (from 15 on; before, all may), on SQLite what
/// the connection has prepared.
class RowTracker {
public:
    /// without: names of tables that are left out, in lower case, whatever their schema.
    explicit RowTracker(std::set<std::string> without) : without_(std::move(without)) {}

    /// Of this database, of which nothing is known. kept: another connection to it, where PostgreSQL is asked what it
    /// has counted; null: none. Both must outlive the tracker, or the next start().
    void start(Database& database, scratch::KeptQueries* kept = nullptr);

    /// What look() asks on PostgreSQL. Only of use where the connection has handed on what it has counted.
    [[nodiscard]] static const scratch::KeptQuestion& question();
    /// Takes note of what may have changed since it was called last. Only what this connection does is seen. answer: to
    /// question(), where somebody has asked it meanwhile.
    void look(std::optional<std::vector<SqlRow>> answer = {});
    /// Names of tables that may have become empty, or have been made, since it was called last, and that are there.
    [[nodiscard]] std::set<std::string> take_changed();
    /// As of the last look. A table whose rows cannot be read as text is left out.
    [[nodiscard]] const RowsByTable& rows();

private:
    struct Description {
        std::string name = {};                  ///< empty: no table that is looked at
        std::string address = {};               ///< quoted and qualified
        std::vector<std::string> columns = {};  ///< names; generated ones follow from the others

        friend bool operator==(const Description&, const Description&) = default;
    };
    struct Table {
        Description description = {};
        std::string shape = {};  ///< another one: it may be described otherwise, or hold nothing
        std::string state = {};  ///< another one: its rows may have changed
        bool is_there = false;
        bool is_left_out = false;
    };
    using Descriptions = std::map<std::string, Description>;  ///< by key
    struct Hash {
        using is_transparent = void;
        std::size_t operator()(std::string_view key) const noexcept { return std::hash<std::string_view>()(key); }
    };
    using Tables = std::unordered_map<std::string, Table, Hash, std::equal_to<>>;  ///< by oid; on SQLite by name

    /// What a look finds: keys of tables.
    struct Found {
        std::set<std::string> made = {};     ///< new ones, and those of another shape
        std::set<std::string> changed = {};  ///< with these
        bool columns_may_differ = false;     ///< of any table
    };
    [[nodiscard]] Found look_at_postgresql(std::optional<std::vector<SqlRow>> answer);
    [[nodiscard]] Found look_at_sqlite();
    [[nodiscard]] std::vector<SqlRow> ask(const scratch::KeptQuestion& question);
    void take_state(std::string_view key, std::string_view shape, std::string_view state, Found& found);
    void forget_gone();
    void describe(const Found& found);
    [[nodiscard]] Descriptions read_descriptions(const std::set<std::string>& keys);
    [[nodiscard]] Query read_of(const Description& table) const;

    std::set<std::string> without_;
    Database* database_ = nullptr;
    scratch::KeptQueries* kept_ = nullptr;
    bool counts_ = false;             ///< the database tells at once of rows that are written
    std::string columns_state_ = {};  ///< of the columns of all tables
    Tables tables_;
    std::set<std::string> unread_;     ///< keys of tables
    std::set<std::string> not_taken_;  ///< keys of tables
    RowsByTable rows_;
};

/// Of all tables but those named; see RowTracker.
[[nodiscard]] RowsByTable read_rows(Database& database, std::set<std::string> without);

}  // namespace rev::trail
