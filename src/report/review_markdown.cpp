#include "report/review.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"
#include "report/review_parts.hpp"
#include "report/revision_text.hpp"
#include "report/schema_text.hpp"

namespace rev::report {
namespace {

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
    // Of the 65,536 characters that GitHub takes the tables, the picture and the changes need the rest; and one long
    // section must not take all from those behind it.
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

/// The empty line behind the summary is what makes GitHub read Markdown within the HTML.
std::string foldable(std::string_view summary, std::string_view content) {
    return fmt::format("<details><summary>{}</summary>\n\n{}\n</details>\n", summary, content);
}

std::string list_of(const std::vector<std::string>& lines) {
    std::string text;
    for (const auto& line : lines) text += fmt::format("- {}\n", markdown_text(line));
    return text;
}

std::string table_row(const ReviewedRevision& reviewed) {
    const auto& revision = *reviewed.revision;
    const bool is_transactional = reviewed.file.header.transaction.value_or(true);
    const auto downgrade = reviewed.is_reversible ? markdown_text(drops_text(reviewed)) : "**irreversible**";
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

}  // namespace

std::string review_markdown(const Review& review) {
    auto text = fmt::format("## {}\n", markdown_text(review_title(review)));
    if (!review.revisions.empty()) {
        text += "\n" + revisions_table(review);
        // Three backticks are enough: in graph_mermaid() all but letters and digits are entities.
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

}  // namespace rev::report
