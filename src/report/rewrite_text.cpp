#include "report/rewrite_text.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"
#include "report/revision_text.hpp"
#include "report/schema_text.hpp"

namespace rev::report {
namespace {

std::string ids_text(const std::vector<RevisionId>& ids) { return base::join_first(ids, ", "); }

std::vector<RevisionId> moved_ids(const Revisions& revisions) {
    std::vector<RevisionId> ids;
    for (const auto* revision : revisions) ids.push_back(revision->id);
    return ids;
}

std::string all_of(const TableTouch& touch) {
    auto ids = touch.changed_by;
    ids.insert(ids.end(), touch.used_by.begin(), touch.used_by.end());
    return ids_text(ids);
}

/// "Both change account: b1 and c1" or "b1 changes account, which c1 uses".
std::string shared_text(const SharedTable& table) {
    const auto name = base::printable_word(table.name);
    const auto& mine = table.mine;
    const auto& theirs = table.theirs;
    if (!mine.changed_by.empty() && !theirs.changed_by.empty())
        return fmt::format("Both change {}: {} here, {} there", name, all_of(mine), all_of(theirs));
    const bool is_mine = !mine.changed_by.empty();
    return fmt::format("{} {} {}, which {} {}", ids_text(is_mine ? mine.changed_by : theirs.changed_by),
                       (is_mine ? mine : theirs).changed_by.size() == 1 ? "changes" : "change", name,
                       all_of(is_mine ? theirs : mine), (is_mine ? theirs : mine).used_by.size() == 1 ? "uses" : "use");
}

}  // namespace

const std::string& path_after(const RebaseReport& report, const Revision& revision) {
    const auto found = std::ranges::find(report.renumbered, revision.path, &RenumberedFile::path);
    return found == report.renumbered.end() ? revision.path : found->new_path;
}

std::string rebase_text(const RebaseReport& report, Style style) {
    std::string text;
    for (const auto& file : report.renumbered)
        text +=
            fmt::format("{} is {} now: {}\n", style.id(file.from), style.id(file.to), base::printable(file.new_path));
    for (const auto* revision : report.lowest)
        text += fmt::format("{} revises {} now, not {}: {}\n", style.id(revision->id), style.id(report.onto->id),
                            parents_text(*revision), base::printable(path_after(report, *revision)));
    if (report.moved.size() > report.lowest.size())
        text +=
            fmt::format("With {}: {}\n", report.lowest.size() == 1 ? "it" : "them", ids_text(moved_ids(report.moved)));
    for (const auto& table : report.tables) text += shared_text(table) + "\n";
    if (report.is_dry_run) text += "Nothing was changed\n";
    return text;
}

std::string squash_text(const SquashReport& report, Style style) {
    auto text = fmt::format("{} stands for {}: {}\n", style.id(report.id),
                            base::counted(report.squashes.size(), "revision"), base::printable(report.path));
    if (!report.old_files.empty()) text += fmt::format("The old files are in {}\n", base::printable(report.old_files));
    if (!report.left_out.empty())
        text += fmt::format("Not carried over, as {} may change rows:\n", report.left_out.size() == 1 ? "it" : "they");
    for (const auto& statement : report.left_out)
        text += fmt::format("    {}:{}: {}\n", base::printable(statement.path), statement.line, statement.sql);
    if (report.is_dry_run) text += "Nothing was changed\n";
    return text;
}

std::string squash_difference_text(const trail::SquashProof& proof) {
    const auto where = proof.after_downgrade ? "after its downgrade: " : "";
    if (!proof.reason.empty()) return where + proof.reason;
    constexpr std::size_t most = 3;
    std::vector<std::string> changes;
    for (const auto& change : proof.changes) changes.push_back(change_text(change));
    auto text = where + base::join(std::vector(changes.begin(),
                                               changes.begin() + std::ptrdiff_t(std::min(changes.size(), most))),
                                   ", ");
    if (changes.size() > most) text += fmt::format(" and {} more", changes.size() - most);
    return text;
}

}  // namespace rev::report
