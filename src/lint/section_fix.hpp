#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "lint/finding.hpp"
#include "lint/section.hpp"
#include "lint/statement_fix.hpp"
#include "script/revision_file.hpp"

namespace rev::lint {

/// By the number of the statement within the upgrade section.
using StatementFixes = std::map<std::size_t, StatementFix>;

/// A revision file with the fixes of its statements put in.
struct FixedFile {
    std::string text;
    bool has_second = false;
    std::string second_upgrade;                   ///< SQL
    std::optional<std::string> second_downgrade;  ///< absent: the file has none either
    bool second_leaves_transactions = false;
};

/// Where they go: what a first revision keeps and what a second one gets, or both into the one file, if its statements
/// run one by one or can. upgrade, downgrade: sections of the file as lint reads them; downgrade null: there is none.
/// Throws NoFix where it cannot be done.
[[nodiscard]] FixedFile fix_file(const RevisionFile& file, const SectionText& upgrade, const SectionText* downgrade,
                                 const StatementFixes& fixes);

/// Keeps what adds values to enums, and moves all else into the second revision, the whole downgrade section with it:
/// the commit lies between them that the values wait for. Throws NoFix where it cannot be done.
[[nodiscard]] FixedFile fix_enum_values(const RevisionFile& file, const SectionText& upgrade,
                                        const SectionText* downgrade);

}  // namespace rev::lint
