#include "report/losses_text.hpp"

#include <fmt/format.h>

#include <initializer_list>
#include <vector>

#include "base/text.hpp"

namespace rev::report {
namespace {

std::string lost_number(const run::LostRows& lost) {
    switch (lost.certainty) {
        case run::LostRows::Certainty::at_least:
            return fmt::format("at least {}", lost.rows);
        case run::LostRows::Certainty::estimate:
            return fmt::format("about {}", lost.rows);
        case run::LostRows::Certainty::exact:
        case run::LostRows::Certainty::unknown:
            break;
    }
    return std::to_string(lost.rows);
}

std::string loss_text(const run::LostRows& lost) {
    const auto table = base::printable(lost.table);
    if (lost.certainty == run::LostRows::Certainty::unknown) return table + " (its rows may not be read)";
    const auto rows = fmt::format("{} row{}", lost_number(lost), lost.rows == 1 ? "" : "s");
    switch (lost.kind) {
        case run::LostRows::Kind::column:
            return fmt::format("column {}.{} ({} with a value)", table, base::printable(lost.column), rows);
        case run::LostRows::Kind::changed:
            return fmt::format("{}.{} ({} with a value)", table, base::printable(lost.column), rows);
        case run::LostRows::Kind::deleted:
            return fmt::format("{} ({})", table, lost_number(lost));
        case run::LostRows::Kind::dropped:
        case run::LostRows::Kind::replaced:
            break;
    }
    return fmt::format("{} ({})", table, rows);
}

/// "drops account (3 rows), item (1 row)"; empty if there is nothing of these kinds.
std::string loss_phrase(const run::Losses& losses, std::string_view verb,
                        std::initializer_list<run::LostRows::Kind> kinds) {
    std::vector<std::string> parts;
    for (const auto kind : kinds)
        for (const auto& lost : losses.rows)
            if (lost.kind == kind) parts.push_back(loss_text(lost));
    return parts.empty() ? std::string() : fmt::format("{} {}", verb, base::join(parts, ", "));
}

std::string all_losses_text(const run::Losses& losses) {
    std::vector<std::string> phrases;
    for (auto&& text : {loss_phrase(losses, "drops", {run::LostRows::Kind::dropped, run::LostRows::Kind::column}),
                        loss_phrase(losses, "deletes rows from", {run::LostRows::Kind::deleted}),
                        loss_phrase(losses, "replaces the rows of", {run::LostRows::Kind::replaced}),
                        loss_phrase(losses, "changes the values of", {run::LostRows::Kind::changed})})
        if (!text.empty()) phrases.push_back(text);
    if (phrases.size() < 2) return base::join(phrases, "");
    const auto last = phrases.back();
    phrases.pop_back();
    return fmt::format("{}, and {}", base::join(phrases, ", "), last);
}

}  // namespace

std::string losses_text(const run::Losses& losses) {
    std::string text;
    if (!losses.rows.empty()) text = fmt::format("The downgrade {}.", all_losses_text(losses));
    if (losses.untried.empty()) return text;
    if (text.empty())
        return fmt::format("What the downgrade loses is not known, as it could not be tried: {}.",
                           base::printable(losses.untried));
    return text +
           fmt::format(" It may lose more, as not all of it could be tried: {}.", base::printable(losses.untried));
}

}  // namespace rev::report
