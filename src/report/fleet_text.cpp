#include "report/fleet_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>

#include "base/text.hpp"
#include "report/revision_text.hpp"
#include "report/text_reporter.hpp"

namespace rev::report {
namespace {

using fleet::MemberResult;
using fleet::Outcome;

/// Codes of open_database() and of a connection that was lost: the member itself may be as it should be.
bool is_unreachable(const Error& error) {
    constexpr std::array<std::string_view, 12> codes = {
        error_codes::host_not_found,       error_codes::host_unreachable, error_codes::connection_refused,
        error_codes::connection_timeout,   error_codes::login_failed,     error_codes::no_such_database,
        error_codes::too_many_connections, error_codes::server_not_ready, error_codes::ssl_failed,
        error_codes::connection_failed,    error_codes::connection_lost,  error_codes::cannot_open};
    return std::ranges::find(codes, error.code()) != codes.end();
}

std::string rows_words(const std::vector<RevisionId>& rows) {
    auto sorted = rows;
    // A table gives its rows in no order, and by this text members are grouped.
    std::ranges::sort(sorted);
    for (auto& row : sorted) row = base::printable_word(row);
    return sorted.empty() ? "base" : base::join_first(sorted, ", ");
}

std::string with_spaces(std::string_view name) {
    std::string words(name);
    std::ranges::replace(words, '_', ' ');
    return words;
}

std::string painted(const MemberResult& result, std::string_view words, Style style) {
    switch (result.outcome) {
        case Outcome::failed:
            return style.bad(words);
        case Outcome::done:
        case Outcome::sound:
        case Outcome::up_to_date:
            return style.good(words);
        default:
            return style.odd(words);
    }
}

std::size_t name_width(std::span<const MemberResult> results) {
    std::size_t width = 6;
    for (const auto& result : results)
        width = std::max(width, base::count_characters(base::printable_word(result.member->name)));
    return std::min<std::size_t>(width, 40);
}

/// Members that stand alike: what they are, where, and how many steps they lack.
struct Group {
    const MemberResult* first = nullptr;
    std::size_t members = 0;
};
using Groups = std::map<std::tuple<Outcome, std::string, std::size_t>, Group>;

Groups group(std::span<const MemberResult> results) {
    Groups groups;
    for (const auto& result : results) {
        // Failures have words of their own, and are listed one by one.
        if (result.outcome == Outcome::failed) continue;
        auto& one = groups[{result.outcome, rows_words(result.rows), result.steps}];
        if (one.first == nullptr) one.first = &result;
        ++one.members;
    }
    return groups;
}

}  // namespace

std::string_view outcome_name(const MemberResult& result) {
    switch (result.outcome) {
        case Outcome::up_to_date:
            return "up_to_date";
        case Outcome::behind:
            return "behind";
        case Outcome::ahead:
            return "ahead";
        case Outcome::done:
            return "done";
        case Outcome::sound:
            return "ok";
        case Outcome::failed:
            return result.error && is_unreachable(*result.error) ? "unreachable" : "failed";
        case Outcome::not_begun:
            break;
    }
    return "not_begun";
}

std::string fleet_status_text(std::span<const MemberResult> results, const Graph& graph, ListLength length,
                              Style style) {
    std::string text = fmt::format("{:>7}  {:<12} {}\n", "MEMBERS", "STATE", "REVISION");
    for (const auto& [key, one] : group(results)) {
        const auto& result = *one.first;
        auto where = std::get<1>(key);
        if (result.rows.size() == 1) {
            if (const auto* revision = graph.find(result.rows.front())) {
                where.clear();
                append_line(where, graph, *revision, {.branch_and_merge_points = false, .message = true}, style);
            }
        }
        if (result.outcome == Outcome::behind)
            where += fmt::format("  ({} to run)", base::counted(result.steps, "step"));
        const auto words = fmt::format("{:<12}", with_spaces(outcome_name(result)));
        text += fmt::format("{:>7}  {} {}\n", one.members, painted(result, words, style), where);
    }
    std::vector<const MemberResult*> failed;
    for (const auto& result : results)
        if (result.outcome == Outcome::failed) failed.push_back(&result);
    if (failed.empty()) return text;
    for (const std::string_view name : {"failed", "unreachable"}) {
        const auto count = std::ranges::count(failed, name, [](const auto* each) { return outcome_name(*each); });
        if (count > 0) text += fmt::format("{:>7}  {}\n", count, style.bad(name));
    }
    const auto shown = length == ListLength::all ? failed.size() : std::min(failed.size(), base::one_screen_of_items);
    for (std::size_t i = 0; i < shown; ++i) text += member_text(*failed[i], style);
    if (shown < failed.size()) text += fmt::format("... and {} more (-v lists all)\n", failed.size() - shown);
    return text;
}

std::string fleet_members_text(std::span<const MemberResult> results, Style style) {
    const auto width = name_width(results);
    std::string text;
    for (const auto& result : results) {
        const auto words = fmt::format("{:<12}", with_spaces(outcome_name(result)));
        const auto name = base::printable_word(result.member->name);
        const auto padding = std::string(width - std::min(width, base::count_characters(name)), ' ');
        // Where nothing was read, nobody knows.
        const bool is_known = !result.rows.empty() || !result.error;
        text += fmt::format("{}{}  {} {}", name, padding, painted(result, words, style),
                            is_known ? rows_words(result.rows) : "-");
        if (result.outcome == Outcome::behind)
            text += fmt::format("  ({} to run)", base::counted(result.steps, "step"));
        if (result.error) text += fmt::format("  {}", hanging(result.error->what(), 4));
        text += '\n';
    }
    return text;
}

std::string member_text(const MemberResult& result, Style style) {
    auto text = fmt::format("{} {}", painted(result, with_spaces(outcome_name(result)), style),
                            base::printable_word(result.member->name));
    if (result.outcome == Outcome::done)
        text += fmt::format(": {} in {}, now at {}", base::counted(result.steps, "step"), duration_text(result.took),
                            rows_words(result.rows));
    if (result.outcome == Outcome::behind)
        text += fmt::format(": {} to run, at {}", base::counted(result.steps, "step"), rows_words(result.rows));
    if (result.outcome == Outcome::sound) text += fmt::format(": {}", base::counted(result.steps, "verify section"));
    text += '\n';
    for (const auto& remark : result.remarks) text += fmt::format("    {}\n", hanging(remark, 4));
    if (!result.error) return text;
    for (const auto& line : base::split_list(error_text(*result.error, style), '\n'))
        if (!line.empty()) text += "    " + line + '\n';
    return text;
}

std::string fleet_counts_text(std::span<const MemberResult> results) {
    std::map<std::string_view, std::size_t> counts;
    for (const auto& result : results) ++counts[outcome_name(result)];
    std::vector<std::string> parts;
    // In this order and not in the map's: what was done comes first, what is still to do last.
    constexpr std::array<std::string_view, 8> order = {"done",  "ok",     "up_to_date",  "behind",
                                                       "ahead", "failed", "unreachable", "not_begun"};
    for (const auto name : order)
        if (counts.contains(name)) parts.push_back(fmt::format("{} {}", counts[name], with_spaces(name)));
    return parts.empty() ? "no member" : base::join(parts, ", ");
}

std::string queued_run_status_text(const fleet::QueuedRun& run, std::span<const fleet::QueuedMember> members,
                                   Style style) {
    constexpr std::array<std::string_view, 5> states = {"waiting", "running", "done", "failed", "forgotten"};
    std::vector<std::string> rings;
    std::map<std::pair<std::string, std::string>, std::size_t> counts;
    std::string busy;
    for (const auto& member : members) {
        if (std::ranges::find(rings, member.ring) == rings.end()) rings.push_back(member.ring);
        // A newer rev may write a state that this one does not know: the column of none counts it.
        ++counts[{member.ring, member.state}];
        if (member.state == "running")
            busy += fmt::format("running {}, by {}\n", base::printable_word(member.name),
                                base::printable_word(member.worker));
        if (member.state == "failed")
            busy += fmt::format("{} {}: {}\n", style.bad("failed"), base::printable_word(member.name),
                                hanging(member.error, 4));
    }
    auto text = fmt::format("Roll-out {} to {}, of {}\n", run.id, base::printable_word(run.target), run.created_at);
    for (const auto state : states) text += fmt::format("{:>9} ", state);
    text += "ring\n";
    for (const auto& ring : rings) {
        for (const auto state : states) text += fmt::format("{:>9} ", counts[{ring, std::string(state)}]);
        text += (ring.empty() ? "all" : base::printable_word(ring)) + "\n";
    }
    return text + busy;
}

std::string queued_run_text(const fleet::QueuedRun& run, std::span<const fleet::QueuedMember> members, Style style) {
    auto text = fmt::format("Roll-out {} to {}, of {}\n", run.id, base::printable_word(run.target), run.created_at);
    for (const auto& member : members) {
        const auto state = fmt::format("{:<8}", member.state);
        text += fmt::format("{} {}", member.state == "failed" ? style.bad(state) : state,
                            base::printable_word(member.name));
        if (!member.ring.empty()) text += fmt::format(" ({})", base::printable_word(member.ring));
        if (!member.rows.empty()) text += fmt::format(", at {}", base::printable_word(member.rows));
        if (!member.worker.empty()) text += fmt::format(", by {}", base::printable_word(member.worker));
        if (member.attempts > 1) text += fmt::format(", {} attempts", member.attempts);
        if (!member.error.empty()) text += ": " + hanging(member.error, 4);
        text += '\n';
    }
    return text;
}

}  // namespace rev::report
