#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "base/text.hpp"
#include "lint/effects.hpp"
#include "lint/section.hpp"

// What was seen goes over what was foreseen.

namespace rev::lint {
namespace {

/// Rules that say what a statement does to tables under a lock.
bool is_about_work(Rule rule) {
    static constexpr std::array rules = {Rule::table_rewrite,     Rule::table_scan,  Rule::create_index,
                                         Rule::unique_constraint, Rule::foreign_key, Rule::check_constraint,
                                         Rule::refresh_view,      Rule::reindex};
    return std::ranges::find(rules, rule) != rules.end();
}

/// Rules that say that a statement fails.
bool is_about_failure(Rule rule) {
    static constexpr std::array rules = {Rule::enum_value, Rule::outside_transaction, Rule::not_null_column,
                                         Rule::dependents, Rule::missing_object,      Rule::existing_object,
                                         Rule::type_cast,  Rule::foreign_key_target,  Rule::failed,
                                         Rule::syntax};
    return std::ranges::find(rules, rule) != rules.end();
}

/// Of SQLite: a change that it refuses, or that takes rows or names with it.
bool is_about_harm(Rule rule) {
    return rule == Rule::sqlite_column || rule == Rule::sqlite_rename || rule == Rule::sqlite_rebuild;
}

bool is_harm_disproved(Rule rule, const ObservedStatement& facts) {
    if (!facts.harm.empty()) return false;
    return rule == Rule::sqlite_rename ? facts.leaves_all_in_place : facts.saw_work;
}

/// A rule foresees by the text, a trial has seen: where they differ, the trial is right about what happens to this
/// schema, except where it could not have the rows that matter.
bool is_contradicted(const Finding& finding, const ObservedStatement& facts) {
    if (facts.is_left_out) return is_about_failure(finding.rule);
    if (!facts.facts) return false;
    if (is_about_harm(finding.rule)) return is_harm_disproved(finding.rule, facts);
    if (is_about_work(finding.rule) && !facts.saw_work) return false;
    if (is_about_work(finding.rule)) return finding.level == Level::notice ? !facts.facts->rewrite : !facts.blocks;
    // A table into which no rows could be made up takes what one with rows refuses.
    return is_about_failure(finding.rule) && finding.rule != Rule::not_null_column;
}

std::string observed_message(const Facts& facts) {
    const auto lock = find_lock(facts.lock);
    return fmt::format("{} was {} under {}", facts.relation, facts.rewrite ? "written anew" : "read as a whole",
                       lock_words(lock));
}

/// What the facts of one statement add.
void add_unforeseen(const SectionText& section, std::size_t number, const ObservedStatement& facts,
                    const std::set<std::string>& small_tables, std::vector<Finding>& findings) {
    const auto has = [&](auto is_such) {
        return std::ranges::any_of(
            findings, [&](const Finding& finding) { return finding.statement == number && is_such(finding); });
    };
    if (facts.failure &&
        !has([](const Finding& finding) { return is_about_failure(finding.rule) || is_about_harm(finding.rule); })) {
        auto finding = finding_at(section, number, Rule::failed, base::printable(facts.failure->what()));
        finding.hint = facts.failure->hint().empty() ? finding.hint : facts.failure->hint();
        findings.push_back(std::move(finding));
    }
    if (!facts.harm.empty() && !has([](const Finding& finding) { return is_about_harm(finding.rule); })) {
        auto finding = finding_at(section, number, Rule::observed, facts.harm.front());
        // Rows or names that are gone: nobody asked for that.
        finding.level = Level::error;
        findings.push_back(std::move(finding));
    }
    const auto accounts_for = [](const Finding& finding) {
        return finding.level != Level::notice && (is_about_work(finding.rule) || finding.rule == Rule::truncate ||
                                                  finding.rule == Rule::long_transaction);
    };
    if (!facts.blocks || small_tables.contains(facts.facts->relation) || has(accounts_for)) return;
    auto finding = finding_at(section, number, Rule::observed, observed_message(*facts.facts));
    finding.relation = facts.facts->relation;
    findings.push_back(std::move(finding));
}

}  // namespace

void apply_facts(const SectionText& section, const std::vector<ObservedStatement>& statements,
                 const std::set<std::string>& small_tables, std::vector<Finding>& findings) {
    // Before anything is added: what the trial itself adds is not to be contradicted.
    std::erase_if(findings, [&](const Finding& finding) {
        return finding.statement < statements.size() && is_contradicted(finding, statements[finding.statement]);
    });
    for (std::size_t number = 0; number < statements.size(); ++number)
        add_unforeseen(section, number, statements[number], small_tables, findings);
    for (Finding& finding : findings)
        if (finding.statement < statements.size()) finding.facts = statements[finding.statement].facts;
}

}  // namespace rev::lint
