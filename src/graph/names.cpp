#include "graph/names.hpp"

#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "rev/target.hpp"

namespace rev::graph {

namespace {

struct Synonym {
    std::string_view word;
    std::string_view target;
};

/// Words of other tools for rev's targets.
constexpr std::array<Synonym, 14> synonyms{{{"latest", "head"},
                                            {"newest", "head"},
                                            {"last", "head"},
                                            {"tip", "head"},
                                            {"top", "head"},
                                            {"max", "head"},
                                            {"all", "heads"},
                                            {"tips", "heads"},
                                            {"zero", "base"},
                                            {"none", "base"},
                                            {"root", "base"},
                                            {"start", "base"},
                                            {"empty", "base"},
                                            {"nothing", "base"}}};

/// `head-2` of `HEAD~2`, `head-1` of `HEAD^`; empty: it is not written as Git does.
std::string from_git(std::string_view name) {
    const auto tail = name.find_first_of("~^");
    if (tail == std::string_view::npos || base::lower_case(name.substr(0, tail)) != "head") return {};
    const auto digits = name.substr(tail + 1);
    const bool counts = !digits.empty() && digits.find_first_not_of("0123456789") == std::string_view::npos;
    return "head-" + (counts ? std::string(digits) : std::string("1"));
}

/// The word of rev for another tool's; empty if there is none.
std::string translated(std::string_view name) {
    if (auto target = from_git(name); !target.empty()) return target;
    const auto word = base::lower_case(name);
    for (const auto& synonym : synonyms)
        if (synonym.word == word) return std::string(synonym.target);
    return {};
}

}  // namespace

std::vector<std::string> nearest_targets(const GraphData& graph, std::string_view label, std::string_view name) {
    const auto behind_label = [&](const std::string& word) {
        return label.empty() ? word : std::string(label) + "@" + word;
    };
    // A word of another tool is surely meant; names that look like it would only distract.
    if (const auto target = translated(name); !target.empty()) return {behind_label(target)};
    std::vector<std::string> names{"head", "heads", "base"};
    const auto of_graph = nearest_names(graph, name);
    names.insert(names.end(), of_graph.begin(), of_graph.end());
    auto nearest = base::closest(name, names);
    for (auto& each : nearest)
        if (is_reserved_word(each)) each = behind_label(each);
    return nearest;
}

std::vector<std::string> nearest_names(const GraphData& graph, std::string_view name) {
    std::vector<std::string> names;
    names.reserve(graph.size() + graph.labels().size());
    for (const auto& [label, node] : graph.labels()) names.emplace_back(label);
    for (const auto& revision : graph.revisions) names.push_back(revision.id);
    return base::closest(name, names);
}

GraphError graph_error(const GraphData& graph, GraphError::Kind kind, const std::string& message,
                       std::string_view symbol, const Nodes& nodes) {
    GraphError error(kind, message);
    error.symbol = symbol;
    for (const Node node : nodes) error.revisions.push_back(graph.revisions[node]);
    error.squash = squash_of(graph, symbol);
    return error;
}

RevisionId squash_of(const GraphData& graph, std::string_view id) {
    // A search through all, as it is asked only on the way to an error.
    for (const auto& revision : graph.revisions)
        if (std::ranges::find(revision.squashes, id) != revision.squashes.end() && revision.id != id)
            return revision.id;
    return {};
}

GraphError missing(const GraphData& graph, GraphError::Kind kind, const std::string& name, Node node) {
    auto error = graph_error(graph, kind, "there is no revision '" + name + "'", name, {node});
    error.candidates = nearest_names(graph, name);
    // A revision cannot be its own parent.
    std::erase(error.candidates, graph.id(node));
    return error;
}

}  // namespace rev::graph
