#include "commands/revision_list.hpp"

namespace rev {
namespace {

constexpr std::size_t block_size = 1 << 16;

void print_text(Context& context, const DescribedGraph& described, const Revisions& revisions,
                const ListStyle& list_style) {
    const auto style = context.out_style();
    auto parts = list_style.parts;
    std::string block;
    for (const auto* revision : revisions) {
        parts.current = list_style.mark != nullptr && *list_style.mark && (*list_style.mark)->contains(revision->id);
        if (list_style.verbose) {
            append_details(block, described.graph, *revision, described.description_of(*revision), parts.current,
                           style);
        } else {
            append_line(block, described.graph, *revision, parts, style);
        }
        block += '\n';
        if (block.size() < block_size) continue;
        context.out() << block;
        block.clear();
    }
    context.out() << block;
}

}  // namespace

const std::string& DescribedGraph::description_of(const Revision& revision) const {
    static const std::string none;
    const auto found = descriptions.find(revision.id);
    return found == descriptions.end() ? none : found->second;
}

DescribedGraph load_described_graph(Context& context, bool with_descriptions) {
    if (!with_descriptions) return {context.scripts().load_graph(), {}};
    std::map<RevisionId, std::string, std::less<>> descriptions;
    std::vector<Revision> revisions;
    for (auto& header : context.scripts().load_headers()) {
        if (!header.description.empty()) descriptions[header.revision.id] = std::move(header.description);
        revisions.push_back(std::move(header.revision));
    }
    return {worded([&] { return Graph(std::move(revisions)); }), std::move(descriptions)};
}

void print_revisions(Context& context, const DescribedGraph& described, const Revisions& revisions,
                     const json::CurrentRows& rows, const ListStyle& style) {
    if (context.json()) {
        json::write_revisions(context.out(), described.graph, revisions, rows);
    } else {
        print_text(context, described, revisions, style);
    }
}

json::CurrentRows as_set(const std::vector<RevisionId>& rows) { return std::set<RevisionId>(rows.begin(), rows.end()); }

}  // namespace rev
