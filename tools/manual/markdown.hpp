#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace rev::manual {

/// One block of a Markdown page, as far as docs/ uses Markdown.
struct Block {
    enum class Kind { heading, paragraph, code, bullet, number, table, comment };

    Kind kind = Kind::paragraph;
    int level = 0;             ///< of a heading: the count of its `#`
    std::string text;          ///< heading, paragraph, comment: inline Markdown in one line; code: as it is
    std::vector<Block> items;  ///< what a bullet or numbered item holds
    std::vector<std::vector<std::string>> rows;  ///< of a table: cells; the first row is its head
};

/// The page's blocks in order. A comment stands alone on its line: `<!-- text -->`.
[[nodiscard]] std::vector<Block> parse_markdown(std::string_view text);

}  // namespace rev::manual
