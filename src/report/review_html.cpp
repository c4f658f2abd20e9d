#include "report/review.hpp"

#include <fmt/format.h>

#include "base/text.hpp"
#include "report/review_parts.hpp"
#include "report/revision_text.hpp"
#include "report/schema_text.hpp"

namespace rev::report {
namespace {

std::string html_list(const std::vector<std::string>& lines) {
    std::string text = "<ul>";
    for (const auto& line : lines) text += fmt::format("<li>{}</li>", markup_text(line));
    return text + "</ul>\n";
}

std::string html_part(std::string_view heading, const std::string& content) {
    return content.empty() ? std::string() : fmt::format("<h2>{}</h2>\n{}", heading, content);
}

std::string html_rows(const Review& review) {
    std::string text;
    for (const auto& reviewed : review.revisions) {
        const auto& revision = *reviewed.revision;
        text += fmt::format(
            "<tr><td><code>{}</code></td><td>{}</td><td><code>{}</code></td><td>{}</td><td>{}</td></tr>\n",
            markup_text(revision.id), markup_text(revision.message), markup_text(parents_text(revision)),
            reviewed.file.header.transaction.value_or(true) ? "one transaction" : "<strong>outside one</strong>",
            reviewed.is_reversible ? markup_text(drops_text(reviewed)) : "<strong>irreversible</strong>");
    }
    return "<table><thead><tr><th>Revision</th><th>Message</th><th>Revises</th><th>Runs in</th><th>Downgrade</th></tr>"
           "</thead><tbody>\n" +
           text + "</tbody></table>\n";
}

std::string html_sql(const ReviewedRevision& reviewed) {
    const auto& revision = *reviewed.revision;
    std::string text = fmt::format("<details open><summary><code>{}</code> {} <span>{}</span></summary>\n",
                                   markup_text(revision.id), markup_text(revision.message), markup_text(revision.path));
    for (const auto& section : reviewed.file.sections)
        text += fmt::format("<h3>{}</h3><pre><code>{}</code></pre>\n", section_title(section),
                            markup_text(shown_sql(reviewed.file.text_of(section))));
    return text + "</details>\n";
}

std::string html_changes(const std::vector<schema::Change>& changes) {
    if (changes.empty()) return "<p>Nothing.</p>\n";
    return fmt::format("<pre><code>{}</code></pre>\n", markup_text(changes_text(changes, Style())));
}

/// For each engine, under its name where there are two.
template <typename Content>
std::string html_schemas(const Review& review, const Content& content) {
    std::string text;
    for (const auto& schema : review.schemas) {
        const auto part = content(schema);
        if (part.empty()) continue;
        if (review.schemas.size() > 1) text += fmt::format("<h3>{}</h3>\n", engine_name(schema.dialect));
        text += part;
    }
    return text;
}

std::string html_lint(const Review& review) {
    std::string text;
    for (const auto& finding : review.lint) {
        text += fmt::format("<li><strong>{}</strong> <code>{}</code>, <code>{}:{}</code>: {}", finding.level,
                            finding.rule, markup_text(finding.path), finding.line, markup_text(finding.message));
        if (!finding.hint.empty()) text += "<br>" + markup_text(finding.hint);
        text += "</li>\n";
    }
    return text.empty() ? text : "<ul>" + text + "</ul>\n";
}

std::string html_findings(const Review& review) {
    std::vector<std::string> lines;
    for (const auto& finding : review.findings) {
        auto line = finding.location().file.empty() ? std::string() : base::place_text(finding.location()) + ": ";
        line += finding.what();
        if (!finding.hint().empty()) line += "; " + finding.hint();
        lines.push_back(std::move(line));
    }
    return lines.empty() ? std::string() : html_list(lines);
}

/// The picture of graph_svg() without its XML declaration.
std::string html_picture(const Review& review) {
    const auto svg = graph_svg(review.picture);
    // An XML declaration is no part of HTML.
    const auto start = svg.find("<svg");
    return start == std::string::npos ? std::string() : "<div class=\"picture\">" + svg.substr(start) + "</div>\n";
}

constexpr std::string_view page_style =
    R"(:root { color-scheme: light dark; --page: #f6f7f9; --surface: #fff; --line: #dde1e7;
  --text: #1b2230; --soft: #566072; }
@media (prefers-color-scheme: dark) { :root { --page: #0f1319; --surface: #161b23; --line: #2c3542; --text: #e6eaf1;
  --soft: #9fabbd; } }
body { margin: 0 auto; padding: 1.5rem; max-width: 70rem; background: var(--page); color: var(--text);
  font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif; }
h1 { font-size: 1.4rem; } h2 { font-size: 1.1rem; margin-top: 2rem; } h3 { font-size: .9rem; color: var(--soft); }
code, pre { font-family: ui-monospace, Menlo, Consolas, "DejaVu Sans Mono", monospace; font-size: 13px; }
table { border-collapse: collapse; width: 100%; background: var(--surface); }
th, td { border: 1px solid var(--line); padding: .4rem .6rem; text-align: left; vertical-align: top; }
details { background: var(--surface); border: 1px solid var(--line); border-radius: 6px; margin: .6rem 0; padding: .5rem .8rem; }
summary { cursor: pointer; } summary span { color: var(--soft); }
pre { overflow-x: auto; margin: 0; } .picture { overflow-x: auto; background: #fff; border-radius: 6px; }
)";

}  // namespace

std::string review_html(const Review& review) {
    const auto title = markup_text(review_title(review));
    auto text = fmt::format(
        "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n"
        "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
        "<title>{}</title>\n<style>{}</style></head>\n<body><main>\n<h1>{}</h1>\n",
        title, page_style, title);
    if (!review.revisions.empty()) text += html_rows(review) + html_picture(review);
    text += html_part("To be mended", html_findings(review));
    text += html_part("What lint says", html_lint(review));
    text += html_part("What changes",
                      html_schemas(review, [](const auto& schema) { return html_changes(schema.added.changes); }));
    if (const auto hazards = hazards_of(review); !hazards.empty())
        text += html_part("What that does to a database in use", html_list(hazards));
    if (!review.repeatables.empty()) text += html_part("Repeatable objects", html_list(review.repeatables));
    text += html_part("What the downgrades leave", html_schemas(review, [](const auto& schema) {
                          return schema.added.left.empty() ? std::string() : html_changes(schema.added.left);
                      }));
    std::string sql;
    for (const auto& reviewed : review.revisions) sql += html_sql(reviewed);
    text += html_part("SQL", sql);
    if (!review.lost_by.empty())
        text += fmt::format("<p>What downgrades drop is told by {}.</p>\n", markup_text(review.lost_by));
    for (const auto& remark : review.remarks) text += fmt::format("<p>{}</p>\n", markup_text(remark));
    return text + "</main></body></html>\n";
}

}  // namespace rev::report
