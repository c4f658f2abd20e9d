#include "manual/roff.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

namespace rev::manual {
namespace {

/// One character (UTF-8) as \[uXXXX], which every output device knows.
std::string unicode_escape(std::string_view text, std::size_t& at) {
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    const auto first = byte(at);
    const std::size_t more = first >= 0xF0 ? 3 : first >= 0xE0 ? 2 : 1;
    unsigned code = first & (0x3FU >> more);
    for (std::size_t i = 0; i < more && at + 1 < text.size(); ++i) code = code << 6U | (byte(++at) & 0x3FU);
    return fmt::format("\\[u{:04X}]", code);
}

/// Text that is shown as it is; the minus signs can be copied into a shell.
std::string escaped(std::string_view text) {
    std::string roff;
    for (std::size_t i = 0; i < text.size(); ++i) {
        switch (text[i]) {
            case '\\':
                roff += "\\e";
                break;
            case '-':
                roff += "\\-";
                break;
            case '\'':
                roff += "\\(aq";
                break;
            case '"':
                roff += "\\(dq";
                break;
            case '`':
                roff += "\\(ga";
                break;
            case '^':
                roff += "\\(ha";
                break;
            case '~':
                roff += "\\(ti";
                break;
            default:
                if (static_cast<unsigned char>(text[i]) < 0x80) {
                    roff += text[i];
                } else {
                    roff += unicode_escape(text, i);
                }
        }
    }
    return roff;
}

/// Prose: hyphens between letters stay hyphens.
std::string prose(std::string_view text) {
    std::string roff;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto is_letter = [&](std::size_t at) {
            return at < text.size() && std::isalpha(static_cast<unsigned char>(text[at])) != 0;
        };
        const bool hyphen = text[i] == '-' && i > 0 && is_letter(i - 1) && is_letter(i + 1);
        if (hyphen) {
            roff += '-';
        } else if (static_cast<unsigned char>(text[i]) >= 0x80) {
            roff += unicode_escape(text, i);
        } else {
            roff += escaped(text.substr(i, 1));
        }
    }
    return roff;
}

/// A line of text must not begin as a macro does.
std::string guarded(std::string_view roff) {
    return roff.starts_with(".") || roff.starts_with("'") ? "\\&" + std::string(roff) : std::string(roff);
}

std::string upper(std::string_view text) {
    std::string result(text);
    std::transform(result.begin(), result.end(), result.begin(), [](unsigned char c) { return std::toupper(c); });
    return result;
}

}  // namespace

Roff::Roff(std::string_view name, int section, std::string_view date, std::string_view version, const PageNames& pages)
    : pages_(pages) {
    line(fmt::format(".TH {} {} {} \"rev {}\" \"rev\"", escaped(upper(name)), section, date, version));
    line(".nh");  // names in the text are not to be broken
    line(".ad l");
}

void Roff::line(std::string_view roff) {
    text_ += roff;
    text_ += '\n';
}

void Roff::name(std::string_view name, std::string_view summary) { line(escaped(name) + " \\- " + prose(summary)); }

void Roff::section(std::string_view title) { line(".SH \"" + inline_text(title) + "\""); }

void Roff::subsection(std::string_view title) { line(".SS \"" + inline_text(title) + "\""); }

/// A heading begins a paragraph already.
void Roff::begin_paragraph() {
    const auto last = text_.find_last_of('\n', text_.size() - 2) + 1;
    if (text_.compare(last, 2, ".S") != 0) line(".PP");
}

void Roff::paragraph(std::string_view markdown) {
    begin_paragraph();
    line(guarded(inline_text(markdown)));
}

void Roff::code(std::string_view text) {
    begin_paragraph();
    line(".RS 4");
    line(".nf");
    while (!text.empty()) {
        const auto end = std::min(text.find('\n'), text.size());
        line(end == 0 ? "\\&" : guarded(escaped(text.substr(0, end))));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    line(".fi");
    line(".RE");
}

void Roff::item(std::string_view tag, std::string_view markdown) {
    line(".TP");
    line("\\fB" + escaped(tag) + "\\fR");
    line(guarded(inline_text(markdown)));
}

void Roff::synopsis(std::string_view text) {
    begin_paragraph();
    line(escaped(text));
}

void Roff::table(const Block& table) {
    if (table.rows.empty()) return;
    const auto& head = table.rows.front();
    for (std::size_t row = 1; row < table.rows.size(); ++row) {
        const auto& cells = table.rows[row];
        line(".TP");
        line("\\fB" + inline_text(cells.front()) + "\\fR");
        for (std::size_t i = 1; i < cells.size(); ++i) {
            if (i > 1) line(".br");
            const auto title = cells.size() > 2 && i < head.size() && !head[i].empty() ? head[i] + ": " : "";
            line(guarded(inline_text(cells[i].empty() ? title + "-" : title + cells[i])));
        }
    }
}

void Roff::list_item(const Block& item, const std::string& bullet) {
    line(".IP \"" + bullet + "\" 4");
    bool first = true;
    for (const auto& block : item.items) {
        if (first && block.kind == Block::Kind::paragraph) {
            line(guarded(inline_text(block.text)));
        } else {
            line(".RS 4");
            blocks({&block, 1});
            line(".RE");
        }
        first = false;
    }
}

void Roff::blocks(std::span<const Block> blocks) {
    int number = 0;
    for (const auto& block : blocks) {
        number = block.kind == Block::Kind::number ? number + 1 : 0;
        switch (block.kind) {
            case Block::Kind::heading:
                if (block.level == 2) section(block.text);
                if (block.level > 2) subsection(block.text);
                break;
            case Block::Kind::paragraph:
                paragraph(block.text);
                break;
            case Block::Kind::code:
                code(block.text);
                break;
            case Block::Kind::bullet:
                list_item(block, "\\(bu");
                break;
            case Block::Kind::number:
                list_item(block, fmt::format("{}.", number));
                break;
            case Block::Kind::table:
                table(block);
                break;
            case Block::Kind::comment:
                break;
        }
    }
}

std::string Roff::link(std::string_view markdown, std::string_view target) const {
    const auto file = target.substr(0, target.find('#'));
    const auto page = pages_.find(file);
    if (page == pages_.end())
        return inline_text(markdown) + (target.starts_with("https://") ? " (" + escaped(target) + ")" : "");
    // "see [targets](targets.md)" needs no more words than the page's name.
    if (file == std::string(markdown) + ".md") return escaped(page->second);
    return inline_text(markdown) + " (" + escaped(page->second) + ")";
}

std::string Roff::inline_text(std::string_view markdown) const {
    std::string roff;
    std::size_t plain = 0;  // where what is not written yet begins
    const auto flush = [&](std::size_t end) { roff += prose(markdown.substr(plain, end - plain)); };
    for (std::size_t i = 0; i < markdown.size(); ++i) {
        if (markdown[i] == '`') {
            const auto end = markdown.find('`', i + 1);
            if (end == std::string_view::npos) break;
            flush(i);
            roff += "\\fB" + escaped(markdown.substr(i + 1, end - i - 1)) + "\\fR";
            i = end;
        } else if (markdown.substr(i).starts_with("**")) {
            const auto end = markdown.find("**", i + 2);
            if (end == std::string_view::npos) break;
            flush(i);
            roff += "\\fB" + prose(markdown.substr(i + 2, end - i - 2)) + "\\fR";
            i = end + 1;
        } else if (markdown[i] == '[') {
            const auto middle = markdown.find("](", i);
            const auto end = middle == std::string_view::npos ? middle : markdown.find(')', middle);
            if (end == std::string_view::npos ||
                markdown.substr(i + 1, middle - i - 1).find('[') != std::string_view::npos)
                continue;
            flush(i);
            const auto target = markdown.substr(middle + 2, end - middle - 2);
            roff += link(markdown.substr(i + 1, middle - i - 1), target);
            i = end;
        } else {
            continue;
        }
        plain = i + 1;
    }
    flush(markdown.size());
    return roff;
}

}  // namespace rev::manual
