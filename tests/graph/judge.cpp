#include "graph/judge.hpp"

#include <algorithm>
#include <set>

#include "graph/exceptions.hpp"
#include "graph/invariants.hpp"
#include "graph/reference.hpp"

namespace rev::test {

namespace {

using Nodes = Reference::Nodes;

const std::string several_dependencies = "several effective dependencies";
const std::string redundant_parent = "redundant parent";
const std::string place_of_a_row = "place of a row";

// ---- Which refusal of rev's says the same as one of Alembic's.

struct Refusal {
    const char* alembic_class;
    const char* message;  ///< the message holds this
    std::vector<std::string> kinds;
};

const std::vector<Refusal> refusals = {
    {"MultipleHeads", "", {"multiple_heads"}},
    {"MultipleHeads", "", {"unknown_revision", "walk_too_far"}},
    {"RangeNotAncestorError", "Destination", {"not_a_downgrade_target"}},
    {"RangeNotAncestorError", "Requested range", {"not_in_range"}},
    {"LoopDetected", "", {"cycle"}},
    {"DependencyLoopDetected", "", {"cycle"}},
    {"CycleDetected", "", {"cycle"}},
    {"RevisionError", "Ambiguous walk", {"ambiguous_walk"}},
    {"RevisionError", "Ambiguous upgrade", {"several_rows"}},
    {"RevisionError", "Walked too far", {"walk_too_far"}},
    {"RevisionError", "didn't produce", {"bad_target", "walk_too_far"}},
    {"RevisionError", "overlaps", {"overlapping_rows", "overlapping_targets", "not_in_range", "bad_target"}},
    {"RevisionError", "Branch name", {"duplicate_label"}},
    {"RevisionError", "not allowed in revision identifier", {"invalid_id", "bad_new_revision"}},
    {"RevisionError", "Not a valid downgrade target", {"not_a_downgrade_target"}},
    {"CommandError", "not a head", {"not_a_head"}},
    {"CommandError", "Duplicate head", {"bad_new_revision"}},
    {"CommandError", "Range revision not allowed", {"bad_target"}},
    {"ResolutionError", "'heads'", {"walk_too_far"}},
    {"ResolutionError", "", {"unknown_revision", "ambiguous_prefix", "not_in_branch", "unknown_row", "bad_target"}},
};

bool names_several(const GraphCase& asked) {
    return asked.texts("targets").size() > 1 || asked.kind == "history" || asked.kind == "create" ||
           asked.kind == "merge";
}

std::string judge_refusal(const GraphCase& asked, const Json& answer) {
    if (!answer.contains("error")) return "refused by Alembic, answered by rev";
    if (asked.is_crash()) return {};
    const auto& error = asked.expected.at("error");
    const std::string alembic_class = error.at("class");
    const std::string message = error.at("message");
    const std::string kind = answer.at("error").at("kind");
    if (kind == "unknown_row" && asked.has_unknown_row()) return {};
    if (names_several(asked)) return {};  // any of the mistakes may be named
    for (const auto& refusal : refusals) {
        if (alembic_class != refusal.alembic_class || message.find(refusal.message) == std::string::npos) continue;
        if (std::find(refusal.kinds.begin(), refusal.kinds.end(), kind) != refusal.kinds.end()) return {};
    }
    return "refused for another reason";
}

// ---- Plans.

/// The order among several effective dependencies is by id in rev, any in Alembic.
bool any_several_dependencies(const Reference& rules, const Nodes& nodes) {
    return std::any_of(nodes.begin(), nodes.end(),
                       [&](Reference::Node node) { return rules.effective_dependencies(node).size() > 1; });
}

/// A plan's answer beside Alembic's, with the rules in between.
class PlanComparison {
public:
    PlanComparison(const GraphCase& asked, const Json& answer)
        : asked_(asked), answer_(answer), rules_(*asked.revisions), rows_(rules_.nodes_of(asked.rows())) {}

    Verdict verdict() {
        const auto wanted = order_of(asked_.expected);
        const auto got = order_of(answer_);
        if (sorted_lists(wanted) != sorted_lists(got)) return complain("other revisions run");
        const bool same_order = wanted == got;
        if (!same_order && !may_differ_in_order(got)) return complain("another order");
        if (!same_order) verdict_.exceptions.push_back(several_dependencies);

        compare_rows(same_order);
        return verdict_;
    }

private:
    Verdict complain(const std::string& complaint) {
        verdict_.complaint = complaint;
        return verdict_;
    }

    [[nodiscard]] static Ids order_of(const Json& plan) {
        Ids ids;
        for (const auto& step : plan.at("steps")) ids.push_back(step.at(1));
        return ids;
    }

    [[nodiscard]] bool is_upgrade() const { return asked_.kind == "upgrade"; }

    /// Only where a revision has several effective dependencies; and then rev's order is the one by id.
    [[nodiscard]] bool may_differ_in_order(const Ids& got) const {
        const auto nodes = rules_.nodes_of(got);
        Reference::Set set;
        for (const auto node : nodes) set.set(node);
        auto by_rule = rules_.order(set, is_upgrade() ? rules_.tops(set) : rows_);
        if (is_upgrade()) std::reverse(by_rule.begin(), by_rule.end());
        return any_several_dependencies(rules_, nodes) && by_rule == nodes;
    }

    void compare_rows(bool same_order) {
        const auto order = rules_.nodes_of(order_of(answer_));
        const auto by_rule = is_upgrade() ? rules_.upgrade_rows(rows_, order) : rules_.downgrade_rows(rows_, order);
        if (answer_.at("steps") != steps_json(by_rule)) {
            verdict_.complaint = "the rows are not the tops of what is applied";
            return;
        }
        if (same_order && answer_.at("steps") != asked_.expected.at("steps")) {
            if (!any_redundant(order)) verdict_.complaint = "other rows after a step";
            verdict_.exceptions.push_back(redundant_parent);
            return;
        }
        if (answer_.at("to") != asked_.expected.at("to")) {
            if (!any_redundant(order)) verdict_.complaint = "other rows at the end";
            verdict_.exceptions.push_back(redundant_parent);
        }
        const auto last = by_rule.empty() ? rows_ : by_rule.back().rows;
        if (answer_.at("rows") != Json(rules_.ids_of(last))) verdict_.complaint = "another row keeps its place";
        if (!same_order || answer_.at("rows") == asked_.expected.at("rows")) return;
        if (!any_unordered_change(by_rule)) verdict_.complaint = "the table's order is another";
        verdict_.exceptions.push_back(place_of_a_row);
    }

    [[nodiscard]] Json steps_json(const Reference::Steps& steps) const {
        Json json = Json::array();
        for (const auto& step : steps) {
            json.push_back({is_upgrade() ? "u" : "d", rules_.id_of(step.node), sorted_lists(rules_.ids_of(step.rows))});
        }
        return json;
    }

    [[nodiscard]] bool any_redundant(const Nodes& nodes) const {
        return std::any_of(nodes.begin(), nodes.end(), [&](auto node) { return rules_.has_redundant_down(node); });
    }

    /// A step that takes several rows away beside others, or one that leaves several: Alembic takes the row to update
    /// from a Python set.
    [[nodiscard]] bool any_unordered_change(const Reference::Steps& steps) const {
        auto before = rows_.size();
        for (const auto& step : steps) {
            const auto after = step.rows.size();
            if (is_upgrade() ? after < before && after > 1 : after > before) return true;
            before = after;
        }
        return false;
    }

    const GraphCase& asked_;
    const Json& answer_;
    Reference rules_;
    Nodes rows_;
    Verdict verdict_;
};

/// Alembic's stamp steps name rows as taken away that an earlier step took already; rev's name what is really gone.
Json really_gone(const GraphCase& asked) {
    auto plan = asked.expected;
    std::set<std::string> rows;
    if (!asked.question.at("purge").get<bool>()) {
        for (const auto& row : asked.rows()) rows.insert(row);
    }
    for (auto& step : plan.at("steps")) {
        Json gone = Json::array();
        for (const std::string row : step.at(3)) {
            if (rows.contains(row)) gone.push_back(row);
        }
        step.at(3) = sorted_lists(gone);
        rows.clear();
        for (const std::string row : step.at(2)) rows.insert(row);
    }
    return plan;
}

// ---- Lists.

/// The order of a history of these revisions; none where no revision has several effective dependencies.
Ids order_by_rule(const GraphCase& asked, const Ids& ids) {
    const Reference rules(*asked.revisions);
    const auto nodes = rules.nodes_of(ids);
    if (!any_several_dependencies(rules, nodes)) return {};
    Reference::Set set;
    for (const auto node : nodes) set.set(node);
    return rules.ids_of(rules.order(set, rules.tops(set)));
}

bool is_order_by_rule(const GraphCase& asked, const Json& wanted, const Json& got) {
    return asked.kind == "history" && sorted_lists(wanted) == sorted_lists(got) &&
           order_by_rule(asked, got.get<Ids>()) == got.get<Ids>();
}

Verdict judge_list(const GraphCase& asked, const Json& answer) {
    const auto& wanted = asked.expected.at("revisions");
    const auto& got = answer.at("revisions");
    if (wanted == got) return {};
    if (is_order_by_rule(asked, wanted, got)) return {{}, {several_dependencies}};
    return {"other revisions, or another order", {}};
}

/// Branch points come in the order of the whole history.
Verdict judge_branches(const GraphCase& asked, const Json& answer) {
    if (sorted_lists(asked.expected.at("into")) != answer.at("into")) return {"other children", {}};
    const Json& wanted = asked.expected.at("revisions");
    const Json& got = answer.at("revisions");
    if (wanted == got) return {};
    if (sorted_lists(wanted) != sorted_lists(got)) return {"other branch points", {}};
    Ids all;
    for (const auto& revision : *asked.revisions) all.push_back(revision.id);
    auto order = order_by_rule(asked, all);
    std::erase_if(order, [&](const auto& id) { return std::find(got.begin(), got.end(), id) == got.end(); });
    if (Json(order) != got) return {"branch points not in the order of the history", {}};
    return {{}, {several_dependencies}};
}

Verdict judge_load(const GraphCase& asked, const Json& answer) {
    for (const auto& [key, value] : answer.items()) {
        const bool ordered = key.ends_with("heads") || key.ends_with("bases");
        const auto& wanted = asked.expected.at(key);
        if (ordered ? wanted != value : sorted_lists(wanted) != sorted_lists(value)) return {"other " + key, {}};
    }
    return {};
}

Verdict judge_fields(const Json& answer, const Json& expected) {
    for (const auto& [key, value] : answer.items()) {
        if (expected.at(key) != value) return {"other " + key, {}};
    }
    return {};
}

Verdict compare(const GraphCase& asked, const Json& answer) {
    if (asked.is_refused()) return {judge_refusal(asked, answer), {}};
    if (answer.contains("error")) return {"answered by Alembic, refused by rev", {}};
    if (asked.kind == "load") return judge_load(asked, answer);
    if (asked.kind == "branches") return judge_branches(asked, answer);
    if (asked.kind == "upgrade" || asked.kind == "downgrade") return PlanComparison(asked, answer).verdict();
    if (asked.kind == "stamp") return judge_fields(answer, really_gone(asked));
    if (asked.expected.contains("revisions")) return judge_list(asked, answer);
    return judge_fields(answer, asked.expected);
}

std::string broken_invariant(const GraphCase& asked) {
    if (asked.kind != "upgrade" && asked.kind != "downgrade" && asked.kind != "stamp") return {};
    PlanQuestion question{Direction::stamp, asked.rows(), asked.texts("targets"), asked.question.value("purge", false)};
    if (asked.kind != "stamp") {
        question.direction = asked.kind == "upgrade" ? Direction::upgrade : Direction::downgrade;
        question.targets = {asked.text("target")};
    }
    try {
        return Invariants(*asked.revisions).broken(question);
    } catch (const GraphError&) {
        return {};  // the graph is refused
    }
}

}  // namespace

const std::vector<Exception>& exceptions() {
    static const auto all = [] {
        std::vector<Exception> list;
        for (const auto& rule : exceptions_of_the_question()) list.push_back(rule.exception);
        list.push_back({several_dependencies, "Alembic's order comes from a Python set; rev's is by id"});
        list.push_back({redundant_parent, "Alembic leaves overlapping rows; rev's rows are the tops always"});
        list.push_back(
            {place_of_a_row, "Alembic takes the row to update from a Python set; rev the last of the parents"});
        return list;
    }();
    return all;
}

Verdict judge(const GraphCase& asked, const Json& answer) {
    if (answer.contains("broken")) return {"broken: " + answer.at("broken").get<std::string>(), {}};
    if (const auto broken = broken_invariant(asked); !broken.empty()) return {broken, {}};
    for (const auto& rule : exceptions_of_the_question()) {
        if (!rule.applies(asked)) continue;
        if (asked.is_refused() && judge_refusal(asked, answer).empty()) return {};
        return {rule.holds(asked, answer) ? "" : "not what the exception wants", {rule.exception.name}};
    }
    return compare(asked, answer);
}

}  // namespace rev::test
