#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>

#include "manual/markdown.hpp"

namespace rev::manual {

/// Pages by the file in docs/ that they are made of: "targets.md" -> "rev-targets(7)". Links to them name the page.
using PageNames = std::map<std::string, std::string, std::less<>>;

/// Writes man(7) macros: https://man7.org/linux/man-pages/man7/man.7.html. Text is escaped, so that none of it can be
/// taken for a macro.
class Roff {
public:
    /// date: YYYY-MM-DD.
    Roff(std::string_view name, int section, std::string_view date, std::string_view version, const PageNames& pages);

    void name(std::string_view name, std::string_view summary);
    void section(std::string_view title);
    void subsection(std::string_view title);
    void paragraph(std::string_view markdown);
    /// As it is, in the typewriter's way.
    void code(std::string_view text);
    /// A word in bold and, indented below it, what it means. tag: plain text.
    void item(std::string_view tag, std::string_view markdown);
    /// A line that is filled, of plain text in bold.
    void synopsis(std::string_view text);
    /// Headings of level 2 are sections, of level 3 subsections; of level 1 and comments nothing is written.
    void blocks(std::span<const Block> blocks);

    [[nodiscard]] const std::string& text() const noexcept { return text_; }

private:
    void line(std::string_view roff);
    void begin_paragraph();
    void table(const Block& table);
    void list_item(const Block& item, const std::string& bullet);
    [[nodiscard]] std::string link(std::string_view markdown, std::string_view target) const;
    [[nodiscard]] std::string inline_text(std::string_view markdown) const;

    const PageNames& pages_;
    std::string text_;
};

}  // namespace rev::manual
