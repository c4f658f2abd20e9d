#include "lint/judge.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "lint/enum_use.hpp"
#include "lint/guard_answer.hpp"

namespace rev::lint {
namespace {

/// Work in the order of how long nobody gets at the table.
bool is_worse(const Touch& left, const Touch& right) { return left.work > right.work; }

std::string message_of(const Touch& touch, LockMode lock) {
    const auto done = touch.work == Work::rewrite ? "is written anew" : "is read as a whole";
    const auto blocked = lock == LockMode::access_exclusive ? "reads and writes" : "writes";
    return fmt::format("{} {} under {}, which blocks {}: {}", shown(touch.relation), done, lock_words(lock), blocked,
                       touch.why);
}

std::string_view transaction_command(const Node& tree) { return tree["TransactionStmt"].string("kind"); }

/// What a block runs, which is a string to the grammar; of another statement nothing.
std::vector<Node> statements_of_block(const SectionText& section, std::size_t number) {
    if (!section.trees[number]->has("DoStmt")) return {};
    return parse_plpgsql(std::string(section.statements[number].text));
}

}  // namespace

void Judge::add(const SectionText& section, std::size_t number, Rule rule, std::string message) {
    findings_.push_back(finding_at(section, number, rule, std::move(message)));
}

void Judge::read(const SectionText& section) {
    // A run resets the session behind each revision; so does the judge.
    session_ = {};
    symbols_.search_path = {"public"};
    in_transaction_ = section.in_transaction;
    told_of_waits_ = false;
    end_transaction();
    for (std::size_t number = 0; number < section.statements.size(); ++number) read_statement(section, number);
    end_transaction();
    symbols_.search_path = {"public"};
}

void Judge::end_transaction() {
    held_.clear();
    labels_.clear();
    enums_of_transaction_.clear();
    told_of_several_ = false;
}

void Judge::read_statement(const SectionText& section, std::size_t number) {
    const Statement& statement = section.statements[number];
    const auto& problem = section.syntax_problems[number];
    constexpr int newest = 1000;
    if (problem.is_refused_by(settings_.is_version_known ? settings_.server_version : newest))
        add(section, number, Rule::syntax, "the server would refuse this: " + problem.message);
    const auto guard = guard_answer(section, number, symbols_);
    if (guard == GuardAnswer::left_out) return;
    const auto& tree = section.trees[number];
    if (!tree) {
        // Rows in plenty make nothing.
        const bool is_data = statement.facts.verb_in({sql::Verb::insert, sql::Verb::copy});
        if (!is_data) symbols_.is_complete = false;
        return;
    }
    if (!judge_transaction(section, number)) return;
    // Each statement is a transaction of its own there, and its locks end with it.
    if (!in_transaction_ && !section.in_transaction) end_transaction();
    // Before the statement is run: it is judged by the labels that earlier ones have added, not by its own.
    judge_labels(section, number);
    const bool adds_label = !adds_known_label(*tree);
    Interpreter interpreter(symbols_, session_, settings_.server_version);
    auto effects = interpreter.run(*tree, std::string(statement.text));
    // Its guard has surely been written against these.
    if (guard == GuardAnswer::open) effects.failures.clear();
    judge(section, number, effects);
    if (!adds_label) return;
    note_labels(*tree);
    for (const Node& each : statements_of_block(section, number)) note_labels(each);
}

/// ADD VALUE IF NOT EXISTS of one that is there does nothing.
bool Judge::adds_known_label(const Node& tree) const {
    const Node& altered = tree["AlterEnumStmt"];
    const auto names = strings_of(altered["typeName"]);
    if (names.empty() || !altered.flag("skipIfNewValExists")) return false;
    const Enum* found = symbols_.find_enum(named_type(names));
    return found != nullptr && std::ranges::find(found->labels, altered.string("newVal")) != found->labels.end();
}

/// False where the statement only begins or ends a transaction.
bool Judge::judge_transaction(const SectionText& section, std::size_t number) {
    const Statement& statement = section.statements[number];
    const auto command = transaction_command(*section.trees[number]);
    if (section.in_transaction && statement.kind == StatementKind::transaction_control)
        add(section, number, Rule::outside_transaction,
            fmt::format("{} in a revision that runs in a transaction", statement.command));
    if (in_transaction_ && statement.kind == StatementKind::outside_transaction)
        add(section, number, Rule::outside_transaction,
            fmt::format("{} cannot run in a transaction", statement.command));
    if (section.in_transaction || command.empty()) return command.empty();
    if (command == "TRANS_STMT_BEGIN" || command == "TRANS_STMT_START") in_transaction_ = true;
    if (command == "TRANS_STMT_COMMIT" || command == "TRANS_STMT_ROLLBACK") in_transaction_ = false;
    if (command != "TRANS_STMT_SAVEPOINT" && command != "TRANS_STMT_RELEASE") end_transaction();
    return false;
}

LockMode Judge::lock_on(const Name& relation, const StatementEffects& effects) const {
    LockMode strongest = LockMode::none;
    for (const Touch& touch : effects.touches)
        if (touch.relation == relation) strongest = std::max(strongest, touch.lock);
    return strongest;
}

void Judge::judge(const SectionText& section, std::size_t number, const StatementEffects& effects) {
    judge_failures(section, number, effects);
    // One finding about work is enough for a statement: the others would say the same in weaker words.
    const bool is_found = judge_work(section, number, effects) || judge_rows(section, number, effects);
    if (!is_found) judge_long(section, number, effects);
    // Only at the end of the plan it is known whether what was removed is made anew.
    for (const Removal& removal : effects.removals)
        removals_.push_back({removal, finding_at(section, number, removal.rule,
                                                 removal.what + (removal.rule == Rule::truncate
                                                                     ? ""
                                                                     : ", and code that still runs may ask for it"))});
    note_waits(section, number, effects, is_found);
    hold(section, number, effects);
}

void Judge::judge_failures(const SectionText& section, std::size_t number, const StatementEffects& effects) {
    std::set<Rule> told;
    for (const Failure& failure : effects.failures)
        if (told.insert(failure.rule).second) add(section, number, failure.rule, failure.what);
    for (const Failure& remark : effects.remarks) {
        add(section, number, remark.rule, remark.what);
        findings_.back().level = Level::notice;
    }
}

/// Whether rows are worked on under a lock that blocks.
bool Judge::judge_work(const SectionText& section, std::size_t number, const StatementEffects& effects) {
    std::vector<Touch> works;
    for (const Touch& touch : effects.touches) {
        const bool blocks = blocks_writes(lock_on(touch.relation, effects));
        if (touch.work != Work::none && blocks && !is_small(touch.relation)) works.push_back(touch);
    }
    std::ranges::stable_sort(works, is_worse);
    std::set<Rule> told;
    for (const Touch& touch : works) {
        // What is written anew is read on the way.
        const bool is_more_of_it = !told.empty() && works.front().work == Work::rewrite;
        if (is_more_of_it || !told.insert(touch.rule).second) continue;
        add(section, number, touch.rule, message_of(touch, lock_on(touch.relation, effects)));
        findings_.back().relation = shown(touch.relation);
    }
    return !told.empty();
}

std::optional<std::string> Judge::strongest_held() const {
    const Name* relation = nullptr;
    Held strongest;
    for (const auto& [name, held] : held_) {
        if (held.mode <= strongest.mode) continue;
        strongest = held;
        relation = &name;
    }
    if (relation == nullptr) return std::nullopt;
    return fmt::format("{} is locked by {} since line {}", shown(*relation), lock_words(strongest.mode),
                       strongest.line);
}

/// Whether a statement changes all rows.
bool Judge::judge_rows(const SectionText& section, std::size_t number, const StatementEffects& effects) {
    if (!effects.all_rows || is_small(*effects.all_rows)) return false;
    const auto what =
        fmt::format("{} every row of {}", effects.is_delete ? "deletes" : "updates", shown(*effects.all_rows));
    if (const auto held = strongest_held()) {
        add(section, number, Rule::long_transaction, fmt::format("this {} while {}", what, *held));
    } else {
        add(section, number, Rule::change_all_rows, fmt::format("this {} in one statement", what));
    }
    return true;
}

/// Work that blocks nobody by itself, behind a statement whose lock is still held.
void Judge::judge_long(const SectionText& section, std::size_t number, const StatementEffects& effects) {
    std::optional<Name> worked_on = effects.backfills;
    for (const Touch& touch : effects.touches)
        if (touch.work != Work::none && !blocks_writes(touch.lock)) worked_on = touch.relation;
    if (!worked_on || is_small(*worked_on)) return;
    if (const auto held = strongest_held())
        add(section, number, Rule::long_transaction,
            fmt::format("this works through {} while {}", shown(*worked_on), *held));
}

void Judge::hold(const SectionText& section, std::size_t number, const StatementEffects& effects) {
    if (!in_transaction_) return;
    const auto before = held_.size();
    for (const Touch& touch : effects.touches) {
        if (!blocks_writes(touch.lock)) continue;
        Held& held = held_[touch.relation];
        if (held.mode < touch.lock) held = {touch.lock, section.statements[number].line};
    }
    // From the second table on two transactions can wait for each other; it is said once for a transaction.
    const bool is_second = before > 0 && held_.size() > before;
    if (!is_second || std::exchange(told_of_several_, true)) return;
    std::vector<std::string> names;
    for (const auto& [name, held] : held_) names.push_back(shown(name));
    add(section, number, Rule::several_locks,
        fmt::format("the transaction locks {} and {}, and holds both until its end", names[0], names[1]));
}

void Judge::note_waits(const SectionText& section, std::size_t number, const StatementEffects& effects, bool is_found) {
    const bool is_bounded = session_.bounds_lock_waits.value_or(section.bounds_lock_waits);
    if (is_bounded || is_found || told_of_waits_) return;
    for (const Touch& touch : effects.touches) {
        if (!blocks_writes(touch.lock)) continue;
        told_of_waits_ = true;
        return add(section, number, Rule::lock_timeout,
                   fmt::format("this waits for {} on {} without a limit, and everybody behind it waits too",
                               lock_words(touch.lock), shown(touch.relation)));
    }
}

void Judge::note_labels(const Node& tree) {
    note_renamed_type(tree["RenameStmt"]);
    // Since 17 the values of an enum that the transaction itself made can be used at once.
    const Node& made = tree["CreateEnumStmt"];
    if (made && settings_.server_version >= 17)
        enums_of_transaction_.insert(symbols_.resolve(strings_of(made["typeName"])));
    const Node& altered = tree["AlterEnumStmt"];
    if (!altered || altered.has("oldVal") || !in_transaction_) return;
    const auto names = strings_of(altered["typeName"]);
    if (names.empty() || enums_of_transaction_.contains(symbols_.resolve(names))) return;
    labels_.push_back({named_type(names), altered.string("newVal")});
}

void Judge::note_renamed_type(const Node& renamed) {
    if (renamed.string("renameType") != "OBJECT_TYPE") return;
    const auto names = strings_of(renamed["object"]["List"]["items"]);
    for (AddedLabel& added : labels_)
        if (!names.empty() && added.type.name == names.back()) added.type.name = renamed.string("newname");
}

/// By the labels that earlier statements have added, of a block its own.
void Judge::judge_labels(const SectionText& section, std::size_t number) {
    const auto before = labels_;
    for (const Node& each : statements_of_block(section, number)) {
        if (judge_labels(section, number, each)) break;
        note_labels(each);
    }
    // It is run yet: only then is it known whether it adds what was not there.
    labels_ = before;
    judge_labels(section, number, *section.trees[number]);
}

bool Judge::judge_labels(const SectionText& section, std::size_t number, const Node& tree) {
    const auto used = std::ranges::find_if(
        labels_, [&](const AddedLabel& added) { return uses_label(tree, added.type, added.label, symbols_); });
    if (used == labels_.end()) return false;
    add(section, number, Rule::enum_value,
        fmt::format("'{}' was added to {} in this transaction, and cannot be used before its end", used->label,
                    shown(used->type)));
    return true;
}

bool Judge::is_there_again(const Removal& removal) const {
    if (removal.kind == Removal::Kind::function) return symbols_.functions.contains(removal.name);
    if (removal.kind == Removal::Kind::other) return false;
    const Relation* relation = symbols_.find_relation(removal.name);
    if (relation == nullptr) return false;
    return !relation->is_complete || std::ranges::all_of(removal.columns, [&](const std::string& column) {
        return relation->find_column(column) != nullptr;
    });
}

std::vector<Finding> Judge::end_plan() {
    for (PendingRemoval& pending : removals_)
        if (!is_there_again(pending.removal)) findings_.push_back(std::move(pending.finding));
    removals_.clear();
    return std::exchange(findings_, {});
}

}  // namespace rev::lint
