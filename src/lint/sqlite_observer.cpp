#include "lint/sqlite_observer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdlib>
#include <string_view>
#include <utility>

#include "base/text.hpp"
#include "lint/observed_statement.hpp"
#include "lint/sqlite_schema.hpp"
#include "scratch/run_sql.hpp"

namespace rev::lint {
namespace {

void run_kind(Database& database, Command::Kind kind) {
    const std::array commands = {Command{.kind = kind}};
    database.run(commands);
}

/// Of rows that were made up, and that other rows might not have: a value twice, a CHECK, a NULL. A foreign key is not
/// among them: that rows refer to a table is what tables are for.
bool is_of_made_up_rows(const Error& error) {
    const std::string_view message = error.what();
    return message.find("UNIQUE constraint failed") != std::string_view::npos ||
           message.find("CHECK constraint failed") != std::string_view::npos ||
           message.find("NOT NULL constraint failed") != std::string_view::npos;
}

bool deletes_rows(const Statement& statement) {
    // INSERT OR REPLACE and UPDATE OR REPLACE delete what is in their way; WITH may stand before any of them.
    using sql::Verb;
    return statement.facts.verb_in({Verb::delete_rows, Verb::replace, Verb::insert, Verb::update, Verb::with});
}

/// The foreign keys of a section are those that its header asks for; afterwards they are as they were.
class ForeignKeysOf {
public:
    ForeignKeysOf(Database& database, const SectionText& section)
        : database_(database), before_(database.set_foreign_keys(section.enforces_foreign_keys)) {}
    ~ForeignKeysOf() {
        try {
            database_.set_foreign_keys(before_);
        } catch (const Error&) {  // the connection is gone, and its settings with it
        }
    }
    ForeignKeysOf(const ForeignKeysOf&) = delete;
    ForeignKeysOf& operator=(const ForeignKeysOf&) = delete;

private:
    Database& database_;
    bool before_;
};

}  // namespace

void SqliteObserver::run(const SectionText& section) {
    const ForeignKeysOf foreign_keys(database_, section);
    const bool begins = section.in_transaction && !database_.in_transaction();
    if (begins) run_kind(database_, Command::Kind::begin);
    for (std::size_t number = 0; number < section.statements.size(); ++number) {
        if (!is_wanted(database_, section, number)) continue;
        const std::array commands = {command_of(section.statements[number])};
        database_.run(commands);
    }
    if (begins) run_kind(database_, Command::Kind::commit);
    if (!database_.in_transaction()) run_kind(database_, Command::Kind::reset);
}

ObservedStatement SqliteObserver::run_one(const SectionText& section, std::size_t number) {
    const Statement& statement = section.statements[number];
    if (!is_wanted(database_, section, number)) return left_out();
    ObservedStatement observed;
    const auto before = watch_.tables();
    const std::array commands = {command_of(statement)};
    const auto start = std::chrono::steady_clock::now();
    database_.run(commands);
    Facts facts;
    facts.milliseconds = milliseconds_since(start);
    const auto& after = watch_.tables();
    // On an empty table nothing shows what a statement does to rows.
    observed.saw_work = std::ranges::none_of(
        before, [&](const auto& each) { return known_.contains(each.first) && each.second.rows == 0; });
    for (const auto& [name, table] : before) {
        const auto now = after.find(name);
        if (!known_.contains(name) || now == after.end()) continue;
        if (now->second.rows < table.rows && !deletes_rows(statement))
            observed.harm.push_back(
                fmt::format("{} of {} are deleted with it",
                            base::counted(static_cast<std::size_t>(table.rows - now->second.rows), "row"), name));
        if (now->second.rows < table.rows) facts.relation = name;
    }
    observed.facts = facts;
    return observed;
}

void SqliteObserver::run_statements(const SectionText& section, std::vector<ObservedStatement>& all,
                                    std::size_t& number) {
    for (number = 0; number < section.statements.size(); ++number) all[number] = run_one(section, number);
    number = section.statements.size() - 1;
    // With enforcement off, SQLite itself would let violations through.
    if (section.in_transaction && !section.enforces_foreign_keys) {
        const auto violations = database_.foreign_key_violations();
        if (!violations.empty()) all[number].harm.push_back("before the commit: " + to_string(violations.front()));
    }
}

/// What only the whole section shows.
void SqliteObserver::look_behind(const SectionText& section, const SqliteWatch::Tables& before,
                                 std::vector<ObservedStatement>& all) {
    const auto& after = watch_.tables();
    // A table that is built anew gets its name from the last statement that speaks of it.
    const auto last_on = [&](const std::string& name) {
        for (std::size_t number = section.statements.size(); number-- > 0;)
            if (names_in(section.statements[number].text).contains(base::lower_case(name))) return number;
        return section.statements.size() - 1;
    };
    for (const auto& [name, table] : before) {
        const auto now = after.find(name);
        // Another root page: the rows are in another table now, which has got the name.
        if (!known_.contains(name) || now == after.end() || now->second.place == table.place) continue;
        ObservedStatement& observed = all[last_on(name)];
        if (!observed.facts) continue;
        observed.facts->rewrite = true;
        observed.facts->relation = name;
        observed.facts->rows = now->second.rows;
        if (now->second.rows < table.rows)
            observed.harm.push_back(fmt::format("{} is built anew with {} of {}", name, now->second.rows,
                                                base::counted(static_cast<std::size_t>(table.rows), "row")));
    }
    const auto& dangling = watch_.dangling();
    for (auto& observed : all) observed.leaves_all_in_place = dangling.empty();
    for (const auto& sentence : dangling) all.back().harm.push_back(sentence);
}

SqliteObserver::Outcome SqliteObserver::try_section(const SectionText& section, std::vector<ObservedStatement>& all) {
    all.assign(section.statements.size(), {});
    std::size_t number = 0;
    const bool begins = section.in_transaction && !database_.in_transaction();
    try {
        const auto before = watch_.tables();
        const bool was_sound = watch_.dangling().empty();
        if (begins) run_kind(database_, Command::Kind::begin);
        run_statements(section, all, number);
        // Where something dangled before, this section is not to blame.
        if (was_sound) look_behind(section, before, all);
        if (begins) run_kind(database_, Command::Kind::commit);
        return Outcome::done;
    } catch (const CommandError& error) {
        if (error.connection_lost || error.code() == error_codes::interrupted) throw;
        database_.rollback();
        watch_.forget();
        const bool is_made_up = end_ == End::kept && is_of_made_up_rows(error);
        if (is_made_up) return Outcome::made_up_failure;
        all[number].facts.reset();
        all[number].failure = error;
        return Outcome::failed;
    }
}

void SqliteObserver::empty_tables() {
    // With enforcement on, the tables would have to be emptied in the order of their foreign keys.
    database_.set_foreign_keys(false);
    for (const auto& [name, table] : watch_.tables()) {
        scratch::run_sql(database_, "DELETE FROM " + database_.quote_identifier(name));
    }
}

void SqliteObserver::fill_empty_tables() {
    std::set<std::string> empty;
    for (const auto& [name, table] : watch_.tables())
        if (table.rows == 0) empty.insert(name);
    rows_.fill_empty_tables(database_, empty);
}

std::vector<ObservedStatement> SqliteObserver::observe(const SectionText& section, bool begins_plan) {
    std::vector<ObservedStatement> all(section.statements.size());
    if (has_failed_ || all.empty()) return all;
    if (end_ == End::kept) fill_empty_tables();
    if (begins_plan) {
        known_.clear();
        for (const auto& [name, table] : watch_.tables()) known_.insert(name);
    }
    const ForeignKeysOf foreign_keys(database_, section);
    auto outcome = try_section(section, all);
    if (outcome == Outcome::made_up_failure) {
        empty_tables();
        database_.set_foreign_keys(section.enforces_foreign_keys);
        outcome = try_section(section, all);
        // Without rows nothing says whether rows would be in the way.
        for (auto& each : all) each.saw_work = false;
    }
    has_failed_ = outcome == Outcome::failed;
    if (!database_.in_transaction()) run_kind(database_, Command::Kind::reset);
    return all;
}

}  // namespace rev::lint
