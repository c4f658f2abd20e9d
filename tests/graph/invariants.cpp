#include "graph/invariants.hpp"

#include <algorithm>
#include <optional>
#include <set>

#include "graph/applied.hpp"
#include "support/graph_of.hpp"

namespace rev::test {

namespace {

using Node = Reference::Node;
using Nodes = Reference::Nodes;
using Set = Reference::Set;

std::vector<Revision> in_another_order(std::vector<Revision> revisions) {
    std::reverse(revisions.begin(), revisions.end());
    std::rotate(revisions.begin(), revisions.begin() + static_cast<std::ptrdiff_t>(revisions.size() / 3),
                revisions.end());
    return revisions;
}

/// nullopt: refused.
std::optional<Plan> plan_of(const Graph& graph, const PlanQuestion& question) {
    try {
        if (question.direction == Direction::upgrade)
            return plan_upgrade(graph, question.rows, question.targets.front());
        if (question.direction == Direction::stamp) {
            return plan_stamp(graph, question.rows,
                              std::vector<Target>(question.targets.begin(), question.targets.end()), question.purge);
        }
        return plan_downgrade(graph, question.rows, question.targets.front());
    } catch (const GraphError&) {
        return std::nullopt;
    }
}

/// nullopt: the symbol is none, such as `+1`.
std::optional<Ids> named_by(const Graph& graph, const std::string& symbol) {
    try {
        return ids_of(resolve(graph, symbol));
    } catch (const GraphError&) {
        return std::nullopt;
    }
}

std::set<std::string> set_of(const Ids& ids) { return {ids.begin(), ids.end()}; }

std::set<std::string> revisions_run(const Plan& plan) {
    std::set<std::string> ids;
    for (const auto& step : plan.steps) ids.insert(step.revision != nullptr ? step.revision->id : "-");
    return ids;
}

bool changes_hit_one_row_each(const Plan& plan) {
    auto rows = plan.from;
    try {
        for (const auto& step : plan.steps) {
            for (const auto& change : step.changes) apply(change, rows);
        }
    } catch (const std::logic_error&) {
        return false;
    }
    return rows == plan.to && set_of(rows).size() == rows.size();
}

bool has_label(const std::string& target) { return target.find('@') != std::string::npos; }

}  // namespace

Invariants::Invariants(const std::vector<Revision>& revisions)
    : graph_(revisions), other_order_(in_another_order(revisions)), rules_(revisions) {}

std::string Invariants::broken(const PlanQuestion& question) const {
    auto other_rows = question;
    std::reverse(other_rows.rows.begin(), other_rows.rows.end());
    const auto plan = plan_of(graph_, question);
    const auto with_other_rows = plan_of(graph_, other_rows);
    const auto with_other_files = plan_of(other_order_, question);
    if (plan.has_value() != with_other_rows.has_value()) return "the order of the rows decides whether it is refused";
    // Of several revisions to stamp the first decides, as in Alembic, and `heads` names them in the order of the files.
    const bool may_depend_on_files = question.direction == Direction::stamp;
    if (plan.has_value() != with_other_files.has_value() && !may_depend_on_files) {
        return "the order of the files decides whether it is refused";
    }
    if (!plan) return {};

    if (!changes_hit_one_row_each(*plan)) return "a change does not hit exactly one row";
    if (!is_valid_order(*plan)) return "a step comes before one that it needs, or twice";
    if (!means_target(question, *plan)) return "the rows do not mean the target";
    if (!steps_lead_back(*plan)) return "taking the steps back leads elsewhere";
    if (!downgrade_leads_back(*plan)) return "a downgrade to where the upgrade began leads elsewhere";
    if (text_of(*plan) != text_of(*with_other_rows)) return "the order of the rows changes the steps";
    if (set_of(plan->to) != set_of(with_other_rows->to)) return "the order of the rows changes where it ends";
    if (!with_other_files) return {};
    if (revisions_run(*plan) != revisions_run(*with_other_files)) return "the order of the files changes what runs";
    if (set_of(plan->to) != set_of(with_other_files->to)) return "the order of the files changes where it ends";
    return {};
}

bool Invariants::is_valid_order(const Plan& plan) const {
    if (plan.steps.empty() || plan.steps.front().direction == Direction::stamp) return true;
    auto applied = rules_.ancestors(rules_.nodes_of(plan.from));
    for (const auto& step : plan.steps) {
        const auto node = rules_.node_of(step.revision->id);
        const bool up = step.direction == Direction::upgrade;
        if (applied[node] == up) return false;
        applied.flip(node);
        const auto& downs = rules_.downs(node);
        if (up && !std::all_of(downs.begin(), downs.end(), [&](Node down) { return applied[down]; })) return false;
        if (!up && (rules_.descendants(node) & applied).any()) return false;
    }
    return applied == rules_.ancestors(rules_.nodes_of(plan.to));
}

bool Invariants::means_target(const PlanQuestion& question, const Plan& plan) const {
    if (question.direction == Direction::downgrade) return means_downgrade(question, plan);
    if (question.direction == Direction::stamp) return means_stamp(question, plan);
    auto wanted = rules_.ancestors(rules_.nodes_of(plan.from));
    if (const auto named = named_by(graph_, question.targets.front())) {
        wanted |= rules_.ancestors(rules_.nodes_of(*named));
    } else if (!plan.steps.empty()) {  // a walk leads to one revision, the last to run
        wanted |= rules_.ancestors(rules_.node_of(plan.steps.back().revision->id));
    }
    return rules_.ancestors(rules_.nodes_of(plan.to)) == wanted;
}

/// The target is left, and nothing that revises it; a label may keep some of that.
bool Invariants::means_downgrade(const PlanQuestion& question, const Plan& plan) const {
    const auto& target = question.targets.front();
    const bool is_walk = target.substr(target.find('@') + 1).starts_with('-');  // from the rows, not from the heads
    const auto named = is_walk ? std::nullopt : named_by(graph_, target);
    if (!named || named->size() > 1) return true;
    const auto left = rules_.ancestors(rules_.nodes_of(plan.to));
    if (!named->empty() && !left[rules_.node_of(named->front())]) return false;
    if (has_label(target)) return true;
    const auto roots = named->empty() ? rules_.bases() : rules_.children(rules_.node_of(named->front()));
    return std::none_of(roots.begin(), roots.end(), [&](Node root) { return left[root]; });
}

/// A target that names one revision is a row afterwards; rows that nothing ties to it stay.
bool Invariants::means_stamp(const PlanQuestion& question, const Plan& plan) const {
    const auto& target = question.targets.front();
    const auto named = named_by(graph_, target);
    if (question.targets.size() > 1 || !named || named->size() > 1 || has_label(target) || target.front() == '-') {
        return true;
    }
    const auto rows = set_of(plan.to);
    if (named->empty()) return rows.empty();
    if (!rows.contains(named->front())) return false;
    const auto node = rules_.node_of(named->front());
    const Set tied = rules_.ancestors(node) | rules_.descendants(node);
    return question.purge || std::all_of(plan.from.begin(), plan.from.end(), [&](const auto& row) {
               return tied[rules_.node_of(row)] || rows.contains(row);
           });
}

bool Invariants::steps_lead_back(const Plan& plan) const {
    if (plan.steps.empty() || plan.steps.front().direction == Direction::stamp) return true;
    const auto& data = graph_.data();
    const auto start = rules_.nodes_of(plan.from);
    if (rules_.tops(rules_.ancestors(start)).size() != start.size()) return true;  // rows that overlapped
    rev::graph::Nodes rows;
    for (const auto& row : plan.to) rows.push_back(*data.find_id(row));
    graph::AppliedRows table(data, rows);
    for (auto step = plan.steps.rbegin(); step != plan.steps.rend(); ++step) {
        const auto node = data.node_of(*step->revision);
        if (step->direction == Direction::upgrade) {
            table.downgrade(node);
        } else {
            table.upgrade(node);
        }
    }
    return set_of(table.rows()) == set_of(plan.from);
}

/// Where all that was run stands above the one row there was, or the table was empty.
bool Invariants::downgrade_leads_back(const Plan& plan) const {
    if (plan.steps.empty() || plan.steps.front().direction != Direction::upgrade || plan.from.size() > 1) return true;
    Set above;
    for (const Node root : plan.from.empty() ? rules_.bases() : rules_.children(rules_.node_of(plan.from.front()))) {
        above |= rules_.descendants(root);
    }
    const bool all_above = std::all_of(plan.steps.begin(), plan.steps.end(),
                                       [&](const Step& step) { return above[rules_.node_of(step.revision->id)]; });
    return !all_above ||
           plan_downgrade(graph_, plan.to, plan.from.empty() ? "base" : plan.from.front()).to == plan.from;
}

}  // namespace rev::test
