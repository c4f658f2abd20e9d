#include "report/trail_text.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"
#include "report/schema_text.hpp"

namespace rev::report {
namespace {

using Verdict = trail::ProvenRevision::Verdict;

constexpr std::string_view step_in = "    ";

std::string each_line_indented(std::string_view text) {
    std::string result;
    while (!text.empty()) {
        const auto end = std::min(text.find('\n'), text.size());
        result += fmt::format("{}{}\n", step_in, text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return result;
}

std::string failure_line(const Error& error) {
    auto text = base::printable_word(error.what());
    const auto place = base::place_text(error.location());
    return place.empty() ? text : fmt::format("{} ({})", text, base::printable_word(place));
}

std::string verdict_word(Verdict verdict, Style style) {
    constexpr std::size_t width = 12;
    // Padded before it is painted, as a colour's codes have no width.
    auto word = std::string(verdict_name(verdict));
    word.resize(std::max(width, word.size()), ' ');
    if (verdict == Verdict::restores) return style.good(word);
    return verdict == Verdict::irreversible ? style.faint(word) : style.bad(word);
}

std::size_t longest_id(const trail::ProvenHistory& proof) {
    std::size_t longest = 0;
    for (const auto& each : proof.revisions) longest = std::max(longest, each.revision->id.size());
    return longest;
}

std::string headline(const trail::ProvenRevision& proven, std::size_t width, Style style) {
    auto id = proven.revision->id;
    auto line = fmt::format("{}  {}", verdict_word(proven.verdict, style), style.id(id));
    if (!proven.revision->message.empty())
        line += std::string(width - id.size() + 2, ' ') + base::printable_word(proven.revision->message);
    return line + "\n";
}

std::string details(const trail::ProvenRevision& proven, Style style) {
    std::string text;
    if (proven.failure) {
        const auto* what = proven.failed_again ? "its upgrade does not run again" : "its downgrade fails";
        text += fmt::format("{}{}{}: {}\n", step_in, what, proven.only_with_rows ? ", with rows in the tables" : "",
                            failure_line(*proven.failure));
    }
    if (!proven.left.empty()) {
        text += fmt::format("{}before the upgrade and after the downgrade:\n", step_in);
        text += each_line_indented(each_line_indented(changes_text(proven.left, style)));
    }
    if (!proven.again.empty()) {
        text += fmt::format("{}its first upgrade and the one after the downgrade:\n", step_in);
        text += each_line_indented(each_line_indented(changes_text(proven.again, style)));
    }
    for (const auto& lost : proven.lost_rows) text += fmt::format("{}rows: {}\n", step_in, base::printable_word(lost));
    if (proven.upgrade_failure)
        text += fmt::format("{}rows: looked at without any, as its upgrade fails on them: {}\n", step_in,
                            failure_line(*proven.upgrade_failure));
    return text;
}

}  // namespace

std::string proof_text(const trail::ProvenHistory& proof, Style style) {
    std::string text;
    const auto width = longest_id(proof);
    for (const auto& each : proof.revisions) text += headline(each, width, style) + details(each, style);
    return text;
}

std::string without_rows_text(const trail::ProvenHistory& proof) {
    std::string text;
    for (const auto& table : proof.tables_without_rows)
        text += fmt::format("no rows could be made up for {}: {}\n", base::printable_word(table.name),
                            base::printable_word(table.reason));
    for (const auto& unused : proof.unused_data)
        text +=
            fmt::format("{} never ran: {}\n", base::printable_word(unused.place), base::printable_word(unused.reason));
    return text;
}

std::string proof_summary(const trail::ProvenHistory& proof) {
    std::vector<std::string> parts;
    const auto add = [&](Verdict verdict, std::string_view one, std::string_view several) {
        const auto count = proof.count(verdict);
        if (count > 0) parts.push_back(fmt::format("{} {}", count, count == 1 ? one : several));
    };
    add(Verdict::restores, "gives back what was before", "give back what was before");
    add(Verdict::leaves, "leaves something else", "leave something else");
    add(Verdict::fails, "fails", "fail");
    add(Verdict::irreversible, "is irreversible", "are irreversible");
    const auto count = base::counted(proof.revisions.size(), "revision");
    return parts.empty() ? count : fmt::format("{}: {}", count, base::join(parts, ", "));
}

std::string changes_by_revision_text(const std::vector<trail::RevisionChanges>& revisions, Style style) {
    std::string text;
    for (const auto& [revision, changes] : revisions) {
        text += style.id(revision->id);
        if (!revision->created.empty()) text += "  " + base::printable_word(revision->created);
        if (!revision->message.empty()) text += "  " + base::printable_word(revision->message);
        text += "\n" + each_line_indented(changes_text(changes, style));
    }
    return text;
}

}  // namespace rev::report
