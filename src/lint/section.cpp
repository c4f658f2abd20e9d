#include "lint/section.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"
#include "lint/newer_syntax.hpp"

namespace rev::lint {
namespace {

// A longer statement is data; its tree would take fifty times its memory.
constexpr std::size_t longest = 256UL * 1024;

constexpr std::string_view marker = "rev:ignore";

/// What follows `-- rev:ignore` in a line that is nothing but that comment.
std::optional<std::string_view> ignore_in(std::string_view line) {
    line = base::trim(line);
    if (!line.starts_with("--")) return std::nullopt;
    line = base::trim(line.substr(2));
    if (!line.starts_with(marker)) return std::nullopt;
    const auto rest = line.substr(marker.size());
    // `rev:ignored` is another word.
    if (!rest.empty() && rest[0] != ' ' && rest[0] != '\t') return std::nullopt;
    return base::trim(rest);
}

std::size_t end_of(const Statement& statement) { return statement.offset + statement.text.size(); }

/// Without its place in the file.
Finding finding_in(const SectionText& section, Rule rule, std::string message) {
    Finding finding;
    finding.rule = rule;
    finding.level = text_of(rule).level;
    finding.hint = text_of(rule).hint;
    finding.revision = section.revision;
    finding.path = section.path;
    finding.message = std::move(message);
    return finding;
}

Finding finding_of(const SectionText& section, const Ignore& ignore, Rule rule, std::string message) {
    auto finding = finding_in(section, rule, std::move(message));
    finding.line = ignore.line;
    finding.column = ignore.column;
    finding.line_text = ignore.line_text;
    finding.statement = ignore.statement;
    return finding;
}

void read_markers_of(SectionText& section) {
    try {
        section.markers =
            sql::read_markers(section.text, section.dialect, section.statements, sql::UnknownMarkers::comments);
    } catch (const sql::BadMarker&) {
        // `rev check` has the words for it, and a run refuses.
        section.markers.clear();
    }
}

}  // namespace

run::SqlInFile SectionText::source() const {
    const auto variables = owner ? std::span<const FilledIn>(owner->filled.variables) : std::span<const FilledIn>();
    return {.sql = text,
            .written = {.text = variables.empty() ? text : owner->written, .path = path, .first_line = first_line},
            .variables = variables};
}

void read_statements(SectionText& section) {
    section.statements = split_statements(section.text, section.dialect, section.first_line);
    read_markers_of(section);
    if (section.dialect != Dialect::postgresql) return;
    for (const Statement& statement : section.statements) {
        const bool is_readable = statement.text.size() <= longest && statement.backslash == Backslash::ordinary &&
                                 statement.text.find('\0') == std::string_view::npos;
        auto& tree = section.trees.emplace_back();
        auto& problem = section.syntax_problems.emplace_back();
        if (!is_readable) continue;
        tree = parse_statement(std::string(statement.text));
        if (tree) continue;
        const auto error = find_syntax_error(statement);
        if (!error) continue;
        problem = {.message = error->message, .may_be_newer = error->may_be_newer};
        const auto older = in_older_words(statement.text);
        if (!older) continue;
        tree = parse_statement(older->text);
        if (tree) problem.since = older->since;
    }
}

Finding finding_at(const SectionText& section, std::size_t number, Rule rule, std::string message) {
    const Statement& statement = section.statements[number];
    auto finding = finding_in(section, rule, std::move(message));
    // Never a place in what was filled in: a value may have lines of its own, and may be a secret.
    const auto place = run::place_of(section.source(), statement);
    finding.line = place.line;
    finding.column = place.column;
    finding.line_text = place.line_text;
    finding.statement = number;
    return finding;
}

std::vector<Ignore> ignores_in(const SectionText& section) {
    std::vector<Ignore> ignores;
    if (section.text.find(marker) == std::string::npos) return ignores;
    std::size_t begin = 0;
    // Between the end of one statement and the beginning of the next there are only comments and blanks: no string is
    // mistaken for a comment. An ignore counts for the statement that follows it.
    for (std::size_t number = 0; number <= section.statements.size(); ++number) {
        const bool is_last = number == section.statements.size();
        const auto end = is_last ? section.text.size() : section.statements[number].offset;
        for (std::size_t at = begin; at < end;) {
            const auto line_end = std::min(section.text.find('\n', at), section.text.size());
            const auto line = std::string_view(section.text).substr(at, line_end - at);
            if (const auto rest = ignore_in(line)) {
                const auto blank = std::min(rest->find_first_of(" \t"), rest->size());
                auto place = run::place_at(section.source(), at + line.find_first_not_of(" \t"));
                ignores.push_back({std::string(rest->substr(0, blank)), std::string(base::trim(rest->substr(blank))),
                                   number, place.line, place.column, std::move(place.line_text)});
            }
            at = line_end + 1;
        }
        if (!is_last) begin = end_of(section.statements[number]);
    }
    return ignores;
}

void apply_ignores(const SectionText& section, std::vector<Finding>& findings) {
    std::vector<Finding> added;
    for (const Ignore& ignore : ignores_in(section)) {
        const auto rule = find_rule(ignore.rule);
        if (!rule || ignore.reason.empty()) {
            std::vector<std::string> names;
            for (const RuleText& each : all_rules()) names.emplace_back(each.id);
            auto message = rule ? fmt::format("rev:ignore {} gives no reason, and accepts nothing", ignore.rule)
                                : fmt::format("there is no rule \"{}\" to ignore", base::printable_word(ignore.rule));
            auto finding = finding_of(section, ignore, Rule::ignore_without_reason, std::move(message));
            if (const auto near = base::closest(ignore.rule, names); !rule && !near.empty())
                finding.hint = base::did_you_mean(near);
            added.push_back(std::move(finding));
            continue;
        }
        const auto accepted = std::erase_if(findings, [&](const Finding& finding) {
            return finding.rule == *rule && finding.statement == ignore.statement;
        });
        if (accepted == 0)
            added.push_back(finding_of(section, ignore, Rule::unused_ignore,
                                       fmt::format("nothing below is a finding of {}", ignore.rule)));
    }
    findings.insert(findings.end(), added.begin(), added.end());
}

}  // namespace rev::lint
