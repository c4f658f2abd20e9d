#include "lint/observer.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <chrono>
#include <utility>

#include "base/sqlstate.hpp"
#include "base/text.hpp"
#include "lint/guard_answer.hpp"
#include "lint/observed_statement.hpp"

namespace rev::lint {
namespace {

using Clock = std::chrono::steady_clock;

Command sql_command(std::string_view sql) { return Command{.kind = Command::Kind::sql, .sql = sql}; }

/// SET and set_config() for the transaction, and temporary tables that end with it: each statement runs in one of its
/// own.
bool is_local(const std::optional<Node>& tree) {
    if (!tree) return false;
    const auto ends = [](const std::string& on_commit) {
        return on_commit == "ONCOMMIT_DROP" || on_commit == "ONCOMMIT_DELETE_ROWS";
    };
    if (ends((*tree)["CreateStmt"].string("oncommit"))) return true;
    // It has another name there.
    if (ends((*tree)["CreateTableAsStmt"]["into"].string("onCommit"))) return true;
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

/// Whether it leaves all relations as they are that were there before, and reads none: it makes tables and what belongs
/// to these. Nothing is found out then by rows in the others.
bool only_makes_new(const SectionText& section) {
    static constexpr std::array harmless = std::to_array<std::string_view>(
        {"CommentStmt", "CompositeTypeStmt", "CreateDomainStmt", "CreateEnumStmt", "CreateFunctionStmt",
         "CreateSeqStmt", "GrantStmt", "VariableSetStmt", "ViewStmt"});
    // A guard asks what it likes.
    if (!section.in_transaction || !section.markers.empty()) return false;
    std::set<std::string> made;
    const auto name_of = [](const Node& relation) {
        return relation.string("schemaname") + '.' + relation.string("relname");
    };
    return std::ranges::all_of(section.trees, [&](const auto& tree) {
        if (!tree) return false;
        const auto type = tree->type();
        if (type == "CreateStmt") {
            const Node& create = (*tree)["CreateStmt"];
            // A partition or child locks its parent, and looks into the default partition.
            if (create.has("inhRelations")) return false;
            if (!create.flag("if_not_exists")) made.insert(name_of(create["relation"]));
            return true;
        }
        if (type == "IndexStmt" || type == "AlterTableStmt" || type == "CreateTrigStmt")
            return made.contains(name_of((*tree)[type]["relation"]));
        return std::ranges::find(harmless, type) != harmless.end();
    });
}

/// Whether a relation that was there may have another name behind it, or another schema.
bool may_rename(const std::optional<Node>& tree) {
    static constexpr std::array never =
        std::to_array<std::string_view>({"AlterTableStmt", "CommentStmt", "CreateStmt", "CreateTrigStmt", "DropStmt",
                                         "IndexStmt", "TruncateStmt", "ViewStmt"});
    return !tree || std::ranges::find(never, tree->type()) == never.end();
}

/// ALTER SCHEMA ... RENAME locks no relation, and extensions and blocks do what they like.
bool renames_unseen(const SectionText& section) {
    return std::ranges::any_of(section.trees, [](const auto& tree) {
        return !tree || tree->has("DoStmt") || tree->has("CallStmt") || tree->has("CreateExtensionStmt") ||
               tree->has("AlterExtensionContentsStmt") || (*tree)["RenameStmt"].string("renameType") == "OBJECT_SCHEMA";
    });
}

/// What can be known of a statement that no transaction shows.
LockMode lock_outside(const Statement& statement) {
    const bool is_gentle = statement.facts.concurrently || statement.facts.verb == sql::Verb::vacuum;
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
    has_counted_ = true;
    known_.expect_unseen();
    look_for_event_triggers(words_in(section.text));
    try {
        run_once(section);
    } catch (const CommandError& error) {
        if (known_.empty() || !is_of_rows(error)) throw;
        database_.rollback();
        empty_tables();
        run_once(section);
    }
}

/// Not every section has been parsed; a word too many costs little.
void Observer::look_for_event_triggers(const std::set<std::string>& words) {
    has_event_triggers_ = has_event_triggers_ || words.contains("event");
}

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

void Observer::prepare(const SectionText& section, bool begins_plan) {
    const auto words = words_in(section.text);
    look_for_event_triggers(words);
    // The next one that does more finds what this makes.
    const bool needs_rows = has_event_triggers_ || !only_makes_new(section);
    if (needs_rows || !known_.has_looked()) (void)known_.look();
    if (begins_plan) known_.begin_plan();
    if (!needs_rows) return;
    const auto new_ones = known_.take_unfilled();
    if (new_ones.empty()) return;
    if (!make_rows_up(database_, kept_, known_.scans(), rows_, words, new_ones)) has_counted_ = true;
}

/// So that what a message counts begins at nothing.
void Observer::hand_on_counts() {
    if (known_.scans() == ObservedMessage::Scans::kept_back || !std::exchange(has_counted_, false)) return;
    (void)database_.query(scratch::hand_on_counts_sql);
}

void Observer::empty_tables() {
    has_counted_ = true;
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
    known_.expect_unseen();
    (void)known_.look();
}

std::vector<ObservedStatement> Observer::observe(const SectionText& section, bool begins_plan) {
    std::vector<ObservedStatement> all(section.statements.size());
    if (has_failed_ || all.empty()) return all;
    is_reset_ = false;
    // Each time: the revision before may have made new tables.
    prepare(section, begins_plan);
    if (section.in_transaction && all.size() > 1 && may_differ_as_one(section)) {
        auto outcome = try_as_one(section, all);
        if (outcome == Outcome::made_up_failure) {
            empty_tables();
            outcome = try_as_one(section, all);
        }
        if (outcome == Outcome::failed) has_failed_ = true;
    }
    const auto failed =
        std::ranges::find_if(all, [](const ObservedStatement& each) { return each.failure.has_value(); });
    observe_each(section, all, static_cast<std::size_t>(failed - all.begin()));
    if (renames_unseen(section)) known_.expect_unseen();
    if (is_reset_) return all;
    const std::array reset = {Command{.kind = Command::Kind::reset}};
    database_.run(reset);
    return all;
}

/// What works statement by statement may fail in one transaction.
Observer::Outcome Observer::try_as_one(const SectionText& section, std::vector<ObservedStatement>& all) {
    has_counted_ = true;
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

void Observer::observe_each(const SectionText& section, std::vector<ObservedStatement>& all, std::size_t end) {
    for (std::size_t number = 0; number < end;) {
        const auto next = observe_some(section, number, end, all);
        if (next == end) return;
        if (!all[next].failure) {
            number = next;
            continue;
        }
        if (is_of_rows(*all[next].failure)) {
            empty_tables();
            all[next] = {};
            (void)observe_some(section, next, next + 1, all);
            all[next].facts.reset();
        }
        if (all[next].failure) {
            has_failed_ = true;
            return;
        }
        number = next + 1;
    }
}

namespace {

/// What has to be known before it is sent, or is not known afterwards.
bool is_sent_alone(const SectionText& section, std::size_t number) {
    if (section.statements[number].kind == StatementKind::transaction_control) return true;
    if (!markers_above(section, number).empty()) return true;
    const auto& tree = section.trees[number];
    return tree && (*tree)["VariableSetStmt"].string("kind") == "VAR_RESET_ALL";
}

/// What ends with the transaction: every statement here gets one of its own.
ObservedMessage::Local local_before(const SectionText& section, std::size_t number) {
    ObservedMessage::Local local;
    for (std::size_t before = 0; before < number; ++before)
        if (is_local(section.trees[before])) local.sql += std::string(section.statements[before].text) + ";";
    local.is_of_section = !local.sql.empty();
    // On a table with few rows the planner would read all of it, which it does not do on a large one with an index.
    // Where there is none it does so all the same and calls that dear, for which it would compile the statement: 30 ms.
    if (changes_rows(section.trees[number])) local.sql += "SET LOCAL enable_seqscan = off; SET LOCAL jit = off;";
    return local;
}

}  // namespace

/// By its guards, under the settings that are there then.
bool Observer::is_let_run(const SectionText& section, std::size_t number) {
    if (markers_above(section, number).empty()) return true;
    const auto settings = local_before(section, number).sql;
    std::vector<Command> prepare = {{.kind = Command::Kind::begin}};
    if (!settings.empty()) prepare.push_back(sql_command(settings));
    database_.run(prepare);
    has_counted_ = true;
    const bool is_let = is_wanted(database_, section, number);
    database_.rollback();
    return is_let;
}

/// From `begin` on as many as one message may hold. Returns the number of the next one; of one that has failed, where
/// one has.
std::size_t Observer::observe_some(const SectionText& section, std::size_t begin, std::size_t end,
                                   std::vector<ObservedStatement>& all) {
    const auto kind = section.statements[begin].kind;
    const bool is_outside = !section.in_transaction &&
                            (kind == StatementKind::outside_transaction || kind == StatementKind::transaction_control);
    if (is_outside) {
        all[begin] = observe_outside(section, begin);
        return all[begin].failure ? begin : begin + 1;
    }
    if (!is_let_run(section, begin)) {
        all[begin] = left_out();
        return begin + 1;
    }
    hand_on_counts();
    ObservedMessage message(known_.scans());
    std::vector<std::size_t> sent;
    auto next = begin;
    for (; next < end; ++next) {
        const bool ends_message = next > begin && (is_sent_alone(section, next) || is_sent_alone(section, next - 1) ||
                                                   section.statements[next].kind == StatementKind::outside_transaction);
        if (ends_message) break;
        if (is_local(section.trees[next])) continue;
        message.add(command_of(section.statements[next]), local_before(section, next));
        sent.push_back(next);
    }
    if (message.is_empty()) return next;
    const bool ends_section = next == section.statements.size();
    message.add_end(ends_section);
    const auto outcome = message.send(database_);
    known_.begin_scans(outcome.scanned);
    for (std::size_t i = 0; i < sent.size(); ++i) {
        if (!outcome.sights[i]) continue;
        all[sent[i]] = known_.facts_of(*outcome.sights[i]);
        known_.take_note(*outcome.sights[i], may_rename(section.trees[sent[i]]));
    }
    if (!outcome.failure) {
        is_reset_ = ends_section;
        return next;
    }
    has_counted_ = true;
    const auto failed = sent.at(outcome.failed);
    all[failed] = {};
    all[failed].failure = outcome.failure;
    return failed;
}

/// Runs for real; afterwards the files tell what was rewritten, and no lock is left to be seen.
ObservedStatement Observer::observe_outside(const SectionText& section, std::size_t number) {
    if (!is_wanted(database_, section, number)) return left_out();
    has_counted_ = true;
    const Statement& statement = section.statements[number];
    const std::array commands = {command_of(statement)};
    ObservedStatement observed;
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
    known_.expect_unseen();
    if (statement.kind == StatementKind::transaction_control || database_.in_transaction()) return observed;
    for (const auto& oid : known_.look()) {
        const auto* name = known_.find_name_before(oid);
        if (name == nullptr) continue;
        facts.relation = *name;
        facts.rewrite = facts.scan = observed.blocks = true;
        facts.lock = lock_name(LockMode::access_exclusive);
    }
    observed.facts = facts;
    return observed;
}

}  // namespace rev::lint
