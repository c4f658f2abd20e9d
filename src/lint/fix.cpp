#include "lint/fix.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <tuple>
#include <utility>

#include "lint/guard_answer.hpp"
#include "lint/interpreter.hpp"
#include "lint/section_fix.hpp"
#include "lint/statement_text.hpp"

namespace rev::lint {
namespace {

constexpr const char* no_form = "there is no single safe form of it";

/// What another form of a statement can answer.
bool has_other_form(Rule rule) {
    static constexpr std::array rules = {Rule::create_index,     Rule::unique_constraint, Rule::foreign_key,
                                         Rule::check_constraint, Rule::table_scan,        Rule::table_rewrite,
                                         Rule::reindex,          Rule::refresh_view,      Rule::outside_transaction,
                                         Rule::long_transaction};
    return std::ranges::find(rules, rule) != rules.end();
}

/// What can be answered at all. An enum's value takes another form of the whole file.
bool is_answerable(Rule rule) { return rule == Rule::enum_value || has_other_form(rule); }

using RulesOfStatements = std::map<std::size_t, std::set<Rule>>;

/// Drops an index of a table that was there, and waits for its lock without a limit.
bool drops_index_unbounded(const SectionText& section, const Session& session, const Node& tree,
                           const StatementEffects& effects) {
    const bool is_bounded = session.bounds_lock_waits.value_or(section.bounds_lock_waits);
    const Node& drop = tree["DropStmt"];
    return !is_bounded && drop.string("removeType") == "OBJECT_INDEX" && !drop.flag("concurrent") &&
           !effects.touches.empty() && effects.failures.empty();
}

/// The fixes of one section, and what of its findings has none.
class SectionPlan {
public:
    SectionPlan(const SectionText& section, RulesOfStatements rules, int server_version)
        : section_(section), rules_(std::move(rules)), server_version_(server_version) {}

    /// Where the statement has a fix, it is kept; symbols: as the statements before it leave them, and it as well.
    void read(std::size_t number, Symbols& symbols, Session& session) {
        const Node& tree = *section_.trees[number];
        const std::string text(section_.statements[number].text);
        // As it was before the statement; DROP takes it out of the symbols.
        const auto before = rules_.contains(number) || tree.type() == "DropStmt" ? subject_relation(tree, symbols)
                                                                                 : std::optional<Relation>();
        const auto effects = Interpreter(symbols, session, server_version_).run(tree, text);
        auto& rules = rules_[number];
        if (drops_index_unbounded(section_, session, tree, effects)) rules.insert(Rule::lock_timeout);
        const bool is_asked = std::ranges::any_of(rules, has_other_form) ||
                              (rules.contains(Rule::lock_timeout) && tree.type() == "DropStmt");
        if (!is_asked) return;
        // Its tree is that of other words, with other places in the text.
        if (section_.syntax_problems[number].since != 0) {
            reasons[number] = "it is written for a server that is newer than rev's parser";
            return;
        }
        if (!markers_above(section_, number).empty()) {
            reasons[number] = "a guard or a repetition stands above it";
            return;
        }
        try {
            fixes[number] = fix_statement({text, tree, effects, symbols, before, rules, server_version_});
        } catch (const NoFix& why) {
            reasons[number] = why.reason;
        }
    }

    /// What speaks of an index or a constraint that comes later has to come later, too.
    void take_along() {
        std::vector<std::string> names;
        std::string validated;
        for (std::size_t number = 0; number < section_.statements.size(); ++number) {
            const auto text = section_.statements[number].text;
            const bool speaks =
                std::ranges::any_of(names, [&](const std::string& name) { return mentions(text, name); });
            const auto found = fixes.find(number);
            if (found != fixes.end()) {
                auto& fix = found->second;
                names.insert(names.end(), fix.names.begin(), fix.names.end());
                if (!fix.validated_table.empty()) validated = fix.validated_table;
            } else if (auto behind = fix_behind(number, validated)) {
                fixes[number] = std::move(*behind);
            } else if (speaks && section_.trees[number] && section_.trees[number]->type() == "CommentStmt") {
                fixes[number].second.emplace_back(text);
            } else if (speaks) {
                throw NoFix{fmt::format("line {} needs what would move into a second revision",
                                        section_.statements[number].line)};
            }
        }
    }

    [[nodiscard]] std::optional<StatementFix> fix_behind(std::size_t number, const std::string& validated) const {
        if (validated.empty() || !section_.trees[number]) return std::nullopt;
        return fix_behind_validation(section_.statements[number].text, *section_.trees[number], validated);
    }

    [[nodiscard]] const SectionText& section() const { return section_; }
    [[nodiscard]] const RulesOfStatements& rules() const { return rules_; }

    StatementFixes fixes;
    std::map<std::size_t, std::string> reasons;  ///< why a statement has none

private:
    const SectionText& section_;
    RulesOfStatements rules_;
    int server_version_;
};

/// Throws NoFix: why a file is left as it is.
void require_fixable(const RevisionFile& file, const SectionText& upgrade, bool is_for_sqlite_too) {
    if (!file.header.variables.empty()) throw NoFix{"its sections have variables"};
    const Section* section = file.find_section(SectionKind::upgrade, Dialect::postgresql);
    if (is_for_sqlite_too && !section->dialect)
        throw NoFix{"its section runs on SQLite as well: `-- rev:upgrade postgresql` would not"};
    const Section* downgrade = file.find_section(SectionKind::downgrade, Dialect::postgresql);
    const bool is_shared = downgrade != nullptr && !downgrade->dialect &&
                           file.find_section(SectionKind::upgrade, Dialect::sqlite) != nullptr;
    if (section->dialect && is_shared)
        throw NoFix{"its downgrade section runs on SQLite as well: `-- rev:downgrade postgresql` would not"};
    const bool has_blocks = std::ranges::any_of(upgrade.statements, [](const Statement& statement) {
        return statement.kind == StatementKind::transaction_control;
    });
    if (has_blocks) throw NoFix{"it begins and ends transactions itself"};
}

std::string sections_of_second(const RevisionFile& file, const FixedFile& fixed) {
    std::string text;
    const auto add = [&](SectionKind kind, const std::string& sql) {
        const Section* upgrade = file.find_section(SectionKind::upgrade, Dialect::postgresql);
        const bool is_named = upgrade != nullptr && upgrade->dialect.has_value();
        text += fmt::format("-- rev:{}{}\n{}\n", section_name(kind), is_named ? " postgresql" : "", sql);
        // Where sections name their dialect, SQLite has to be told that there is nothing for it.
        if (is_named) text += fmt::format("-- rev:{} sqlite\n\n", section_name(kind));
    };
    add(SectionKind::upgrade, fixed.second_upgrade);
    if (fixed.second_downgrade) add(SectionKind::downgrade, *fixed.second_downgrade);
    while (text.ends_with("\n\n")) text.pop_back();
    return text;
}

class Planner {
public:
    Planner(const ScriptDirectory& scripts, const Graph& graph, const LintRequest& request,
            const std::vector<Finding>& findings, bool is_for_sqlite_too)
        : scripts_(scripts),
          graph_(graph),
          request_(request),
          findings_(findings),
          is_for_sqlite_too_(is_for_sqlite_too),
          server_version_(server_version(scripts.config(), request)) {
        for (const Finding& finding : findings) rules_[finding.path][finding.statement].insert(finding.rule);
    }

    FixPlan run() {
        std::map<std::string, const Revision*> asked;
        for (const auto* revision : request_.revisions) asked[revision->path] = revision;
        for (const SectionText& section : sections_of(scripts_, graph_, request_)) {
            const auto found = asked.find(section.path);
            const bool ends_plan = found == asked.end() || !request_.is_one_plan;
            // What the revisions below have made is old for this one.
            if (ends_plan) ++symbols_.plan;
            SectionPlan plan(section, found == asked.end() ? RulesOfStatements() : rules_[section.path],
                             server_version_);
            read(plan);
            if (ends_plan) ++symbols_.plan;
            if (found != asked.end()) finish(*found->second, plan);
        }
        for (const Finding& finding : findings_)
            if (finding.level != Level::notice) leave(finding);
        return std::move(result_);
    }

private:
    void read(SectionPlan& plan) {
        const auto& section = plan.section();
        Session session;
        // A SET search_path does not outlast the section that it stands in.
        symbols_.search_path = {"public"};
        for (std::size_t number = 0; number < section.statements.size(); ++number) {
            const bool runs = guard_answer(section, number, symbols_) != GuardAnswer::left_out;
            if (runs && section.trees[number]) plan.read(number, symbols_, session);
        }
        symbols_.search_path = {"public"};
    }

    void finish(const Revision& revision, SectionPlan& plan) {
        auto& reasons = reasons_[revision.path];
        reasons = plan.reasons;
        const auto uses_of_values = statements_with(Rule::enum_value, plan.rules());
        if (plan.fixes.empty() && uses_of_values.empty()) return;
        try {
            if (uses_of_values.empty())
                add(revision, plan);
            else
                add_for_values(revision, plan, uses_of_values);
        } catch (const NoFix& why) {
            // The file is left as it is, and each of its findings tells why.
            for (const auto& [number, fix] : plan.fixes) reasons[number] = why.reason;
            for (const auto number : uses_of_values) reasons[number] = why.reason;
        }
    }

    static std::vector<std::size_t> statements_with(Rule rule, const RulesOfStatements& rules) {
        std::vector<std::size_t> numbers;
        for (const auto& [number, each] : rules)
            if (each.contains(rule)) numbers.push_back(number);
        return numbers;
    }

    /// What moves may have safer forms of its own, but in another place: that is for the next time.
    void add_for_values(const Revision& revision, const SectionPlan& plan, const std::vector<std::size_t>& uses) {
        const auto file = scripts_.read(revision);
        require_fixable(file, plan.section(), is_for_sqlite_too_);
        const auto downgrade = downgrade_section(scripts_, revision, Dialect::postgresql);
        const auto fixed = fix_enum_values(file, plan.section(), downgrade ? &*downgrade : nullptr);
        require_no_verify(file);
        result_.fixes.push_back({&revision,
                                 file.text,
                                 fixed.text,
                                 SecondRevision{sections_of_second(file, fixed), "what uses the new values", true},
                                 {Rule::enum_value}});
        for (const auto number : uses) answered_.insert({revision.path, number, Rule::enum_value});
        auto& reasons = reasons_[revision.path];
        for (const auto& [number, fix] : plan.fixes) reasons[number] = "it moves first: `--fix` once more answers it";
    }

    static void require_no_verify(const RevisionFile& file) {
        if (!file.verify_sections(Dialect::postgresql).empty())
            throw NoFix{"its verify section may ask for what would move into a second revision"};
    }

    void add(const Revision& revision, SectionPlan& plan) {
        const auto file = scripts_.read(revision);
        require_fixable(file, plan.section(), is_for_sqlite_too_);
        plan.take_along();
        const auto downgrade = downgrade_section(scripts_, revision, Dialect::postgresql);
        const auto fixed = fix_file(file, plan.section(), downgrade ? &*downgrade : nullptr, plan.fixes);
        if (fixed.has_second) require_no_verify(file);
        RevisionFix fix{&revision, file.text, fixed.text, {}, {}};
        if (fixed.has_second)
            fix.second =
                SecondRevision{sections_of_second(file, fixed), "what takes long", !fixed.second_leaves_transactions};
        for (const auto& [number, each] : plan.fixes) {
            for (const Rule rule : plan.rules().at(number)) {
                if (has_other_form(rule)) answered_.insert({revision.path, number, rule});
                if (has_other_form(rule) || rule == Rule::lock_timeout) fix.rules.insert(rule);
            }
        }
        result_.fixes.push_back(std::move(fix));
    }

    void leave(const Finding& finding) {
        if (answered_.contains({finding.path, finding.statement, finding.rule})) return;
        const auto& reasons = reasons_[finding.path];
        const auto found = reasons.find(finding.statement);
        const bool tells = found != reasons.end() && is_answerable(finding.rule);
        result_.unfixed.push_back({finding, tells ? found->second : no_form});
    }

    const ScriptDirectory& scripts_;
    const Graph& graph_;
    const LintRequest& request_;
    const std::vector<Finding>& findings_;
    bool is_for_sqlite_too_;
    int server_version_;
    Symbols symbols_;
    std::map<std::string, RulesOfStatements> rules_;                     ///< by path
    std::map<std::string, std::map<std::size_t, std::string>> reasons_;  ///< by path and statement
    std::set<std::tuple<std::string, std::size_t, Rule>> answered_;      ///< findings, by path and statement
    FixPlan result_;
};

}  // namespace

FixPlan plan_fixes(const ScriptDirectory& scripts, const Graph& graph, const LintRequest& request,
                   const std::vector<Finding>& findings, bool is_for_sqlite_too) {
    if (request.dialect != Dialect::postgresql || request.revisions.empty()) {
        FixPlan none;
        for (const Finding& finding : findings)
            if (finding.level != Level::notice) none.unfixed.push_back({finding, no_form});
        return none;
    }
    return Planner(scripts, graph, request, findings, is_for_sqlite_too).run();
}

}  // namespace rev::lint
