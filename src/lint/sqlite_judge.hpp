#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "lint/section.hpp"
#include "lint/sqlite_schema.hpp"
#include "lint/sqlite_trial.hpp"
#include "sql/sql_cursor.hpp"

namespace rev::lint {

/// The same as Judge for SQLite, whose statements are read by their tokens.
class SqliteJudge {
public:
    /// small_tables must outlive it.
    SqliteJudge(const std::set<std::string>& small_tables, SqliteTrial::Extent extent)
        : small_tables_(small_tables), trial_(extent) {}

    /// See Judge.
    void read(const SectionText& section);
    [[nodiscard]] std::vector<Finding> end_plan();
    /// The number of the plan that is read: tables that an earlier one made were there before.
    [[nodiscard]] PlanNumber& plan() noexcept { return plan_; }

private:
    /// Something of before that is gone, unless the end of the plan has it again.
    struct Removal {
        Finding finding;
        std::string table;
        std::vector<std::string> columns;
    };

    bool tell_lost_rows(const SqliteTable& table, Removal& removal) const;
    static void tell_lost_columns(const SqliteTable& table, Removal& removal);
    void read_statement(std::size_t number);
    void read_unguarded(std::size_t number);
    void ask_sqlite(std::size_t number, std::size_t first_finding);
    void note_copied_rows(sql::SqlCursor cursor);
    void read_outside(std::size_t number);
    void create(std::size_t number, sql::SqlCursor cursor);
    void create_table(std::size_t number, sql::SqlCursor cursor, bool is_temporary);
    void create_dependent(std::string_view kind, std::size_t number, sql::SqlCursor cursor);
    void alter(std::size_t number, sql::SqlCursor cursor);
    void rename_table(std::size_t number, const std::string& from, const std::string& to);
    void rename_column(std::size_t number, SqliteTable& table, const std::string& name, sql::SqlCursor cursor);
    void add_column(std::size_t number, const std::string& name, std::string_view definition);
    void drop_column(std::size_t number, const std::string& name, const std::string& column);
    void drop(std::size_t number, sql::SqlCursor cursor);
    void drop_table(std::size_t number, const std::string& name, bool if_exists);
    void change_rows(std::size_t number, sql::SqlCursor cursor);
    void pragma(std::size_t number);
    void find_strings_in_double_quotes(std::size_t number);
    void check_broken_dependents(std::size_t number);

    [[nodiscard]] const Statement& statement(std::size_t number) const { return section_->statements[number]; }
    [[nodiscard]] SqliteTable* find_table(const std::string& name);
    [[nodiscard]] bool is_old(const SqliteTable* table) const;
    [[nodiscard]] std::string_view rest_of(const sql::SqlCursor& cursor, std::size_t number) const;
    void add(std::size_t number, Rule rule, std::string message);
    void lose(std::size_t number, Rule rule, const std::string& message, std::string table = {},
              std::vector<std::string> columns = {});

    const std::set<std::string>& small_tables_;
    SqliteSchema schema_;
    SqliteTrial trial_;
    std::set<std::string> dropped_;  ///< tables that were there once
    bool keeps_references_ = false;  ///< PRAGMA legacy_alter_table
    const SectionText* section_ = nullptr;
    std::vector<Finding> findings_;
    std::vector<Removal> removals_;
    std::map<std::string, Finding> renamed_;  ///< tables that got another name in this plan, by the new one
    PlanNumber plan_ = 1;
};

}  // namespace rev::lint
