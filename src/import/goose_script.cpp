#include "import/goose_script.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "import/folder.hpp"

namespace rev::foreign {
namespace {

using Environment = std::function<std::optional<std::string>(std::string_view name)>;

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
            next_ = std::min(end + 1, text_.size());
            read_line(text_.substr(at_, end - at_));
            at_ = next_;
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
        const auto plain = base::trim(line);
        if (part_ == Part::start && plain.empty()) return;
        if (plain.starts_with("--") && line.find("+goose") != std::string_view::npos)
            return annotate(annotation_of(line));
        if (part_ == Part::start) {
            if (plain.starts_with("--")) return;
            throw error("SQL before the line `-- +goose Up`");
        }
        // goose has not noticed that the block is over, and takes the line for the rest of it.
        if (is_block_empty_ && !line.empty() && line != "\r" && !plain.starts_with("--"))
            throw error("this line stands behind an empty block, and goose drops it");
        append();
        // Comments and empty lines begin no statement: else a comment at the end of a file would be one that never
        // ends.
        // A line of blanks is none either, but goose keeps it, and with it a comment that follows.
        const bool is_kept_blank = plain.empty() && !line.empty() && line != "\r";
        if (!statement_starts_ && (plain.empty() || (plain.starts_with("--") && !has_kept_blank_))) {
            has_kept_blank_ = has_kept_blank_ || is_kept_blank;
            return;
        }
        has_kept_blank_ = false;
        if (!statement_starts_) statement_starts_ = at_;
        // Within a block a `;` ends nothing: that is what StatementBegin is for, as around the body of a function.
        if (in_block_ || !ends_statement(line)) return;
        statement_starts_.reset();
        if (part_ == Part::up) script_.ends.push_back(script_.up.size());
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

    void annotate(Annotation annotation) {
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
                append();
                return;
            case Annotation::statement_end:
                // The block is one statement, whether or not its last line has a `;`.
                if (!in_block_) throw error("`-- +goose StatementEnd` without its StatementBegin");
                in_block_ = false;
                is_block_empty_ = !statement_starts_;
                statement_starts_.reset();
                append();
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

    /// The line as it is, with its end.
    void append() {
        auto& body = part_ == Part::up ? script_.up : script_.down;
        const auto line = text_.substr(at_, next_ - at_);
        if (!fills_in_) {
            body += line;
            return;
        }
        const auto filled = fill_in_environment(line, environment_, script_.filled_in);
        // Left as it is written, it would be another statement than the one that goose runs.
        if (!filled) throw error("a variable that has no value here, or is written in a form that rev does not know");
        body += *filled;
    }

    void finish() const {
        if (part_ == Part::start) throw bad_file(shown_, "has no line `-- +goose Up`, which goose needs");
        if (in_block_) throw bad_file(shown_, "has a `-- +goose StatementBegin` without its StatementEnd");
        require_finished();
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
    std::size_t next_ = 0;                         ///< of the one behind it
};

bool is_name_character(char c) noexcept {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

/// What stands for the text between `${` and `}`; nullopt: a form that is not known, or no value.
std::optional<std::string> expand(std::string_view inner, const Environment& environment) {
    const auto name_end = std::ranges::find_if_not(inner, is_name_character) - inner.begin();
    const auto name = inner.substr(0, static_cast<std::size_t>(name_end));
    auto rest = inner.substr(name.size());
    if (name.empty()) return std::nullopt;
    const auto value = environment(name);
    // As in a shell, a variable that is not set is empty.
    if (rest.empty()) return value.value_or("");
    // With a `:` before it, an empty value counts as none, as in a shell.
    const bool empty_counts = rest.starts_with(':');
    if (empty_counts) rest.remove_prefix(1);
    const bool has_value = value && !(empty_counts && value->empty());
    if (rest.starts_with('-')) return has_value ? *value : std::string(rest.substr(1));
    // `?` asks for a value and has nothing in its place. All other forms are not known.
    return rest.starts_with('?') && has_value ? value : std::nullopt;
}

}  // namespace

GooseScript parse_goose_script(std::string_view text, const std::string& shown, const Environment& environment) {
    return Parser(text, shown, environment).parse();
}

std::optional<std::string> fill_in_environment(std::string_view line, const Environment& environment,
                                               std::vector<std::string>& names) {
    std::string filled;
    for (std::size_t at = 0; at < line.size(); ++at) {
        const auto rest = line.substr(at);
        if (rest.starts_with("$$") || rest.starts_with("\\$")) {
            filled += '$';
            ++at;
            continue;
        }
        // `$1` is a parameter of a statement, and no variable.
        if (rest.front() != '$' || rest.size() == 1 ||
            (rest[1] != '{' && (!is_name_character(rest[1]) || is_digit(rest[1])))) {
            filled += rest.front();
            continue;
        }
        const bool has_braces = rest[1] == '{';
        const auto start = has_braces ? 2U : 1U;
        const auto end =
            has_braces
                ? rest.find('}')
                : static_cast<std::size_t>(std::ranges::find_if_not(rest.substr(1), is_name_character) - rest.begin());
        if (end == std::string_view::npos) return std::nullopt;
        const auto inner = rest.substr(start, end - start);
        const auto value = expand(inner, environment);
        if (!value) return std::nullopt;
        filled += *value;
        // Without what stands behind the name, as in `NAME:-default`.
        names.emplace_back(inner.substr(
            0, static_cast<std::size_t>(std::ranges::find_if_not(inner, is_name_character) - inner.begin())));
        // The loop itself steps over the `}`, or the last character of the name.
        at += has_braces ? end : end - 1;
    }
    return filled;
}

}  // namespace rev::foreign
