#include "lint/known_relations.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <string_view>

#include "base/text.hpp"

namespace rev::lint {
namespace {

/// Name, file and kind of tables and materialized views, with `condition` on pg_class as c and pg_namespace as n.
std::string relations_sql(std::string_view condition) {
    return fmt::format(
        "SELECT c.oid::text, CASE WHEN n.nspname = 'public' THEN '' ELSE n.nspname || '.' END || c.relname, "
        "coalesce(pg_relation_filenode(c.oid)::text, ''), (c.relkind = 'm')::text "
        "FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace "
        "WHERE c.oid >= 16384 AND c.relkind IN ('r', 'p', 'm') AND c.relpersistence <> 't' "
        "AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast') AND {}",
        condition);
}

/// Those that were written since a transaction, or whose schema was. Only age() compares transactions without a detour
/// by text.
const scratch::KeptQuery& changed_relations() {
    static const std::string sql = relations_sql(
        "(SELECT age(c.xmin) <= s.since OR age(n.xmin) <= s.since FROM (SELECT age(?::xid) AS since) AS s)");
    static const scratch::KeptQuery query = {"rev_lint_changed", "xid", sql};
    return query;
}

const scratch::KeptQuery& listed_relations() {
    static const std::string sql = relations_sql("c.oid = ANY(?::oid[])");
    static const scratch::KeptQuery query = {"rev_lint_listed", "oid[]", sql};
    return query;
}

/// The first transaction that has not begun, and whether the session can be told to hand on what it has counted.
constexpr scratch::KeptQuery now = {"rev_lint_now", "",
                                    "SELECT (txid_snapshot_xmax(txid_current_snapshot()) % 4294967296)::text, "
                                    "(current_setting('server_version_num')::int >= 150000)::text"};

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

}  // namespace

std::vector<std::string> KnownRelations::look() {
    if (is_complete_) return look_at_seen();
    const std::array questions = {scratch::KeptQuestion{&now}, scratch::KeptQuestion{&changed_relations(), since_}};
    const auto answers = scratch::ask(database_, kept_, questions);
    since_ = answers[0].at(0).at(0).value_or("0");
    scans_ = answers[0].at(0).at(1) == "true" ? ObservedMessage::Scans::handed_on : ObservedMessage::Scans::kept_back;
    is_complete_ = true;
    return take(answers[1]);
}

/// Most revisions change a handful of relations, of which reading all of pg_class would take longer than to run them.
std::vector<std::string> KnownRelations::look_at_seen() {
    if (seen_.empty()) return {};
    std::string oids;
    for (const auto& [oid, is_before] : seen_) oids += (oids.empty() ? "" : ",") + oid;
    const std::array questions = {scratch::KeptQuestion{&listed_relations(), "{" + oids + "}"}};
    return take(scratch::ask(database_, kept_, questions).at(0));
}

/// Returns those that are new, or have another file.
std::vector<std::string> KnownRelations::take(const std::vector<SqlRow>& rows) {
    std::vector<std::string> changed;
    for (const auto& row : rows) {
        const auto oid = row[0].value_or("");
        const auto file = row[2].value_or("");
        const auto [found, is_new] = relations_.try_emplace(oid);
        auto& known = found->second;
        if (is_new || known.file != file) changed.push_back(oid);
        known.name = row[1].value_or("");
        known.file = file;
        known.is_view = row[3] == "true";
        if (const auto seen = seen_.find(oid); is_new && seen != seen_.end()) known.is_before = seen->second;
    }
    seen_.clear();
    return changed;
}

/// Who makes, rewrites or renames a relation keeps all others out of it until the transaction ends, and its locks were
/// seen.
void KnownRelations::take_note(const Sight& sight, bool may_rename) {
    for (const auto& locked : sight.relations) {
        if (locked.modes.find("AccessExclusiveLock") == std::string::npos) continue;
        const auto known = relations_.find(locked.oid);
        if (known == relations_.end() || may_rename)
            seen_.try_emplace(locked.oid, false);
        else if (!locked.file.empty())
            known->second.file = locked.file;
    }
}

/// Only what is there before the plan counts: what the plan makes is locked without hindering anybody.
void KnownRelations::begin_plan() {
    for (auto& [oid, known] : relations_) known.is_before = true;
    for (auto& [oid, is_before] : seen_) is_before = true;
}

KnownRelations::Known* KnownRelations::find_before(const std::string& oid) {
    auto found = relations_.find(oid);
    if (found == relations_.end()) {
        // Nobody had to know more of it until now.
        const auto seen = seen_.find(oid);
        if (seen == seen_.end() || !seen->second) return nullptr;
        (void)look_at_seen();
        found = relations_.find(oid);
    }
    return found == relations_.end() || !found->second.is_before ? nullptr : &found->second;
}

const std::string* KnownRelations::find_name_before(const std::string& oid) {
    const auto* known = find_before(oid);
    return known == nullptr ? nullptr : &known->name;
}

std::vector<std::string> KnownRelations::take_unfilled() {
    std::vector<std::string> unfilled;
    for (auto& [oid, known] : relations_) {
        if (known.filled_file == known.file) continue;
        known.filled_file = known.file;
        unfilled.push_back(oid);
    }
    return unfilled;
}

/// What a transaction has counted stays in the session's numbers for a while after its end.
void KnownRelations::remember_scans() {
    for (auto& [oid, known] : relations_) known.scans = 0;
    for (const auto& row :
         database_.query("SELECT c.oid::text, pg_stat_get_xact_numscans(c.oid)::text FROM pg_class AS c "
                         "WHERE pg_stat_get_xact_numscans(c.oid) > 0")) {
        const auto found = relations_.find(row[0].value_or(""));
        if (found != relations_.end()) found->second.scans = std::atoll(row[1].value_or("0").c_str());
    }
}

void KnownRelations::begin_scans(const std::vector<std::string>& scanned) {
    for (auto& [oid, known] : relations_) known.scans = 0;
    if (scans_ == ObservedMessage::Scans::handed_on) return;
    for (const auto& one : scanned) {
        const auto blank = one.find(' ');
        const auto found = relations_.find(one.substr(0, blank));
        if (found != relations_.end()) found->second.scans = std::atoll(one.substr(blank + 1).c_str());
    }
}

ObservedStatement KnownRelations::facts_of(const Sight& sight) {
    ObservedStatement observed;
    Facts facts;
    facts.milliseconds = sight.milliseconds;
    auto strongest = LockMode::none;
    bool has_worked = false;
    for (const auto& before : sight.before) {
        auto* known = find_before(before.oid);
        if (known == nullptr) continue;
        known->scans = before.scans;
        for (const auto& mode : base::split_list(before.modes, ' ')) known->held.insert(mode);
    }
    // Within the transaction: the locks are still held, and the counters are those of this session.
    for (const auto& locked : sight.relations) {
        auto* found = find_before(locked.oid);
        if (found == nullptr) continue;
        Known& known = *found;
        const auto lock = strongest_of(without(locked.modes, known.held));
        // A table that is written anew gets a new file.
        const bool is_rewritten = !locked.file.empty() && locked.file != known.file;
        const bool is_read = locked.scans > known.scans;
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
        known.scans = locked.scans;
        if (!locked.file.empty()) known.file = locked.file;
    }
    for (const auto& before : sight.before)
        if (auto* known = find_before(before.oid)) known->held.clear();
    facts.lock = lock_name(strongest);
    observed.facts = facts;
    return observed;
}

void KnownRelations::remember_locks() {
    for (auto& [oid, known] : relations_) known.held.clear();
    for (const auto& locked : read_locked(database_)) {
        const auto found = relations_.find(locked.oid);
        if (found == relations_.end()) continue;
        for (const auto& mode : base::split_list(locked.modes, ' ')) found->second.held.insert(mode);
    }
}

}  // namespace rev::lint
