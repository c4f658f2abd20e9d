#include "report/review.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"
#include "report/error_text.hpp"
#include "report/revision_text.hpp"
#include "report/schema_json.hpp"
#include "report/schema_text.hpp"

namespace rev::report {
namespace {

/// Without blanks around it, and with LF for CRLF.
std::string shown_sql(std::string_view sql) {
    std::string text(base::trim(sql));
    for (auto at = text.find("\r\n"); at != std::string::npos; at = text.find("\r\n", at)) text.erase(at, 1);
    return text;
}

// ---- Markdown

/// Text between other Markdown, in one line. GitHub and GitLab would read HTML, links and names of people into it.
std::string markdown_text(std::string_view text) {
    std::string out;
    for (const char c : base::printable_word(text)) {
        if (c == '@' || c == '#')
            // A comment behind it keeps GitHub from telling people of their mention, and other pull requests of theirs;
            // a backslash would not.
            out += std::string(1, c) + "<!-- -->";
        else if (c == '<')
            out += "&lt;";
        else if (c == '&')
            out += "&amp;";
        else if (std::string_view("\\`*_{}[]()+!|~>").find(c) != std::string_view::npos)
            out += {'\\', c};
        else
            out += c;
    }
    return out;
}

std::string code(std::string_view text);

/// A sentence of rev's own, whose commands stand between backticks.
std::string markdown_sentence(std::string_view text) {
    std::string out;
    for (bool is_code = false; !text.empty(); is_code = !is_code) {
        const auto end = std::min(text.find('`'), text.size());
        const auto piece = text.substr(0, end);
        if (!piece.empty()) out += is_code ? code(piece) : markdown_text(piece);
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return out;
}

/// A code span; its text may have backticks.
std::string code(std::string_view text) {
    const auto shown = base::printable_word(text);
    std::size_t longest = 0;
    for (std::size_t at = 0; at < shown.size();) {
        const auto end = std::min(shown.find_first_not_of('`', at), shown.size());
        longest = std::max(longest, end - at);
        at = end + 1;
    }
    // CommonMark: a span ends at as many backticks as it began with, and blanks inside keep its own from touching them.
    const std::string ticks(longest + 1, '`');
    const auto pad = longest == 0 ? "" : " ";
    return ticks + pad + shown + pad + ticks;
}

/// In a table a `|` ends a cell, also in code.
std::string code_cell(std::string_view text) {
    std::string out;
    for (const char c : code(text)) {
        if (c == '|') out += '\\';
        out += c;
    }
    return out;
}

/// A block between more backticks than it has in a row.
std::string fenced(std::string_view language, std::string_view text) {
    std::string fence = "```";
    while (text.find(fence) != std::string_view::npos) fence += '`';
    return fmt::format("{}{}\n{}\n{}\n", fence, language, text, fence);
}

/// How much SQL a page may still have.
class SqlSpace {
public:
    /// The first lines, as many as fit, and how many more there are.
    std::string take(std::string_view sql) {
        const auto whole = base::printable(shown_sql(sql));
        const auto most = std::min(left_, most_of_one);
        if (whole.size() <= most) {
            left_ -= whole.size();
            return fenced("sql", whole);
        }
        const auto end = whole.rfind('\n', most);
        const auto first = end == std::string::npos ? std::string_view() : std::string_view(whole).substr(0, end);
        const auto rest = std::string_view(whole).substr(first.size());
        const auto lines = std::count(rest.begin(), rest.end(), '\n') + (first.empty() ? 1 : 0);
        left_ -= first.size();
        return (first.empty() ? std::string() : fenced("sql", first)) +
               fmt::format("\n{} more line{}: see the file.\n", lines, lines == 1 ? "" : "s");
    }

private:
    static constexpr std::size_t most_of_one = 8'000;
    std::size_t left_ = 40'000;
};

/// Text in HTML that GitHub shows: it reads mentions there, too.
std::string quiet_markup(std::string_view text) {
    std::string out;
    for (const char c : markup_text(text)) {
        out += c;
        if (c == '@') out += "<!-- -->";
    }
    return out;
}

std::string section_title(const Section& section) {
    auto title = std::string(section_name(section.kind));
    if (section.dialect) title += fmt::format(" for {}", dialect_name(*section.dialect));
    return title;
}

/// The empty line behind the summary is what makes GitHub read Markdown within the HTML.
std::string foldable(std::string_view summary, std::string_view content) {
    return fmt::format("<details><summary>{}</summary>\n\n{}\n</details>\n", summary, content);
}

std::string list_of(const std::vector<std::string>& lines) {
    std::string text;
    for (const auto& line : lines) text += fmt::format("- {}\n", markdown_text(line));
    return text;
}

std::string downgrade_word(const ReviewedRevision& reviewed) {
    if (!reviewed.is_reversible) return "**irreversible**";
    if (reviewed.lost.empty()) return "loses nothing";
    return "drops " + base::join_first(reviewed.lost, ", ");
}

std::string table_row(const ReviewedRevision& reviewed) {
    const auto& revision = *reviewed.revision;
    const bool is_transactional = reviewed.file.header.transaction.value_or(true);
    auto downgrade = downgrade_word(reviewed);
    if (reviewed.is_reversible) downgrade = markdown_text(downgrade);
    return fmt::format("| {} | {} | {} | {} | {} |\n", code_cell(revision.id), markdown_text(revision.message),
                       code_cell(parents_text(revision)), is_transactional ? "one transaction" : "**outside one**",
                       downgrade);
}

std::string revisions_table(const Review& review) {
    std::string text = "| revision | message | revises | runs in | downgrade |\n| --- | --- | --- | --- | --- |\n";
    for (const auto& reviewed : review.revisions) text += table_row(reviewed);
    return text;
}

std::string sql_of(const ReviewedRevision& reviewed, SqlSpace& space) {
    std::string content;
    for (const auto& section : reviewed.file.sections) {
        const auto sql = reviewed.file.text_of(section);
        content +=
            fmt::format("{}:\n\n{}\n", section_title(section), base::trim(sql).empty() ? "nothing\n" : space.take(sql));
    }
    const auto& revision = *reviewed.revision;
    return foldable(fmt::format("<code>{}</code> {} (<code>{}</code>)", markup_text(revision.id),
                                quiet_markup(base::printable_word(revision.message)), markup_text(revision.path)),
                    content);
}

std::string finding_line(const Error& finding) {
    auto line = finding.location().file.empty() ? std::string() : code(base::place_text(finding.location())) + ": ";
    line += markdown_text(finding.what());
    if (!finding.hint().empty()) line += "; " + markdown_sentence(finding.hint());
    return "- " + line + "\n";
}

std::string title_of(const Review& review) {
    const auto count = review.revisions.empty()
                           ? std::string("No new revision")
                           : fmt::format("{}", base::counted(review.revisions.size(), "new revision"));
    return review.base.empty() ? count : count + " since " + review.base;
}

/// A heading and what is below it; nothing where that is empty.
std::string part(std::string_view heading, const std::string& content) {
    return content.empty() ? std::string() : fmt::format("\n### {}\n\n{}", heading, content);
}

std::string findings_list(const Review& review) {
    std::string text;
    for (const auto& finding : review.findings) text += finding_line(finding);
    return text;
}

/// What comes with them is in the picture of `rev diff`; nobody reads more than these in a comment.
constexpr std::size_t most_changes = 60;

/// GitHub paints lines with `+` and `-`.
std::string diff_block(const std::vector<schema::Change>& changes) {
    auto text = changes_text(changes, Style(), most_changes);
    while (text.ends_with('\n')) text.pop_back();
    return fenced("diff", text);
}

/// The name of the engine, where there are two.
std::string engine_line(const Review& review, const ReviewedSchema& schema) {
    return review.schemas.size() < 2 ? std::string() : fmt::format("On {}:\n\n", engine_name(schema.dialect));
}

std::string schema_parts(const Review& review) {
    std::string text;
    for (const auto& schema : review.schemas) {
        text += (text.empty() ? "" : "\n") + engine_line(review, schema);
        text += schema.added.changes.empty() ? "Nothing.\n" : diff_block(schema.added.changes);
    }
    return text;
}

/// Those of all engines, each once.
std::vector<std::string> hazards_of(const Review& review) {
    std::vector<std::string> lines;
    for (const auto& schema : review.schemas)
        for (const auto& hazard : schema.added.hazards)
            if (auto line = hazard_text(hazard); std::ranges::find(lines, line) == lines.end())
                lines.push_back(std::move(line));
    return lines;
}

std::string left_parts(const Review& review) {
    std::string text;
    for (const auto& schema : review.schemas)
        if (!schema.added.left.empty())
            text += (text.empty() ? "" : "\n") + engine_line(review, schema) + diff_block(schema.added.left);
    return text;
}

std::string lint_list(const Review& review) {
    std::string text;
    for (const auto& finding : review.lint) {
        const auto level = finding.level == "notice" ? finding.level : "**" + finding.level + "**";
        text += fmt::format("- {} {}, {}: {}", level, code(finding.rule),
                            code(fmt::format("{}:{}", finding.path, finding.line)), markdown_sentence(finding.message));
        if (!finding.hint.empty()) text += "<br>" + markdown_sentence(finding.hint);
        text += '\n';
    }
    return text;
}

// ---- HTML

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
            reviewed.is_reversible ? markup_text(downgrade_word(reviewed)) : "<strong>irreversible</strong>");
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

// ---- JSON

json::Object revision_object(const ReviewedRevision& reviewed) {
    const auto& revision = *reviewed.revision;
    auto sections = json::Object::array();
    for (const auto& section : reviewed.file.sections) {
        json::Object object{{"kind", section_name(section.kind)}};
        object["dialect"] = section.dialect ? json::Object(dialect_name(*section.dialect)) : json::Object();
        object["line"] = section.marker_line;
        object["sql"] = reviewed.file.text_of(section);
        sections.push_back(std::move(object));
    }
    return {{"revision", revision.id},
            {"revises", revision.revises},
            {"message", revision.message},
            {"path", revision.path},
            {"transaction", reviewed.file.header.transaction.value_or(true)},
            {"is_reversible", reviewed.is_reversible},
            {"lost", reviewed.lost},
            {"sections", std::move(sections)}};
}

json::Object lint_objects(const Review& review) {
    auto objects = json::Object::array();
    for (const auto& finding : review.lint)
        objects.push_back({{"level", finding.level},
                           {"rule", finding.rule},
                           {"path", finding.path},
                           {"line", finding.line},
                           {"message", finding.message},
                           {"hint", finding.hint}});
    return objects;
}

json::Object schema_objects(const Review& review) {
    auto objects = json::Object::array();
    for (const auto& schema : review.schemas) {
        json::Object object{{"dialect", dialect_name(schema.dialect)}};
        object["changes"] = json::change_objects(schema.added.changes);
        object["hazards"] = json::hazard_objects(schema.added.hazards);
        object["undone"] = schema.added.undone;
        object["left_by_downgrades"] = json::change_objects(schema.added.left);
        objects.push_back(std::move(object));
    }
    return objects;
}

}  // namespace

std::string review_markdown(const Review& review) {
    auto text = fmt::format("## {}\n", markdown_text(title_of(review)));
    if (!review.revisions.empty()) {
        text += "\n" + revisions_table(review);
        text += fmt::format("\n```mermaid\n{}```\n", graph_mermaid(review.picture));
    }
    text += part("To be mended", findings_list(review));
    text += part("What lint says", lint_list(review));
    text += part("What changes", schema_parts(review));
    text += part("What that does to a database in use", list_of(hazards_of(review)));
    text += part("Repeatable objects", list_of(review.repeatables));
    text += part("What the downgrades leave", left_parts(review));
    std::string sql;
    SqlSpace space;
    for (const auto& reviewed : review.revisions) sql += sql_of(reviewed, space);
    text += part("SQL", sql);
    if (!review.lost_by.empty())
        text += fmt::format("\nWhat downgrades drop is told by {}.\n", markdown_text(review.lost_by));
    for (const auto& remark : review.remarks) text += "\n" + markdown_text(remark) + "\n";
    return text;
}

std::string review_html(const Review& review) {
    const auto title = markup_text(title_of(review));
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

json::Object review_object(const Review& review) {
    json::Object document;
    document["base"] = review.base.empty() ? json::Object() : json::Object(review.base);
    document["revisions"] = json::Object::array();
    for (const auto& reviewed : review.revisions) document["revisions"].push_back(revision_object(reviewed));
    document["findings"] = json::Object::array();
    for (const auto& finding : review.findings) document["findings"].push_back(json::error_object(finding));
    document["lint"] = lint_objects(review);
    document["schemas"] = schema_objects(review);
    document["repeatables"] = review.repeatables;
    document["remarks"] = review.remarks;
    return document;
}

}  // namespace rev::report
