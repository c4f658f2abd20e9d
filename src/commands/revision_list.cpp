#include "commands/revision_list.hpp"

#include <fmt/format.h>

#include "base/text.hpp"
#include "commands/keep_until_exit.hpp"
#include "report/columns.hpp"
#include "script/squashed_files.hpp"

namespace rev::commands {
namespace {

/// Collects text, so that 100,000 lines are not as many calls.
class Blocks {
public:
    explicit Blocks(std::ostream& out) : out_(out) {}
    ~Blocks() { out_ << text; }
    Blocks(const Blocks&) = delete;
    Blocks& operator=(const Blocks&) = delete;

    void end_line() {
        cut_line();
        text += '\n';
        line_ = text.size();
        if (text.size() < size) return;
        out_ << text;
        text.clear();
        line_ = 0;
    }

    std::string text;
    std::size_t most_columns = 0;  ///< of a line; 0: any number

private:
    void cut_line() {
        if (most_columns == 0) return;
        text.replace(line_, std::string::npos,
                     report::cut_to_columns(std::string_view(text).substr(line_), most_columns));
    }

    static constexpr std::size_t size = 1 << 16;
    std::ostream& out_;
    std::size_t line_ = 0;  ///< where the unfinished line begins
};

/// Appends what stands for a revision, one line or several, without the last line end.
void append_revision(std::string& out, const DescribedGraph& described, const Revision& revision,
                     const ListStyle& list_style, const report::LineParts& parts, report::Style style) {
    if (list_style.verbose) {
        report::append_details(out, described.graph, revision, described.description_of(revision), parts, style);
    } else {
        report::append_line(out, described.graph, revision, parts, style);
    }
}

void print_text(Context& context, const DescribedGraph& described, const Revisions& revisions,
                const ListStyle& list_style) {
    const auto style = context.out_style();
    auto parts = list_style.parts;
    Blocks blocks(context.out());
    for (const auto* revision : revisions) {
        parts.current = list_style.mark != nullptr && *list_style.mark && (*list_style.mark)->contains(revision->id);
        append_revision(blocks.text, described, *revision, list_style, parts, style);
        blocks.end_line();
    }
}

/// Prints `text` beside the rails of its revision: the first line beside its row, the others beside what goes on.
void print_beside(Blocks& blocks, report::Rails& rails, report::RevisionState state, std::string_view text) {
    rails.append_row(blocks.text, state);
    for (;;) {
        const auto end = text.find('\n');
        // An empty line gets no blank at its end.
        if (end != 0 && !text.empty()) blocks.text.append(" ").append(text.substr(0, end));
        blocks.end_line();
        if (end == std::string_view::npos) return;
        text.remove_prefix(end + 1);
        rails.append_between(blocks.text);
    }
}

}  // namespace

const std::string& DescribedGraph::description_of(const Revision& revision) const {
    static const std::string none;
    const auto found = descriptions.find(revision.id);
    return found == descriptions.end() ? none : found->second;
}

const DescribedGraph& load_described_graph(Context& context, bool with_descriptions) {
    // Descriptions are not in the graph, and only -v shows them.
    if (!with_descriptions)
        return keep_until_exit<DescribedGraph>({keep_until_exit(context.scripts().load_graph()), {}});
    std::map<RevisionId, std::string, std::less<>> descriptions;
    std::vector<Revision> revisions;
    for (auto& header : context.scripts().load_headers()) {
        if (!header.description.empty()) descriptions[header.revision.id] = std::move(header.description);
        revisions.push_back(std::move(header.revision));
    }
    return keep_until_exit<DescribedGraph>(
        {keep_until_exit(app::worded([&] { return Graph(std::move(revisions)); })), std::move(descriptions)});
}

const Graph& graph_with_rows(Context& context, const Graph& graph, const std::vector<RevisionId>& rows) {
    auto apart = script::SquashedFiles(context.config()).taken_apart(graph, rows);
    return apart ? keep_until_exit(std::move(*apart)) : graph;
}

void tell_of_squashes(Context& context, const Graph& graph, const std::vector<RevisionId>& rows) {
    if (context.quiet()) return;
    context.out().flush();
    for (const auto& row : rows)
        if (const auto* squash = graph.find(row) == nullptr ? script::find_squash_around(graph, row) : nullptr)
            context.err() << fmt::format("{} was squashed into {}: `rev upgrade {}` goes on with the old files\n",
                                         base::printable_word(row), squash->id, squash->id);
}

void print_revisions(Context& context, const DescribedGraph& described, const Revisions& revisions,
                     const json::CurrentRows& rows, const ListStyle& style) {
    if (context.json()) {
        json::write_revisions(context.out(), described.graph, revisions, rows);
    } else {
        print_text(context, described, revisions, style);
    }
}

void print_graph(Context& context, const DescribedGraph& described, const report::GraphPicture& picture,
                 const ListStyle& list_style, const DrawingStyle& drawing) {
    const auto style = context.out_style();
    auto parts = list_style.parts;
    const auto named_once = report::merged_labels(described.graph);
    parts.named_once = &named_once;
    report::Rails rails(picture.layout, drawing.ascii, style);
    Blocks blocks(context.out());
    blocks.most_columns = drawing.most_columns;
    std::string text;
    for (std::size_t row = 0; row < picture.revisions.size(); ++row) {
        const auto state = picture.state(row);
        parts.current = state == report::RevisionState::current;
        parts.pending = state == report::RevisionState::pending;
        text.clear();
        append_revision(text, described, *picture.revisions[row], list_style, parts, style);
        print_beside(blocks, rails, state, text);
    }
    // Lines that lead out of the range are seen to go on below the last revision.
    if (picture.revisions.empty() || !rails.goes_on()) return;
    rails.append_between(blocks.text);
    blocks.text.erase(blocks.text.find_last_not_of(' ') + 1);
    blocks.end_line();
}

json::CurrentRows as_set(const std::vector<RevisionId>& rows) { return std::set<RevisionId>(rows.begin(), rows.end()); }

}  // namespace rev::commands
