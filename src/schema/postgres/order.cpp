#include "schema/postgres/order.hpp"

#include <boost/graph/adjacency_list.hpp>
#include <boost/graph/strong_components.hpp>

namespace rev::schema::postgres {
namespace {

using ActionGraph = boost::adjacency_list<boost::vecS, boost::vecS, boost::directedS>;

ActionGraph graph_of(std::size_t nodes, const std::vector<std::pair<std::size_t, std::size_t>>& edges) {
    return {edges.begin(), edges.end(), nodes};
}

}  // namespace

std::vector<std::set<std::size_t>> find_cycles(std::size_t nodes,
                                               const std::vector<std::pair<std::size_t, std::size_t>>& edges) {
    const auto graph = graph_of(nodes, edges);
    std::vector<std::size_t> component(nodes);
    const auto index = boost::get(boost::vertex_index, graph);
    // A cycle is a component with more than one member; no node here has an edge to itself.
    const auto count = boost::strong_components(graph, boost::make_iterator_property_map(component.begin(), index));
    std::vector<std::size_t> sizes(count);
    for (const auto one : component) ++sizes[one];
    std::vector<std::set<std::size_t>> members(count);
    for (std::size_t node = 0; node < nodes; ++node)
        if (sizes[component[node]] > 1) members[component[node]].insert(node);
    std::erase_if(members, [](const auto& group) { return group.empty(); });
    return members;
}

std::vector<std::size_t> sort_by_needs(const std::vector<std::pair<std::size_t, std::size_t>>& edges,
                                       const std::vector<std::size_t>& ranked, std::size_t nodes) {
    const auto graph = graph_of(nodes, edges);
    std::vector<std::size_t> rank(nodes);
    std::vector<std::size_t> open_needs(nodes);
    for (std::size_t i = 0; i < ranked.size(); ++i) rank[ranked[i]] = i;
    for (const auto& edge : edges) ++open_needs[edge.second];

    std::set<std::size_t> ready;    // by rank
    std::set<std::size_t> waiting;  // by rank
    for (std::size_t i = 0; i < ranked.size(); ++i) (open_needs[ranked[i]] == 0 ? ready : waiting).insert(i);
    std::vector<std::size_t> order;
    while (!ready.empty() || !waiting.empty()) {
        // Where a cycle is left, the first by rank goes on as if its needs were met: an order that fails is better than
        // none.
        auto& source = ready.empty() ? waiting : ready;
        const auto first = *source.begin();
        source.erase(source.begin());
        const auto node = ranked[first];
        order.push_back(node);
        for (auto [edge, end] = boost::out_edges(node, graph); edge != end; ++edge) {
            const auto next = boost::target(*edge, graph);
            if (--open_needs[next] == 0 && waiting.erase(rank[next]) > 0) ready.insert(rank[next]);
        }
    }
    return order;
}

}  // namespace rev::schema::postgres
