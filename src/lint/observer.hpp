#pragma once

#include <set>
#include <string>
#include <vector>

#include "db/database.hpp"
#include "lint/effects.hpp"
#include "lint/finding.hpp"
#include "lint/known_relations.hpp"
#include "lint/observation.hpp"
#include "lint/section.hpp"
#include "scratch/kept_queries.hpp"

namespace rev::lint {

/// Runs sections on a database that is thrown away, statement by statement, and looks at what each does: what
/// pg_locks, the files of pg_class and the statistics of the transaction say. PostgreSQL.
class Observer {
public:
    /// database: nobody else uses it. rows: how many are made up for each table. kept: another connection to it, where
    /// the catalogs are asked; null: there is none. Both must outlive it.
    Observer(Database& database, std::size_t rows, scratch::KeptQueries* kept = nullptr)
        : database_(database), known_(database, kept), kept_(kept), rows_(rows) {}

    /// Runs a section that is not looked at. Throws CommandError.
    void run(const SectionText& section);

    /// begins_plan: what is there now was there before. Of each statement; after a failure nothing is run any more, and
    /// the database is not as the section would leave it.
    [[nodiscard]] std::vector<ObservedStatement> observe(const SectionText& section, bool begins_plan);

    /// The same: whether there was such a failure, on more than made-up rows.
    [[nodiscard]] bool has_failed() const noexcept { return has_failed_; }

protected:
    Database& database_;
    KnownRelations known_;
    bool has_failed_ = false;

private:
    enum class Outcome { done, made_up_failure, failed };

    void run_once(const SectionText& section);
    void run_guarded(const SectionText& section);
    std::set<std::size_t> send_statements(const SectionText& section, std::size_t& sent);
    void empty_tables();
    Outcome try_as_one(const SectionText& section, std::vector<ObservedStatement>& all);
    void observe_each(const SectionText& section, std::vector<ObservedStatement>& all, std::size_t end);
    std::size_t observe_some(const SectionText& section, std::size_t begin, std::size_t end,
                             std::vector<ObservedStatement>& all);
    [[nodiscard]] bool is_let_run(const SectionText& section, std::size_t number);
    /// words: of a section, in lower case.
    void look_for_event_triggers(const std::set<std::string>& words);
    void prepare(const SectionText& section, bool begins_plan);
    [[nodiscard]] ObservedStatement observe_outside(const SectionText& section, std::size_t number);

    void hand_on_counts();

    scratch::KeptQueries* kept_;
    std::size_t rows_;
    bool is_reset_ = false;            ///< the section that is observed has left nothing in the session
    bool has_counted_ = true;          ///< scans may have been counted that were not handed on
    bool has_event_triggers_ = false;  ///< any definition may do more than it says
};

/// Whether the failure is of rows and not of the statement: a value twice, a missing key, a check.
[[nodiscard]] bool is_of_rows(const Error& error);

/// Fills each empty table with rows that its columns take, as far as its constraints let them; the others stay empty.
/// Up to `rows` where the table's name, in lower case, is one of `words`, or one of those tables refers to it; else a
/// few. oids: of the tables that are looked at. kept: see Observer. scans: whether the session can hand on
/// what it counts. PostgreSQL. Returns whether it has handed on what this counted.
bool make_rows_up(Database& database, scratch::KeptQueries* kept, ObservedMessage::Scans scans, std::size_t rows,
                  const std::set<std::string>& words, const std::vector<std::string>& oids);

}  // namespace rev::lint
