#include "graph/graph_case.hpp"

#include <algorithm>
#include <fstream>
#include <functional>
#include <iterator>

namespace rev::test {

namespace {

std::vector<std::string> strings(const Json& value) {
    if (value.is_null()) return {};
    if (value.is_string()) return {value.get<std::string>()};
    return value.get<std::vector<std::string>>();
}

std::vector<Revision> revisions_of_json(const Json& graph) {
    std::vector<Revision> revisions;
    for (const auto& node : graph.at("nodes")) {
        Revision revision;
        revision.id = node.at("id");
        revision.revises = strings(node.at("revises"));
        revision.depends_on = strings(node.at("depends_on"));
        revision.branch_labels = strings(node.at("labels"));
        revisions.push_back(std::move(revision));
    }
    return revisions;
}

std::vector<std::string> sorted(std::vector<std::string> ids) {
    std::sort(ids.begin(), ids.end());
    return ids;
}

/// With --purge the table is empty before the first step; rev's first step holds the removals.
std::vector<Step> without_purge(const Plan& plan) {
    auto steps = plan.steps;
    if (steps.empty()) return steps;
    auto& first = steps.front().changes;
    first.erase(first.begin(), first.begin() + static_cast<std::ptrdiff_t>(plan.from.size()));
    if (first.empty()) steps.erase(steps.begin());
    return steps;
}

Json step_answer(const Step& step, const Ids& before, const Ids& after) {
    if (step.direction != Direction::stamp) {
        return {step.direction == Direction::upgrade ? "u" : "d", step.revision->id, sorted(after)};
    }
    Ids gone;
    std::copy_if(before.begin(), before.end(), std::back_inserter(gone),
                 [&](const auto& row) { return std::find(after.begin(), after.end(), row) == after.end(); });
    const auto stamped = step.revision != nullptr ? Ids{step.revision->id} : Ids{};
    return {"s", stamped, sorted(after), sorted(gone)};
}

Json plan_answer(const Plan& plan, bool purge) {
    auto rows = purge ? Ids{} : plan.from;
    Json steps = Json::array();
    for (const auto& step : purge ? without_purge(plan) : plan.steps) {
        const auto before = rows;
        for (const auto& change : step.changes) apply(change, rows);
        steps.push_back(step_answer(step, before, rows));
    }
    if (rows != plan.to) return {{"broken", "the plan's final rows are not those of its steps"}};
    return {{"steps", steps}, {"to", sorted(plan.to)}, {"rows", plan.to}};
}

Json list_answer(const Revisions& revisions) { return {{"revisions", ids_of(revisions)}}; }

Json load_answer(const Graph& graph) {
    Json labels = Json::object();
    Json resolved = Json::object();
    Json effective = Json::object();
    for (const auto& revision : graph.revisions()) {
        if (auto own = graph.labels(revision); !own.empty()) labels[revision.id] = own;
        if (auto own = ids_of(graph.dependencies(revision)); !own.empty()) resolved[revision.id] = sorted(own);
        if (auto own = ids_of(graph.effective_dependencies(revision)); !own.empty()) effective[revision.id] = own;
    }
    return {{"heads", ids_of(graph.heads())},
            {"real_heads", ids_of(graph.real_heads())},
            {"bases", ids_of(graph.bases())},
            {"real_bases", ids_of(graph.real_bases())},
            {"branch_points", sorted(ids_of(graph.branch_points()))},
            {"merge_points", sorted(ids_of(graph.merge_points()))},
            {"labels", labels},
            {"resolved_depends_on", resolved},
            {"effective_depends_on", effective}};
}

Json branches_answer(const Graph& graph) {
    const auto points = graph.branch_points();
    Json into = Json::object();
    for (const auto* point : points) into[point->id] = sorted(ids_of(graph.children(*point)));
    return {{"revisions", ids_of(points)}, {"into", into}};
}

Json new_revision_answer(const GraphCase& question, const Graph& graph) {
    NewRevision request;
    request.id = question.text("rev_id");
    request.heads = question.texts(question.kind == "merge" ? "heads" : "head");
    request.splice = question.question.at("splice");
    request.branch_labels = question.texts("branch_labels");
    request.depends_on = question.texts("depends_on");
    auto node = question.kind == "merge" ? plan_merge(graph, request) : plan_new_revision(graph, request);
    auto revisions = *question.revisions;
    revisions.push_back(node);
    const Graph after(std::move(revisions));
    return {
        {"node",
         {{"id", node.id}, {"revises", node.revises}, {"depends_on", node.depends_on}, {"labels", node.branch_labels}}},
        {"heads_after", sorted(ids_of(after.heads()))}};
}

using Answer = std::function<Json(const GraphCase&, const Graph&)>;

const std::map<std::string, Answer> answers = {
    {"load", [](const auto&, const auto& graph) { return load_answer(graph); }},
    {"heads", [](const auto&, const auto& graph) { return list_answer(graph.heads()); }},
    {"heads_resolved", [](const auto&, const auto& graph) { return list_answer(resolved_heads(graph)); }},
    {"bases", [](const auto&, const auto& graph) { return list_answer(graph.bases()); }},
    {"branches", [](const auto&, const auto& graph) { return branches_answer(graph); }},
    {"current", [](const auto& asked, const auto& graph) { return list_answer(current(graph, asked.rows())); }},
    {"show", [](const auto& asked,
                const auto& graph) { return list_answer(resolve(graph, asked.text("symbol"), asked.rows())); }},
    {"history", [](const auto& asked,
                   const auto& graph) { return list_answer(history(graph, asked.text("range"), asked.rows())); }},
    {"upgrade",
     [](const auto& asked, const auto& graph) {
         return plan_answer(plan_upgrade(graph, asked.rows(), asked.text("target")), false);
     }},
    {"downgrade",
     [](const auto& asked, const auto& graph) {
         return plan_answer(plan_downgrade(graph, asked.rows(), asked.text("target")), false);
     }},
    {"stamp",
     [](const auto& asked, const auto& graph) {
         const bool purge = asked.question.at("purge");
         const auto targets = asked.texts("targets");
         return plan_answer(plan_stamp(graph, asked.rows(), std::vector<Target>(targets.begin(), targets.end()), purge),
                            purge);
     }},
    {"create", new_revision_answer},
    {"merge", new_revision_answer},
};

}  // namespace

std::string GraphCase::name() const {
    auto name = file + " " + std::to_string(number);
    for (const auto& [key, value] : question.items()) {
        if (key != "expect") name += " " + key + "=" + value.dump();
    }
    return name;
}

Ids GraphCase::rows() const { return texts("from"); }

std::string GraphCase::text(const char* key) const {
    const auto found = question.find(key);
    return found == question.end() || found->is_null() ? std::string{} : found->get<std::string>();
}

std::vector<std::string> GraphCase::texts(const char* key) const {
    const auto found = question.find(key);
    return found == question.end() ? std::vector<std::string>{} : strings(*found);
}

bool GraphCase::is_crash() const { return is_refused() && expected.at("error").value("crash", false); }

bool GraphCase::has_unknown_row() const {
    const auto ids = rows();
    return !std::all_of(ids.begin(), ids.end(), [&](const std::string& row) {
        return std::any_of(revisions->begin(), revisions->end(),
                           [&](const Revision& revision) { return revision.id == row; });
    });
}

GraphCases::GraphCases(const std::string& file)
    : GraphCases(Json::parse(std::ifstream(std::string(REV_TEST_DATA) + "/graph_cases/" + file + ".json")), file) {}

GraphCases::GraphCases(const Json& data, const std::string& source) {
    for (const auto& graph : data.at("graphs")) graphs_.push_back(revisions_of_json(graph));
    for (const auto& question : data.at("cases")) {
        GraphCase one;
        one.file = source;
        one.number = cases_.size();
        one.kind = question.at("kind");
        one.revisions = &graphs_.at(question.at("g").get<std::size_t>());
        one.question = question;
        one.expected = question.at("expect");
        cases_.push_back(std::move(one));
    }
}

Json sorted_lists(Json value) {
    if (value.is_array()) std::sort(value.begin(), value.end());
    if (value.is_object()) {
        for (auto& part : value) part = sorted_lists(part);
    }
    return value;
}

Json ask(const GraphCase& question) {
    try {
        const Graph graph(*question.revisions);
        return answers.at(question.kind)(question, graph);
    } catch (const GraphError& error) {
        return {{"error", {{"kind", kind_name(error.kind)}, {"message", error.what()}}}};
    } catch (const std::logic_error& error) {
        return {{"broken", error.what()}};
    }
}

std::string kind_name(GraphError::Kind kind) {
    using Kind = GraphError::Kind;
    switch (kind) {
        case Kind::invalid_id:
            return "invalid_id";
        case Kind::duplicate_id:
            return "duplicate_id";
        case Kind::missing_parent:
            return "missing_parent";
        case Kind::missing_dependency:
            return "missing_dependency";
        case Kind::cycle:
            return "cycle";
        case Kind::duplicate_label:
            return "duplicate_label";
        case Kind::unknown_revision:
            return "unknown_revision";
        case Kind::ambiguous_prefix:
            return "ambiguous_prefix";
        case Kind::not_in_branch:
            return "not_in_branch";
        case Kind::multiple_heads:
            return "multiple_heads";
        case Kind::several_revisions:
            return "several_revisions";
        case Kind::ambiguous_walk:
            return "ambiguous_walk";
        case Kind::walk_too_far:
            return "walk_too_far";
        case Kind::bad_target:
            return "bad_target";
        case Kind::not_in_range:
            return "not_in_range";
        case Kind::not_a_downgrade_target:
            return "not_a_downgrade_target";
        case Kind::unknown_row:
            return "unknown_row";
        case Kind::overlapping_rows:
            return "overlapping_rows";
        case Kind::overlapping_targets:
            return "overlapping_targets";
        case Kind::several_rows:
            return "several_rows";
        case Kind::not_a_head:
            return "not_a_head";
        case Kind::bad_new_revision:
            return "bad_new_revision";
    }
    return "?";
}

}  // namespace rev::test
