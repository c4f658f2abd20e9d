#include "report/revision_text.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"

namespace rev::report {
namespace {

void append_heads_and_points(std::string& out, const Graph& graph, const Revision& revision, const LineParts& parts,
                             Style style) {
    if (graph.is_head(revision)) {
        out += ' ';
        // Alembic's words: a head that others depend on is an effective one.
        out += style.good(graph.is_depended_upon(revision) ? "(effective head)" : "(head)");
    }
    if (parts.current) out += ' ' + style.strong("(current)");
    if (parts.pending) out += ' ' + style.faint("(pending)");
    if (!parts.branch_and_merge_points) return;
    if (graph.is_branch_point(revision)) out += ' ' + style.odd("(branchpoint)");
    if (graph.is_merge_point(revision)) out += ' ' + style.odd("(mergepoint)");
}

std::string ids_of(const Revisions& revisions) {
    std::string text;
    for (const auto* revision : revisions) {
        if (!text.empty()) text += ", ";
        text += revision->id;
    }
    return text;
}

/// The paragraphs that Alembic keeps in a revision's docstring: message, description, what it revises. Line by line as
/// Alembic prints it, since people compare the two, and scripts read it.
std::string docstring(const Revision& revision, std::string_view description) {
    std::string text = revision.message + "\n\n";
    if (!description.empty()) text.append(description).append("\n\n");
    text += "Revision ID: " + revision.id + "\nRevises: " + base::join(revision.revises, ", ");
    if (!revision.created.empty()) text += "\nCreate Date: " + revision.created;
    return base::printable(base::trim(text));
}

void append_indented(std::string& out, std::string_view text) {
    while (true) {
        const auto end = text.find('\n');
        out.append("    ").append(text.substr(0, end)).push_back('\n');
        if (end == std::string_view::npos) return;
        text.remove_prefix(end + 1);
    }
}

std::vector<std::string> shown_labels(const Graph& graph, const Revision& revision, const LineParts& parts) {
    auto labels = graph.labels(revision);
    if (parts.named_once == nullptr) return labels;
    const auto& own = revision.branch_labels;
    std::erase_if(labels, [&](const std::string& label) {
        return parts.named_once->contains(label) && std::ranges::find(own, label) == own.end();
    });
    return labels;
}

}  // namespace

/// A merge brings the labels of all its parents to everything above it. Named once there, they need not stand on each
/// line of the history.
std::set<std::string> merged_labels(const Graph& graph) {
    std::set<std::string> merged;
    for (const auto* point : graph.merge_points()) {
        for (const auto& label : graph.labels(*point)) {
            const auto is_foreign = [&](const RevisionId& parent) {
                const auto labels = graph.labels(*graph.find(parent));
                return std::ranges::find(labels, label) == labels.end();
            };
            const auto& own = point->branch_labels;
            const bool begins_here = std::ranges::find(own, label) != own.end();
            if (!begins_here && std::ranges::any_of(point->revises, is_foreign)) merged.insert(label);
        }
    }
    return merged;
}

std::string parents_text(const Revision& revision) {
    return revision.revises.empty() ? "<base>" : base::join(revision.revises, ", ");
}

void append_line(std::string& out, const Graph& graph, const Revision& revision, const LineParts& parts, Style style) {
    if (parts.parents) {
        out += parents_text(revision);
        if (!revision.depends_on.empty()) out += " (" + base::join(revision.depends_on, ", ") + ")";
        out += " -> ";
    }
    out += style.id(revision.id);
    if (parts.labels) {
        if (const auto labels = shown_labels(graph, revision, parts); !labels.empty())
            out += " (" + base::join(labels, ", ") + ")";
    }
    append_heads_and_points(out, graph, revision, parts, style);
    if (parts.message) out += ", " + base::printable(revision.message);
}

void append_details(std::string& out, const Graph& graph, const Revision& revision, std::string_view description,
                    const LineParts& marks, Style style) {
    out += fmt::format("Rev: {}", style.id(revision.id));
    // Alembic's own line: every head is "(head)" here, also one that others depend on.
    if (graph.is_head(revision)) out += fmt::format(" {}", style.good("(head)"));
    if (graph.is_branch_point(revision)) out += fmt::format(" {}", style.odd("(branchpoint)"));
    if (graph.is_merge_point(revision)) out += fmt::format(" {}", style.odd("(mergepoint)"));
    if (marks.current) out += fmt::format(" {}", style.strong("(current)"));
    if (marks.pending) out += fmt::format(" {}", style.faint("(pending)"));
    out += fmt::format("\n{}: {}\n", graph.is_merge_point(revision) ? "Merges" : "Parent", parents_text(revision));
    if (!revision.depends_on.empty())
        out += fmt::format("Also depends on: {}\n", base::join(revision.depends_on, ", "));
    if (graph.is_branch_point(revision)) out += fmt::format("Branches into: {}\n", ids_of(graph.children(revision)));
    if (const auto labels = shown_labels(graph, revision, marks); !labels.empty()) {
        out += fmt::format("Branch names: {}\n", base::join(labels, ", "));
    }
    out += fmt::format("Path: {}\n\n", base::printable(revision.path));
    append_indented(out, docstring(revision, description));
}

void append_branch(std::string& out, const Graph& graph, const Revision& branch_point, bool verbose,
                   std::string_view description, Style style) {
    if (verbose) {
        append_details(out, graph, branch_point, description, {}, style);
    } else {
        append_line(out, graph, branch_point, {.labels = true}, style);
    }
    out += '\n';
    for (const auto* child : graph.children(branch_point)) {
        // As `alembic branches` has it: the arrows stand behind the id, whatever its length.
        out.append(branch_point.id.size(), ' ').append(" -> ");
        append_line(out, graph, *child, {.labels = true, .message = verbose}, style);
        out += '\n';
    }
    out += '\n';
}

}  // namespace rev::report
