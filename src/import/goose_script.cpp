#include "import/goose_script.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "import/folder.hpp"

namespace rev::foreign {
namespace {

enum class Annotation { up, down, statement_begin, statement_end, no_transaction, envsub_on, envsub_off };

struct Known {
    std::string_view word;  ///< in lower case
    Annotation annotation;
};

constexpr std::array<Known, 7> known_annotations{{{"up", Annotation::up},
                                                  {"down", Annotation::down},
                                                  {"statementbegin", Annotation::statement_begin},
                                                  {"statementend", Annotation::statement_end},
                                                  {"no transaction", Annotation::no_transaction},
                                                  {"envsub on", Annotation::envsub_on},
                                                  {"envsub off", Annotation::envsub_off}}};

std::string without(std::string text, std::string_view part) {
    for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at)) text.erase(at, part.size());
    return text;
}

/// Whether the last word before a `--` ends with a semicolon.
bool ends_statement(std::string_view line) {
    std::string_view last;
    for (std::size_t at = 0; at < line.size();) {
        const auto start = line.find_first_not_of(" \t\r\f\v", at);
        if (start == std::string_view::npos) break;
        const auto end = std::min(line.find_first_of(" \t\r\f\v", start), line.size());
        const auto word = line.substr(start, end - start);
        if (word.starts_with("--")) break;
        last = word;
        at = end;
    }
    return last.ends_with(';');
}

class Parser {
public:
    Parser(std::string_view text, const std::string& shown, const Environment& environment)
        : text_(text), shown_(shown), environment_(environment) {}

    GooseScript parse() {
        for (at_ = 0; at_ < text_.size();) {
            const auto end = std::min(text_.find('\n', at_), text_.size());
            auto line = text_.substr(at_, end - at_);
            if (line.ends_with('\r')) line.remove_suffix(1);
            has_end_ = end < text_.size();
            read_line(line);
            at_ = end + 1;
        }
        finish();
        // Each name once: every one of them becomes a remark.
        std::ranges::sort(script_.filled_in);
        auto& names = script_.filled_in;
        names.erase(std::unique(names.begin(), names.end()), names.end());
        return std::move(script_);
    }

private:
    enum class Part { start, up, down };

    void read_line(std::string_view line) {
        constexpr std::size_t longest = std::size_t{4} << 20;
        if (line.size() >= longest) throw error("a line of 4 MiB or more, which goose does not read");
        const auto plain = base::trim(line);
        if (part_ == Part::start && plain.empty()) return;
        if (plain.starts_with("--") && line.find("+goose") != std::string_view::npos)
            return annotate(annotation_of(line), line);
        if (part_ == Part::start) {
            if (plain.starts_with("--")) return;
            throw error("SQL before the line `-- +goose Up`");
        }
        // goose has not noticed that the block is over, takes the line for the rest of it, and sends neither.
        if (is_block_empty_ && !line.empty() && !plain.starts_with("--")) {
            is_block_empty_ = false;
            if (!plain.empty()) script_.dropped.push_back(base::position_of(text_, at_).line);
            return;
        }
        // Comments and empty lines begin no statement: else a comment at the end of a file would be one that never
        // ends.
        // A line of blanks is none either, but goose keeps it, and with it a comment that follows.
        if (!statement_starts_ && (plain.empty() || (plain.starts_with("--") && !has_kept_blank_))) {
            has_kept_blank_ = has_kept_blank_ || !line.empty();
            append(line);
            return;
        }
        has_kept_blank_ = false;
        if (!statement_starts_) statement_starts_ = at_;
        const auto sent = fills_in_ ? filled_in(line) : std::string(line);
        append(sent);
        // Within a block a `;` ends nothing: that is what StatementBegin is for, as around the body of a function.
        if (!in_block_ && ends_statement(sent)) end_statement();
    }

    void end_statement() {
        statement_starts_.reset();
        has_kept_blank_ = false;
        part().ends.push_back(part().sql.size());
    }

    Annotation annotation_of(std::string_view line) const {
        if (line.front() == ' ' || line.front() == '\t') throw error("an annotation of goose that is indented");
        auto command = without(std::string(line), "--");
        command.erase(command.find("+goose"), std::string_view("+goose").size());
        const auto word = base::lower_case(base::trim(command));
        const auto* found = std::ranges::find(known_annotations, word, &Known::word);
        if (found == known_annotations.end())
            throw error(fmt::format("goose has no annotation \"{}\"", base::printable_word(base::trim(command))));
        return found->annotation;
    }

    void annotate(Annotation annotation, std::string_view line) {
        switch (annotation) {
            case Annotation::up:
                if (part_ != Part::start) throw error("a second `-- +goose Up`");
                part_ = Part::up;
                return;
            case Annotation::down:
                if (part_ != Part::up || in_block_) throw error("`-- +goose Down` where none may be");
                require_finished();
                part_ = Part::down;
                has_kept_blank_ = false;
                is_block_empty_ = false;
                return;
            case Annotation::statement_begin:
                if (part_ == Part::start || in_block_) throw error("`-- +goose StatementBegin` where none may be");
                in_block_ = true;
                is_block_empty_ = false;
                append(line);
                return;
            case Annotation::statement_end:
                // The block is one statement, whether or not its last line has a `;`.
                if (!in_block_) throw error("`-- +goose StatementEnd` without its StatementBegin");
                in_block_ = false;
                is_block_empty_ = !statement_starts_ && !has_kept_blank_;
                end_statement();
                append(line);
                return;
            case Annotation::no_transaction:
                script_.in_transaction = false;
                return;
            case Annotation::envsub_on:
            case Annotation::envsub_off:
                fills_in_ = annotation == Annotation::envsub_on;
                return;
        }
    }

    [[nodiscard]] GoosePart& part() noexcept { return part_ == Part::up ? script_.up : script_.down; }

    void append(std::string_view line) {
        part().sql += line;
        if (has_end_) part().sql += '\n';
    }

    std::string filled_in(std::string_view line) {
        auto filled = fill_in_environment(line, environment_, script_.filled_in);
        // Left as it is written, it would be another statement than the one that goose runs.
        if (!filled) throw error("a variable that has no value here, or is written in a form that goose does not know");
        return std::move(*filled);
    }

    void finish() {
        if (part_ == Part::start) throw bad_file(shown_, "has no line `-- +goose Up`, which goose needs");
        if (in_block_) throw bad_file(shown_, "has a `-- +goose StatementBegin` without its StatementEnd");
        // On its way up goose drops what stands behind Down, and does not look at its end.
        if (part_ == Part::down && statement_starts_) {
            script_.can_go_down = false;
        } else {
            require_finished();
        }
    }

    void require_finished() const {
        if (!statement_starts_) return;
        throw bad_file(shown_, text_, *statement_starts_, "a statement that does not end: its last line needs a `;`");
    }

    [[nodiscard]] Error error(const std::string& message) const { return bad_file(shown_, text_, at_, message); }

    std::string_view text_;
    const std::string& shown_;
    const Environment& environment_;
    GooseScript script_;
    Part part_ = Part::start;
    bool in_block_ = false;
    bool fills_in_ = false;
    bool is_block_empty_ = false;                  ///< the block that ended last had no statement
    bool has_kept_blank_ = false;                  ///< a line of blanks stands where no statement has begun
    std::optional<std::size_t> statement_starts_;  ///< offset of the line in which one began that has not ended
    std::size_t at_ = 0;                           ///< of the line
    bool has_end_ = true;                          ///< a line feed ends the line
};

}  // namespace

GooseScript parse_goose_script(std::string_view text, const std::string& shown, const Environment& environment) {
    return Parser(text, shown, environment).parse();
}

}  // namespace rev::foreign
