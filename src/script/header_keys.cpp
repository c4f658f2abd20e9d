// The keys of a revision file's header, and how the value of each is read.
#include "script/header_keys.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <unordered_set>
#include <vector>

#include "base/text.hpp"
#include "rev/config.hpp"
#include "rev/target.hpp"

namespace rev::script {
namespace {

constexpr std::size_t longest_id = 32;  // the width of alembic_version.version_num

bool is_letter_or_digit(char c) noexcept {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
bool is_id_character(char c) noexcept { return is_letter_or_digit(c) || c == '_' || c == '.'; }
bool is_label_character(char c) noexcept { return is_id_character(c) || c == '-' || c == '/'; }

bool is_variable_name(std::string_view text) noexcept {
    const bool starts_with_digit = !text.empty() && text.front() >= '0' && text.front() <= '9';
    return !text.empty() && !starts_with_digit && std::ranges::all_of(text, is_header_name_character);
}

/// Calls `take` with each trimmed part of a comma-separated value.
template <typename Take>
void for_each_part(const Value& value, Take take) {
    // An empty value is an empty list, and no list with an empty entry.
    for (auto rest = value.text; !value.text.empty();) {
        const auto comma = rest.find(',');
        const auto part = base::trim(rest.substr(0, comma));
        if (part.empty()) {
            throw value.error(rest, error_codes::bad_value, fmt::format("an empty entry in \"{}\"", value.key))
                .with_hint("separate entries by single commas");
        }
        take(part);
        if (comma == npos) return;
        rest.remove_prefix(comma + 1);
    }
}

std::string why_not_an_id(std::string_view text) {
    if (is_reserved_word(text)) return fmt::format("\"{}\" cannot be a revision id: it is a word of targets", text);
    if (text.size() > longest_id && std::ranges::all_of(text, is_id_character)) {
        return fmt::format("revision id \"{}\" has {} characters, {} are allowed", text, text.size(), longest_id);
    }
    return fmt::format("\"{}\" is not a revision id", text);
}

std::string read_id(const Value& value, std::string_view text) {
    if (is_valid_revision_id(text)) return std::string(text);
    throw value.error(text, error_codes::bad_id, why_not_an_id(text))
        .with_hint("an id is 1 to 32 letters, digits, \"_\" and \".\", and none of head, heads, base, current");
}

std::string read_label(const Value& value, std::string_view text) {
    if (is_valid_branch_label(text)) return std::string(text);
    throw value.error(text, error_codes::bad_label, fmt::format("\"{}\" is not a branch label", text))
        .with_hint("a label is letters, digits, \"_\", \".\", \"-\" and \"/\", and none of head, heads, base, current");
}

/// Refuses what stands twice in a list. Most lists have one part or two; one of 100,000 must not take minutes.
class DistinctParts {
public:
    explicit DistinctParts(const Value& value) : value_(value) {}

    /// seen: the parts before it.
    void require_new(std::string_view part, const std::vector<std::string>& seen) {
        constexpr std::size_t few = 16;
        if (seen.size() == few) many_.insert(seen.begin(), seen.end());
        const bool is_new =
            seen.size() < few ? std::ranges::find(seen, part) == seen.end() : many_.insert(std::string(part)).second;
        if (is_new) return;
        throw value_.error(part, error_codes::bad_value, fmt::format("\"{}\" stands twice in \"{}\"", part, value_.key))
            .with_hint("remove one of them");
    }

private:
    const Value& value_;
    std::unordered_set<std::string> many_;
};

std::optional<bool> read_boolean(const Value& value) {
    if (value.text == "true") return true;
    if (value.text == "false") return false;
    throw value.error(value.text, error_codes::bad_value, fmt::format("\"{}\" must be true or false", value.key));
}

std::string read_duration(const Value& value) {
    if (parse_duration(value.text)) return std::string(value.text);
    throw value.error(value.text, error_codes::bad_value, fmt::format("\"{}\" must be a duration", value.key))
        .with_hint("write a number with a unit: 500ms, 60s, 2m or 1h");
}

int read_retries(const Value& value) {
    constexpr int most = 1000;
    int number = -1;
    const auto* end = value.text.data() + value.text.size();
    // Unlike stoi(), it takes no `+` and no blanks before the number.
    const auto [stop, failure] = std::from_chars(value.text.data(), end, number);
    if (failure == std::errc() && stop == end && number >= 0 && number <= most) return number;
    throw value.error(value.text, error_codes::bad_value,
                      fmt::format("\"{}\" must be a number from 0 to {}", value.key, most));
}

void take_revision(const Value& value, RevisionHeader& header) {
    if (value.text.empty()) {
        throw value.error(value.text, error_codes::bad_id, "\"revision\" has no id")
            .with_hint("write the id after the colon");
    }
    header.revision.id = read_id(value, value.text);
}

/// Adds what `read` makes of each part to the list, in which none may stand twice.
template <typename Read>
void take_distinct(const Value& value, std::vector<std::string>& list, Read read) {
    DistinctParts distinct(value);
    for_each_part(value, [&](std::string_view part) {
        distinct.require_new(part, list);
        list.push_back(read(value, part));
    });
}

void take_revises(const Value& value, RevisionHeader& header) {
    take_distinct(value, header.revision.revises, read_id);
}

/// A dependency may be a label, whose characters include all those of ids.
void take_depends_on(const Value& value, RevisionHeader& header) {
    for_each_part(value, [&](std::string_view part) { header.revision.depends_on.push_back(read_label(value, part)); });
}

void take_branch_labels(const Value& value, RevisionHeader& header) {
    take_distinct(value, header.revision.branch_labels, read_label);
}

void take_variables(const Value& value, RevisionHeader& header) {
    for_each_part(value, [&](std::string_view part) {
        if (!is_variable_name(part)) {
            throw value.error(part, error_codes::bad_value, fmt::format("\"{}\" is not a variable name", part))
                .with_hint("a name is letters, digits and \"_\", and does not begin with a digit");
        }
        header.variables.emplace_back(part);
    });
}

void take_squashes(const Value& value, RevisionHeader& header) {
    take_distinct(value, header.revision.squashes, read_id);
}

void take_squashed_checksums(const Value& value, RevisionHeader& header) {
    constexpr std::size_t length = 64;  // of a SHA-256
    const auto is_digit = [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); };
    for_each_part(value, [&](std::string_view part) {
        if (part.size() != length || !std::ranges::all_of(part, is_digit))
            throw value.error(part, error_codes::bad_value, fmt::format("\"{}\" is no checksum", part))
                .with_hint("`rev squash` writes this line; put it back as it was");
        header.squashed_checksums.emplace_back(part);
    });
}

std::string read_repeatable_name(const Value& value, std::string_view text) {
    if (!text.empty() && std::ranges::all_of(text, is_label_character)) return std::string(text);
    throw value.error(text, error_codes::bad_name, fmt::format("\"{}\" is not the name of a repeatable", text))
        .with_hint("a name is letters, digits, \"_\", \".\", \"-\" and \"/\"");
}

void take_repeatable(const Value& value, RevisionHeader& header) {
    if (value.text.empty())
        throw value.error(value.text, error_codes::bad_name, "\"repeatable\" has no name")
            .with_hint("write the name after the colon");
    header.revision.id = read_repeatable_name(value, value.text);
}

void take_needs(const Value& value, RevisionHeader& header) {
    take_distinct(value, header.needs, read_repeatable_name);
}

/// Those of both kinds of file.
constexpr HeaderKey sqlite_foreign_keys_key{"sqlite_foreign_keys", [](const Value& value, RevisionHeader& header) {
                                                header.sqlite_foreign_keys = read_boolean(value);
                                            }};
constexpr HeaderKey statement_lock_timeout_key{
    "statement_lock_timeout",
    [](const Value& value, RevisionHeader& header) { header.statement_lock_timeout = read_duration(value); }};
constexpr HeaderKey statement_timeout_key{"statement_timeout", [](const Value& value, RevisionHeader& header) {
                                              header.statement_timeout = read_duration(value);
                                          }};
constexpr HeaderKey lock_retries_key{
    "lock_retries", [](const Value& value, RevisionHeader& header) { header.lock_retries = read_retries(value); }};
constexpr HeaderKey variables_key{"variables", take_variables};

/// In the order in which format_header() writes them.
constexpr std::array<HeaderKey, most_header_keys> revision_keys{{
    {"revision", take_revision},
    {"revises", take_revises},
    {"depends_on", take_depends_on},
    {"branch_labels", take_branch_labels},
    {"created", [](const Value& value, RevisionHeader& header) { header.revision.created = value.text; }},
    {"transaction", [](const Value& value, RevisionHeader& header) { header.transaction = read_boolean(value); }},
    sqlite_foreign_keys_key,
    variables_key,
    statement_lock_timeout_key,
    statement_timeout_key,
    lock_retries_key,
    {"squashes", take_squashes},
    {"squashed_checksums", take_squashed_checksums},
}};

/// What is left out of those above says where in the chain something runs, or that it runs outside a transaction.
constexpr std::array<HeaderKey, 8> repeatable_keys{{
    {"repeatable", take_repeatable},
    {"needs", take_needs},
    {"drop_before_upgrade",
     [](const Value& value, RevisionHeader& header) { header.drop_before_upgrade = *read_boolean(value); }},
    sqlite_foreign_keys_key,
    variables_key,
    statement_lock_timeout_key,
    statement_timeout_key,
    lock_retries_key,
}};

}  // namespace

std::span<const HeaderKey> header_keys(FileKind kind) noexcept {
    if (kind == FileKind::repeatable) return repeatable_keys;
    return revision_keys;
}

std::size_t find_header_key(FileKind kind, std::string_view name) noexcept {
    const auto keys = header_keys(kind);
    const auto found = std::ranges::find(keys, name, &HeaderKey::name);
    return found == keys.end() ? npos : static_cast<std::size_t>(found - keys.begin());
}

bool is_header_name_character(char c) noexcept { return is_letter_or_digit(c) || c == '_'; }

bool is_valid_revision_id(std::string_view text) noexcept {
    return !text.empty() && text.size() <= longest_id && std::ranges::all_of(text, is_id_character) &&
           !is_reserved_word(text);
}

bool is_valid_branch_label(std::string_view text) noexcept {
    return !text.empty() && std::ranges::all_of(text, is_label_character) && !is_reserved_word(text);
}

}  // namespace rev::script
