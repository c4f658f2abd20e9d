#include "lint/observer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <chrono>
#include <cstdlib>
#include <utility>

#include "base/sqlstate.hpp"
#include "base/text.hpp"
#include "lint/guard_answer.hpp"
#include "lint/observed_statement.hpp"

namespace rev::lint {
namespace {

using Clock = std::chrono::steady_clock;

constexpr const char* relations = R"(
SELECT c.oid::text, CASE WHEN n.nspname = 'public' THEN '' ELSE n.nspname || '.' END || c.relname,
       c.relfilenode::text, (c.relkind = 'm')::text
  FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
 WHERE c.relkind IN ('r', 'p', 'm') AND c.relpersistence <> 't'
   AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast'))";

// What a statement reads or writes anew it has locked.
constexpr const char* touched = R"(
SELECT l.relation::text, string_agg(l.mode, ' '), coalesce(c.relfilenode::text, ''),
       coalesce(pg_stat_get_xact_numscans(l.relation), 0)::text
  FROM pg_locks AS l LEFT JOIN pg_class AS c ON c.oid = l.relation
 WHERE l.pid = pg_backend_pid() AND l.locktype = 'relation'
   AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
 GROUP BY l.relation, c.relfilenode)";

LockMode strongest_of(std::string_view modes) {
    auto strongest = LockMode::none;
    while (!modes.empty()) {
        const auto end = std::min(modes.find(' '), modes.size());
        strongest = std::max(strongest, find_lock(modes.substr(0, end)));
        modes.remove_prefix(std::min(end + 1, modes.size()));
    }
    return strongest;
}

std::string without(std::string_view modes, const std::set<std::string>& held) {
    if (held.empty()) return std::string(modes);
    std::string left;
    for (const auto& mode : base::split_list(modes, ' '))
        if (!held.contains(mode)) left += (left.empty() ? "" : " ") + mode;
    return left;
}

Command sql_command(std::string_view sql) { return Command{.kind = Command::Kind::sql, .sql = sql}; }

/// Of SET and set_config() for the transaction: each statement runs in one of its own.
bool is_local_setting(const std::optional<Node>& tree) {
    if (!tree) return false;
    if (const Node& set = (*tree)["VariableSetStmt"]) return set.flag("is_local");
    bool sets = false;
    walk((*tree)["SelectStmt"], [&](const Node& node) {
        if (node.name == "FuncCall") sets = sets || strings_of(node["funcname"]).back() == "set_config";
    });
    return sets;
}

bool changes_rows(const std::optional<Node>& tree) {
    if (!tree) return false;
    const auto type = tree->type();
    return type == "InsertStmt" || type == "UpdateStmt" || type == "DeleteStmt" || type == "MergeStmt" ||
           type == "SelectStmt";
}

/// In lower case: what may be names of tables.
std::set<std::string> words_in(std::string_view text) {
    std::set<std::string> words;
    std::string word;
    for (const char c : text) {
        const bool ends =
            (static_cast<unsigned char>(c) < 0x80 && std::isalnum(static_cast<unsigned char>(c)) == 0 && c != '_');
        if (!ends) {
            word += base::lower_case(c);
        } else if (!word.empty()) {
            words.insert(std::exchange(word, {}));
        }
    }
    if (!word.empty()) words.insert(std::move(word));
    return words;
}

/// Whether statements may fail in one transaction that run one by one: pending events of triggers, new values of enums,
/// what cannot run in one at all, and whatever blocks and functions do. Plain definitions run either way.
bool may_differ_as_one(const SectionText& section) {
    static constexpr std::array plain = std::to_array<std::string_view>(
        {"AlterTableStmt", "CommentStmt", "CreateEnumStmt", "CreateFunctionStmt", "CreateSchemaStmt", "CreateSeqStmt",
         "CreateStmt", "CreateTrigStmt", "DropStmt", "GrantStmt", "IndexStmt", "RenameStmt", "ViewStmt"});
    for (std::size_t number = 0; number < section.statements.size(); ++number) {
        const auto& tree = section.trees[number];
        const bool is_plain = tree && section.statements[number].kind == StatementKind::ordinary &&
                              std::ranges::find(plain, tree->type()) != plain.end();
        if (!is_plain) return true;
    }
    return false;
}

/// What can be known of a statement that no transaction shows.
LockMode lock_outside(const Statement& statement) {
    const bool is_gentle = statement.command.find("CONCURRENTLY") != std::string::npos || statement.command == "VACUUM";
    return is_gentle ? LockMode::share_update_exclusive : LockMode::none;
}

}  // namespace

bool is_of_rows(const Error& error) {
    // unique_violation, foreign_key_violation, check_violation: rows that were made up may break what real ones keep.
    static constexpr std::array<std::string_view, 3> states = {
        sqlstate::unique_violation, sqlstate::foreign_key_violation, sqlstate::check_violation};
    return std::ranges::find(states, error.sqlstate()) != states.end();
}

void Observer::run(const SectionText& section) {
    try {
        run_once(section);
    } catch (const CommandError& error) {
        if (known_.empty() || !is_of_rows(error)) throw;
        database_.rollback();
        empty_tables();
        run_once(section);
    }
}

/// Whether the guards above a statement let it run.
/// All statements of a section but those that their guards leave out, which are returned. sent: number of the first
/// statement of what is under way, for those who catch its error.
std::set<std::size_t> Observer::send_statements(const SectionText& section, std::size_t& sent) {
    std::set<std::size_t> left_out;
    std::vector<Command> commands;
    const auto send = [&](std::size_t next) {
        if (!commands.empty()) database_.run(commands);
        commands.clear();
        sent = next;
    };
    for (std::size_t number = 0; number < section.statements.size(); ++number) {
        if (!markers_above(section, number).empty()) {
            send(number);
            if (!is_wanted(database_, section, number)) {
                left_out.insert(number);
                sent = number + 1;
                continue;
            }
        }
        commands.push_back(command_of(section.statements[number]));
    }
    send(section.statements.size());
    return left_out;
}

void Observer::run_guarded(const SectionText& section) {
    const std::array begin = {Command{.kind = Command::Kind::begin}};
    const std::array commit = {Command{.kind = Command::Kind::reset}, Command{.kind = Command::Kind::commit}};
    const std::array reset = {Command{.kind = Command::Kind::reset}};
    std::size_t sent = 0;
    if (section.in_transaction) database_.run(begin);
    send_statements(section, sent);
    if (section.in_transaction) database_.run(commit);
    database_.run(reset);
}

void Observer::run_once(const SectionText& section) {
    if (!section.markers.empty()) return run_guarded(section);
    std::vector<Command> commands;
    if (section.in_transaction) commands.push_back({.kind = Command::Kind::begin});
    for (const Statement& statement : section.statements) commands.push_back(command_of(statement));
    if (section.in_transaction) {
        commands.push_back({.kind = Command::Kind::reset});
        commands.push_back({.kind = Command::Kind::commit});
    }
    commands.push_back({.kind = Command::Kind::reset});
    database_.run(commands);
}

/// Only what is there before the plan: what the plan makes is locked without hindering anybody.
void Observer::remember() {
    known_.clear();
    for (const auto& row : database_.query(relations))
        known_[row[0].value_or("")] = {row[1].value_or(""), row[2].value_or(""), row[3] == "true"};
}

void Observer::remember_files() {
    for (const auto& row : database_.query(relations)) {
        const auto found = known_.find(row[0].value_or(""));
        if (found != known_.end()) found->second.file = row[2].value_or("");
    }
}

/// What a transaction has counted stays in the session's numbers for a while after its end.
void Observer::remember_scans() {
    for (const auto& row :
         database_.query("SELECT c.oid::text, pg_stat_get_xact_numscans(c.oid)::text FROM pg_class AS c "
                         "WHERE pg_stat_get_xact_numscans(c.oid) > 0")) {
        const auto found = known_.find(row[0].value_or(""));
        if (found != known_.end()) found->second.scans = std::atoll(row[1].value_or("0").c_str());
    }
}

void Observer::empty_tables() {
    std::string names;
    for (const auto& row :
         database_.query("SELECT quote_ident(n.nspname) || '.' || quote_ident(c.relname) FROM pg_class AS c "
                         "JOIN pg_namespace AS n ON n.oid = c.relnamespace WHERE c.relkind IN ('r', 'p') "
                         "AND c.relpersistence <> 't' AND n.nspname NOT IN ('pg_catalog', 'information_schema')"))
        names += (names.empty() ? "" : ", ") + row[0].value_or("");
    if (names.empty()) return;
    const std::string sql = "TRUNCATE " + names + " CASCADE";
    const std::array commands = {sql_command(sql)};
    database_.run(commands);
    remember_files();
}

std::vector<StatementFacts> Observer::observe(const SectionText& section, bool begins_plan) {
    std::vector<StatementFacts> all(section.statements.size());
    if (has_failed_ || all.empty()) return all;
    // Each time: the revision before may have made new tables.
    make_rows_up(database_, rows_, words_in(section.text));
    if (begins_plan) remember();
    remember_files();
    if (section.in_transaction && all.size() > 1 && may_differ_as_one(section)) {
        auto outcome = try_as_one(section, all);
        if (outcome == Outcome::made_up_failure) {
            empty_tables();
            outcome = try_as_one(section, all);
        }
        if (outcome == Outcome::failed) has_failed_ = true;
    }
    const auto failed = std::ranges::find_if(all, [](const StatementFacts& each) { return each.failure.has_value(); });
    observe_each(section, all, static_cast<std::size_t>(failed - all.begin()));
    const std::array reset = {Command{.kind = Command::Kind::reset}};
    database_.run(reset);
    return all;
}

/// What works statement by statement may fail in one transaction.
Observer::Outcome Observer::try_as_one(const SectionText& section, std::vector<StatementFacts>& all) {
    const std::array begin = {Command{.kind = Command::Kind::begin}};
    std::size_t sent = 0;
    try {
        database_.run(begin);
        send_statements(section, sent);
        database_.rollback();
    } catch (const CommandError& error) {
        if (error.connection_lost || error.code() == error_codes::interrupted) throw;
        database_.rollback();
        if (is_of_rows(error)) return Outcome::made_up_failure;
        const auto number = std::min(sent + error.command, all.size() - 1);
        all[number].failure = error;
        return Outcome::failed;
    }
    return Outcome::done;
}

void Observer::observe_each(const SectionText& section, std::vector<StatementFacts>& all, std::size_t end) {
    std::string settings;
    for (std::size_t number = 0; number < end; ++number) {
        const Statement& statement = section.statements[number];
        if (is_local_setting(section.trees[number])) {
            // They end with the transaction, and every statement here gets one of its own.
            settings += std::string(statement.text) + ";";
            continue;
        }
        const bool is_outside = !section.in_transaction && (statement.kind == StatementKind::outside_transaction ||
                                                            statement.kind == StatementKind::transaction_control);
        const auto observed = [&] {
            return is_outside ? observe_outside(section, number) : observe_one(section, number, settings);
        };
        all[number] = observed();
        if (all[number].failure && is_of_rows(*all[number].failure)) {
            empty_tables();
            all[number] = observed();
            all[number].facts.reset();
        }
        if (all[number].failure) {
            has_failed_ = true;
            return;
        }
    }
}

StatementFacts Observer::observe_one(const SectionText& section, std::size_t number, const std::string& settings) {
    constexpr std::string_view without_scans = "SET LOCAL enable_seqscan = off";
    std::vector<Command> prepare = {{.kind = Command::Kind::begin}};
    if (!settings.empty()) prepare.push_back(sql_command(settings));
    // On a table with few rows the planner would read all of it, which it does not do on a large one with an index.
    if (changes_rows(section.trees[number])) prepare.push_back(sql_command(without_scans));
    const std::array statement = {command_of(section.statements[number])};
    const std::array commit = {Command{.kind = Command::Kind::commit}};
    try {
        database_.run(prepare);
        if (!is_wanted(database_, section, number)) {
            database_.rollback();
            return left_out();
        }
        for (auto& [oid, known] : known_) known.scans = 0;
        remember_scans();
        const auto start = Clock::now();
        database_.run(statement);
        auto observed = read_facts(milliseconds_since(start));
        database_.run(commit);
        return observed;
    } catch (const CommandError& error) {
        if (error.connection_lost || error.code() == error_codes::interrupted) throw;
        database_.rollback();
        StatementFacts failed;
        failed.failure = error;
        return failed;
    }
}

StatementFacts Observer::read_facts(double milliseconds) {
    StatementFacts observed;
    Facts facts;
    facts.milliseconds = milliseconds;
    auto strongest = LockMode::none;
    bool has_worked = false;
    // Within the transaction: the locks are still held, and the counters are those of this session.
    for (const auto& row : database_.query(touched)) {
        const auto found = known_.find(row[0].value_or(""));
        if (found == known_.end()) continue;
        Known& known = found->second;
        const auto modes = row[1].value_or("");
        const auto lock = strongest_of(without(modes, known.held));
        const auto& file = *row[2];
        // A table that is written anew gets a new file.
        const bool is_rewritten = !file.empty() && file != known.file;
        const bool is_read = std::atoll(row[3].value_or("0").c_str()) > known.scans;
        facts.rewrite = facts.rewrite || is_rewritten;
        facts.scan = facts.scan || is_read;
        const bool keeps_out = known.is_view ? lock == LockMode::access_exclusive : blocks_writes(lock);
        const bool works = keeps_out && (is_rewritten || is_read);
        // It was locked before, and the statement may or may not have done so again.
        if (lock == LockMode::none && (is_rewritten || is_read)) observed.saw_work = false;
        observed.blocks = observed.blocks || works;
        if ((works && !has_worked) || (works == has_worked && lock > strongest)) facts.relation = known.name;
        has_worked = has_worked || works;
        strongest = std::max(strongest, lock);
        if (!file.empty()) known.file = file;
    }
    facts.lock = lock_name(strongest);
    observed.facts = facts;
    return observed;
}

void Observer::remember_locks() {
    for (auto& [oid, known] : known_) known.held.clear();
    for (const auto& row : database_.query(touched)) {
        const auto found = known_.find(row[0].value_or(""));
        if (found == known_.end()) continue;
        for (const auto& mode : base::split_list(row[1].value_or(""), ' ')) found->second.held.insert(mode);
    }
}

/// Runs for real; afterwards the files tell what was rewritten, and no lock is left to be seen.
StatementFacts Observer::observe_outside(const SectionText& section, std::size_t number) {
    if (!is_wanted(database_, section, number)) return left_out();
    const Statement& statement = section.statements[number];
    const std::array commands = {command_of(statement)};
    StatementFacts observed;
    Facts facts;
    try {
        const auto start = Clock::now();
        database_.run(commands);
        facts.milliseconds = milliseconds_since(start);
    } catch (const CommandError& error) {
        if (error.connection_lost || error.code() == error_codes::interrupted) throw;
        observed.failure = error;
        return observed;
    }
    facts.lock = lock_name(lock_outside(statement));
    observed.saw_work = lock_outside(statement) != LockMode::none;
    if (statement.kind == StatementKind::transaction_control || database_.in_transaction()) return observed;
    for (const auto& row : database_.query(relations)) {
        const auto found = known_.find(row[0].value_or(""));
        if (found == known_.end() || found->second.file == row[2].value_or("")) continue;
        found->second.file = row[2].value_or("");
        facts.relation = found->second.name;
        facts.rewrite = facts.scan = observed.blocks = true;
        facts.lock = lock_name(LockMode::access_exclusive);
    }
    observed.facts = facts;
    return observed;
}

}  // namespace rev::lint
