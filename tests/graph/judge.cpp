#include "graph/judge.hpp"

#include <algorithm>
#include <functional>
#include <optional>
#include <regex>
#include <set>

#include "graph/reference.hpp"

namespace rev::test {

namespace {

using Nodes = Reference::Nodes;

const std::string several_dependencies = "several effective dependencies";
const std::string redundant_parent = "redundant parent";
const std::string place_of_a_row = "place of a row";

Json sorted_lists(Json value) {
    if (value.is_array()) std::sort(value.begin(), value.end());
    if (value.is_object()) {
        for (auto& part : value) part = sorted_lists(part);
    }
    return value;
}

bool refused_as(const Json& answer, std::initializer_list<const char*> kinds) {
    if (!answer.contains("error")) return false;
    const std::string kind = answer.at("error").at("kind");
    return std::any_of(kinds.begin(), kinds.end(), [&](const char* wanted) { return kind == wanted; });
}

bool is_accepted(const GraphCase& asked) { return !asked.is_refused(); }

bool has_unknown_row(const GraphCase& asked) {
    const auto rows = asked.rows();
    return !std::all_of(rows.begin(), rows.end(), [&](const std::string& row) {
        return std::any_of(asked.revisions->begin(), asked.revisions->end(),
                           [&](const Revision& revision) { return revision.id == row; });
    });
}

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

std::string judge_refusal(const GraphCase& asked, const Json& answer) {
    if (!answer.contains("error")) return "refused by Alembic, answered by rev";
    if (asked.is_crash()) return {};
    const auto& error = asked.expected.at("error");
    const std::string alembic_class = error.at("class");
    const std::string message = error.at("message");
    const std::string kind = answer.at("error").at("kind");
    if (kind == "unknown_row" && has_unknown_row(asked)) return {};
    for (const auto& refusal : refusals) {
        if (alembic_class != refusal.alembic_class || message.find(refusal.message) == std::string::npos) continue;
        if (std::find(refusal.kinds.begin(), refusal.kinds.end(), kind) != refusal.kinds.end()) return {};
    }
    return "refused for another reason";
}

// ---- Plans.

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
        const bool several = std::any_of(nodes.begin(), nodes.end(), [&](Reference::Node node) {
            return rules_.effective_dependencies(node).size() > 1;
        });
        Reference::Set set;
        for (const auto node : nodes) set.set(node);
        auto by_rule = rules_.order(set, is_upgrade() ? rules_.tops(set) : rows_);
        if (is_upgrade()) std::reverse(by_rule.begin(), by_rule.end());
        return several && by_rule == nodes;
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
        if (answer_.at("to") != asked_.expected.at("to")) verdict_.complaint = "other rows at the end";
        const auto last = by_rule.empty() ? rows_ : by_rule.back().rows;
        if (answer_.at("rows") != Json(rules_.ids_of(last))) verdict_.complaint = "another row keeps its place";
        if (answer_.at("rows") == asked_.expected.at("rows")) return;
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
        step.at(3) = gone;
        rows.clear();
        for (const std::string row : step.at(2)) rows.insert(row);
    }
    return plan;
}

// ---- Lists.

/// The order among several effective dependencies is by id in rev, any in Alembic.
bool is_order_by_rule(const GraphCase& asked, const Json& wanted, const Json& got) {
    if (sorted_lists(wanted) != sorted_lists(got) || asked.kind != "history") return false;
    const Reference rules(*asked.revisions);
    const auto nodes = rules.nodes_of(got.get<Ids>());
    Reference::Set set;
    bool several = false;
    for (const auto node : nodes) {
        set.set(node);
        several = several || rules.effective_dependencies(node).size() > 1;
    }
    return several && rules.order(set, rules.tops(set)) == nodes;
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
    if (!asked.order_varies || sorted_lists(wanted) != sorted_lists(got)) return {"other branch points", {}};
    auto order = ids_of(history(Graph(*asked.revisions), ""));
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

// ---- Exceptions that are seen in the question: rev's answer is another one.

bool has_duplicate_ids(const GraphCase& asked) {
    std::set<std::string> ids;
    return !std::all_of(asked.revisions->begin(), asked.revisions->end(),
                        [&](const Revision& revision) { return ids.insert(revision.id).second; });
}

/// How many names a symbol stands for, by exact match or as a prefix.
std::size_t names_of(const GraphCase& asked, const std::string& symbol) {
    std::size_t count = 0;
    for (const auto& revision : *asked.revisions) {
        auto names = revision.branch_labels;
        names.push_back(revision.id);
        for (const auto& name : names) {
            if (name == symbol) return 1;
            if (name.size() > 3 && name.starts_with(symbol)) ++count;
        }
    }
    return count;
}

bool has_trailing_text(const GraphCase& asked) {
    static const std::regex pattern(R"(([^@]*@)?\w*[+-]\d+\D.*)");
    return is_accepted(asked) && std::regex_match(asked.text("target"), pattern);
}

bool is_plain_relative(const GraphCase& asked) {
    static const std::regex pattern("-0*[1-9][0-9]*");
    return asked.kind == "downgrade" && std::regex_match(asked.text("target"), pattern);
}

/// What a plain -N undoes last; absent if the walk down to it is not one line.
std::optional<Reference::Node> last_undone(const GraphCase& asked, const Reference& rules) {
    const auto rows = rules.nodes_of(asked.rows());
    if (rows.size() != 1) return std::nullopt;
    auto node = rows.front();
    const auto& revisions = *asked.revisions;
    for (auto steps = std::stol(asked.text("target").substr(1)); steps > 1; --steps) {
        if (revisions[node].revises.size() != 1) return std::nullopt;
        node = rules.node_of(revisions[node].revises.front());
    }
    return node;
}

bool ends_at_a_merge_point(const GraphCase& asked) {
    if (!is_plain_relative(asked) || !asked.is_refused()) return false;
    const Reference rules(*asked.revisions);
    const auto node = last_undone(asked, rules);
    return node && (*asked.revisions)[*node].revises.size() > 1;
}

bool undoes_the_merge(const GraphCase& asked, const Json& answer) {
    const Reference rules(*asked.revisions);
    const auto rows = rules.nodes_of(asked.rows());
    const auto dropped = rules.descendants(*last_undone(asked, rules)) & rules.ancestors(rows);
    const auto steps = rules.downgrade_rows(rows, rules.order(dropped, rows));
    Json wanted = Json::array();
    for (const auto& step : steps) {
        wanted.push_back({"d", rules.id_of(step.node), sorted_lists(rules.ids_of(step.rows))});
    }
    return answer.contains("steps") && answer.at("steps") == wanted;
}

bool has_unknown_label(const GraphCase& asked) {
    const auto target = asked.text("target");
    const auto at = target.rfind('@');
    return asked.kind == "downgrade" && !has_unknown_row(asked) && at != std::string::npos &&
           names_of(asked, target.substr(0, at)) != 1;
}

/// The revisions that the targets of a stamp name, one after the other; none where one names nothing.
Ids stamped_ids(const GraphCase& asked) {
    const Graph graph(*asked.revisions);
    Ids ids;
    try {
        for (const auto& target : asked.texts("targets")) {
            for (const auto* revision : resolve(graph, target)) ids.push_back(revision->id);
        }
    } catch (const GraphError&) {
        return {};
    }
    return ids;
}

bool names_a_revision_twice(const GraphCase& asked) {
    if (asked.kind != "stamp" || !asked.is_crash()) return false;
    const auto ids = stamped_ids(asked);
    return std::set<std::string>(ids.begin(), ids.end()).size() < ids.size();
}

bool counts_it_once(const GraphCase& asked, const Json& answer) {
    Ids once;
    for (const auto& id : stamped_ids(asked)) {
        if (std::find(once.begin(), once.end(), id) == once.end()) once.push_back(id);
    }
    auto rewritten = asked;
    rewritten.question["targets"] = once;
    return answer.contains("steps") && answer == ask(rewritten);
}

bool crashes_on_redundant_parent(const GraphCase& asked) {
    return asked.kind == "upgrade" && asked.is_crash() && asked.expected.at("error").at("class") == "KeyError";
}

/// The revisions that a target of an upgrade names; a walk such as `ID+2` is the upper end of a history.
Ids upgrade_targets(const GraphCase& asked) {
    const Graph graph(*asked.revisions);
    const auto target = asked.text("target");
    static const std::regex pattern(R"(.*\w\+\d+)");
    if (std::regex_match(target, pattern)) return {history(graph, ":" + target).front()->id};
    return ids_of(resolve(graph, target));
}

bool ends_with_tops(const GraphCase& asked, const Json& answer) {
    const Reference rules(*asked.revisions);
    const auto steps = rules.upgrade(rules.nodes_of(asked.rows()), rules.nodes_of(upgrade_targets(asked)));
    Json wanted = Json::array();
    bool redundant = false;
    for (const auto& step : steps) {
        wanted.push_back({"u", rules.id_of(step.node), sorted_lists(rules.ids_of(step.rows))});
        redundant = redundant || rules.has_redundant_down(step.node);
    }
    return redundant && answer.contains("steps") && answer.at("steps") == wanted;
}

bool ends_at_no_rows(const GraphCase& asked) {
    if (asked.kind != "history" || !asked.rows().empty() || !asked.text("range").ends_with(":current")) return false;
    return is_accepted(asked) || asked.expected.at("error").at("class") == "RangeNotAncestorError";
}

bool uses_an_existing_id(const GraphCase& asked) {
    const auto id = asked.text("rev_id");
    return (asked.kind == "create" || asked.kind == "merge") &&
           std::any_of(asked.revisions->begin(), asked.revisions->end(),
                       [&](const Revision& revision) { return revision.id == id; });
}

struct Rule {
    Exception exception;
    std::function<bool(const GraphCase&)> applies;
    std::function<bool(const GraphCase&, const Json&)> holds;
};

const std::vector<Rule>& rules_of_the_question() {
    static const std::vector<Rule> rules = {
        {{"duplicate id", "Alembic warns and takes the later file; rev refuses and names both"},
         has_duplicate_ids,
         [](const auto&, const Json& answer) { return refused_as(answer, {"duplicate_id"}); }},
        {{"text after a relative target", "Alembic ignores what follows the digits of +1; rev refuses"},
         has_trailing_text,
         [](const auto&, const Json& answer) {
             return refused_as(answer, {"unknown_revision", "bad_target"});
         }},
        {{"plain -N from several rows", "Alembic takes the first row of the table; rev asks which is meant"},
         [](const auto& asked) {
             return is_plain_relative(asked) && asked.rows().size() > 1 && !has_unknown_row(asked);
         },
         [](const auto&, const Json& answer) { return refused_as(answer, {"several_rows"}); }},
        {{"plain -N to a merge point", "Alembic calls the last step ambiguous; rev undoes the merge"},
         ends_at_a_merge_point,
         undoes_the_merge},
        {{"unknown label in a downgrade", "Alembic looks a label up only where two roots are left; rev always does"},
         has_unknown_label,
         [](const auto&, const Json& answer) {
             return refused_as(answer, {"unknown_revision", "ambiguous_prefix"});
         }},
        {{"stamp of a revision twice", "Alembic crashes half-way; rev counts it once"},
         names_a_revision_twice,
         counts_it_once},
        {{"crash on a redundant parent", "Alembic deletes a row that is not there; rev's rows are the tops always"},
         crashes_on_redundant_parent,
         ends_with_tops},
        {{"history up to no rows", "Alembic reads current as heads where the table is empty; rev prints nothing"},
         ends_at_no_rows,
         [](const auto&, const Json& answer) { return answer.contains("revisions") && answer["revisions"].empty(); }},
        {{"an id that exists", "Alembic warns and breaks the project; rev refuses"},
         uses_an_existing_id,
         [](const auto&, const Json& answer) { return refused_as(answer, {"bad_new_revision"}); }},
    };
    return rules;
}

}  // namespace

const std::vector<Exception>& exceptions() {
    static const auto all = [] {
        std::vector<Exception> list;
        for (const auto& rule : rules_of_the_question()) list.push_back(rule.exception);
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
    for (const auto& rule : rules_of_the_question()) {
        if (!rule.applies(asked)) continue;
        if (asked.is_refused() && judge_refusal(asked, answer).empty()) return {};
        return {rule.holds(asked, answer) ? "" : "not what the exception wants", {rule.exception.name}};
    }
    return compare(asked, answer);
}

}  // namespace rev::test
