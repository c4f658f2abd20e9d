#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "db/database.hpp"
#include "lint/finding.hpp"
#include "lint/section.hpp"
#include "lint/sqlite_watch.hpp"
#include "scratch/row_maker.hpp"

namespace rev::lint {

/// Runs sections on an SQLite database, statement by statement, and looks at what each does: whether it fails, which
/// tables are built anew, which rows are gone, what names a table that is not there.
class SqliteObserver {
public:
    /// What becomes of what the sections do.
    enum class End { kept, rolled_back };

    /// end: kept: in a database that is thrown away, whose empty tables get rows. database: must outlive it.
    SqliteObserver(Database& database, End end)
        : database_(database), watch_(database), end_(end), rows_(std::set<std::string>()) {}

    /// Runs a section that is not looked at. Throws CommandError.
    void run(const SectionText& section);

    /// begins_plan: what is there now was there before. Of each statement.
    [[nodiscard]] std::vector<ObservedStatement> observe(const SectionText& section, bool begins_plan);

    /// Whether a statement has failed on more than made-up rows: observe() runs nothing any more.
    [[nodiscard]] bool has_failed() const noexcept { return has_failed_; }

private:
    enum class Outcome { done, made_up_failure, failed };

    Outcome try_section(const SectionText& section, std::vector<ObservedStatement>& all);
    void run_statements(const SectionText& section, std::vector<ObservedStatement>& all, std::size_t& number);
    [[nodiscard]] ObservedStatement run_one(const SectionText& section, std::size_t number);
    void look_behind(const SectionText& section, const SqliteWatch::Tables& before,
                     std::vector<ObservedStatement>& all);
    void empty_tables();
    void fill_empty_tables();

    Database& database_;
    SqliteWatch watch_;
    End end_;
    scratch::RowMaker rows_;
    std::set<std::string> known_;  ///< tables of before
    bool has_failed_ = false;
};

}  // namespace rev::lint
