#include "manual/markdown.hpp"

#include <algorithm>
#include <cctype>
#include <utility>

#include "base/text.hpp"

namespace rev::manual {
namespace {

using Lines = std::vector<std::string>;

Lines lines_of(std::string_view text) {
    Lines lines;
    while (!text.empty()) {
        const auto end = std::min(text.find('\n'), text.size());
        lines.emplace_back(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return lines;
}

bool is_blank(const std::string& line) { return base::trim(line).empty(); }

std::size_t indent_of(const std::string& line) { return std::min(line.find_first_not_of(' '), line.size()); }

/// The width of "- " or "12. " at the start of a line; 0: there is none.
std::size_t marker_width(const std::string& line) {
    if (line.starts_with("- ")) return 2;
    std::size_t digits = 0;
    while (digits < line.size() && std::isdigit(static_cast<unsigned char>(line[digits])) != 0) ++digits;
    return digits > 0 && line.compare(digits, 2, ". ") == 0 ? digits + 2 : 0;
}

/// Cells between `|`; `\|` is no separator.
std::vector<std::string> cells_of(const std::string& line) {
    std::vector<std::string> cells;
    std::string cell;
    for (std::size_t i = 1; i < line.size(); ++i) {
        if (line[i] == '\\' && i + 1 < line.size() && line[i + 1] == '|') {
            cell += line[++i];
        } else if (line[i] == '|') {
            cells.emplace_back(base::trim(cell));
            cell.clear();
        } else {
            cell += line[i];
        }
    }
    return cells;
}

/// Reads blocks from lines, one kind after the other.
class Parser {
public:
    explicit Parser(Lines lines) : lines_(std::move(lines)) {}

    std::vector<Block> parse() {
        while (at_ < lines_.size()) {
            const auto& line = lines_[at_];
            if (is_blank(line)) {
                ++at_;
            } else if (line.starts_with("#")) {
                heading();
            } else if (line.starts_with("```")) {
                fenced_code();
            } else if (line.starts_with("    ")) {
                indented_code();
            } else if (line.starts_with("|")) {
                table();
            } else if (line.starts_with("<!--")) {
                comment();
            } else if (marker_width(line) > 0) {
                item();
            } else {
                paragraph();
            }
        }
        return std::move(blocks_);
    }

private:
    Block& add(Block::Kind kind) {
        blocks_.emplace_back().kind = kind;
        return blocks_.back();
    }

    void heading() {
        auto& block = add(Block::Kind::heading);
        const auto& line = lines_[at_++];
        block.level = static_cast<int>(std::min(line.find_first_not_of('#'), line.size()));
        block.text = base::trim(std::string_view(line).substr(static_cast<std::size_t>(block.level)));
    }

    void fenced_code() {
        auto& block = add(Block::Kind::code);
        for (++at_; at_ < lines_.size() && !lines_[at_].starts_with("```"); ++at_) block.text += lines_[at_] + '\n';
        ++at_;
    }

    void indented_code() {
        auto& block = add(Block::Kind::code);
        for (; at_ < lines_.size() && (is_blank(lines_[at_]) || lines_[at_].starts_with("    ")); ++at_)
            block.text += (is_blank(lines_[at_]) ? "" : lines_[at_].substr(4)) + '\n';
        block.text = block.text.substr(0, block.text.find_last_not_of('\n') + 1) + '\n';
    }

    void table() {
        auto& block = add(Block::Kind::table);
        for (; at_ < lines_.size() && lines_[at_].starts_with("|"); ++at_) {
            auto cells = cells_of(lines_[at_]);
            if (!cells.empty() && !lines_[at_].starts_with("| ---")) block.rows.push_back(std::move(cells));
        }
    }

    void comment() {
        auto text = std::string_view(lines_[at_++]).substr(4);
        add(Block::Kind::comment).text = base::trim(text.substr(0, text.find("-->")));
    }

    void item() {
        const auto width = marker_width(lines_[at_]);
        auto& block = add(width == 2 ? Block::Kind::bullet : Block::Kind::number);
        Lines inner{lines_[at_++].substr(width)};
        for (; at_ < lines_.size(); ++at_) {
            const auto& line = lines_[at_];
            if (is_blank(line) ? at_ + 1 == lines_.size() || indent_of(lines_[at_ + 1]) < width
                               : indent_of(line) < width)
                break;
            inner.push_back(is_blank(line) ? "" : line.substr(width));
        }
        block.items = Parser(std::move(inner)).parse();
    }

    void paragraph() {
        auto& block = add(Block::Kind::paragraph);
        for (; at_ < lines_.size(); ++at_) {
            const auto& line = lines_[at_];
            const bool goes_on = !is_blank(line) && !line.starts_with("```") && !line.starts_with("|") &&
                                 !line.starts_with("<!--") && (block.text.empty() || marker_width(line) == 0);
            if (!goes_on) return;
            if (!block.text.empty()) block.text += ' ';
            block.text += base::trim(line);
        }
    }

    Lines lines_;
    std::size_t at_ = 0;
    std::vector<Block> blocks_;
};

}  // namespace

std::vector<Block> parse_markdown(std::string_view text) { return Parser(lines_of(text)).parse(); }

}  // namespace rev::manual
