#include "run/foreign_keys.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <span>
#include <string_view>
#include <tuple>

#include "base/text.hpp"
#include "run/step_text.hpp"

namespace rev::run {

ForeignKeys::~ForeignKeys() {
    try {
        database_.set_foreign_keys(before_);
    } catch (const std::exception&) {  // the connection is gone, and the setting with it
    }
}

namespace {

std::map<std::string, std::string> names_by_page(Database& database) {
    std::map<std::string, std::string> names;
    for (auto& row :
         database.query("SELECT rootpage, name FROM main.sqlite_master WHERE type = 'table' AND rootpage > 0", {}))
        names.emplace(row.at(0).value_or(""), row.at(1).value_or(""));
    return names;
}

/// New names by old ones, in lower case, of tables that have got another: a table that is renamed stays where it is.
std::map<std::string, std::string> renamed_tables(const std::map<std::string, std::string>& before,
                                                  const std::map<std::string, std::string>& after) {
    std::set<std::string> there;
    for (const auto& [page, name] : after) there.insert(base::lower_case(name));
    std::map<std::string, std::string> renamed;
    for (const auto& [page, name] : before) {
        const auto found = after.find(page);
        // One that is made anew under its name is at another page, where another table may have been.
        if (found != after.end() && !there.contains(base::lower_case(name)))
            renamed.emplace(base::lower_case(name), base::lower_case(found->second));
    }
    return renamed;
}

/// The table that a key which cannot be checked refers to. SQLite's words: foreign key mismatch - "a" referencing "b".
std::string parent_in(std::string_view mismatch) {
    constexpr std::string_view before = " referencing \"";
    const auto start = mismatch.find(before);
    if (start == std::string_view::npos || !mismatch.ends_with('"')) return std::string(mismatch);
    std::string parent;
    for (auto at = start + before.size(); at + 1 < mismatch.size(); ++at) {
        parent += mismatch[at];
        if (mismatch[at] == '"') ++at;  // one within the name stands twice
    }
    return parent;
}

/// What a violation is known by: its columns may have got other names.
using Known = std::tuple<std::string, std::string, std::string, bool>;

Known known_by(const ForeignKeyViolation& violation, const std::map<std::string, std::string>& renamed) {
    const auto name = [&](const std::string& table) {
        const auto lower = base::lower_case(table);
        const auto found = renamed.find(lower);
        return found == renamed.end() ? lower : found->second;
    };
    const auto is_row = violation.mismatch.empty();
    return {name(violation.table), violation.values, name(is_row ? violation.parent : parent_in(violation.mismatch)),
            is_row};
}

}  // namespace

ForeignKeyCheck::ForeignKeyCheck(Database& database) : database_(database), before_(database.foreign_key_violations()) {
    if (!before_.empty()) names_ = names_by_page(database);
}

ForeignKeyCheck::Result ForeignKeyCheck::compare() {
    const auto after = database_.foreign_key_violations();
    std::map<std::string, std::string> renamed;
    if (!before_.empty() && !after.empty()) renamed = renamed_tables(names_, names_by_page(database_));
    // One that stands twice counts twice.
    std::multiset<Known> before;
    for (const auto& violation : before_) before.insert(known_by(violation, renamed));
    Result result;
    for (const auto& violation : after) {
        const auto found = before.find(known_by(violation, {}));
        (found == before.end() ? result.added : result.older).push_back(to_string(violation));
        if (found != before.end()) before.erase(found);
    }
    return result;
}

Error violation_error(const PreparedStep& step, const std::vector<std::string>& added) {
    constexpr std::size_t most_shown = 20;
    return Error(ExitCode::revision_failed, error_codes::foreign_key_violation,
                 fmt::format("{} would leave {}", step_name(step), base::counted(added.size(), "violated foreign key")))
        .with_detail(base::join(std::span(added).first(std::min(added.size(), most_shown)), "\n"))
        .with_location({.file = step.path, .line = 0, .column = 0, .line_text = {}});
}

}  // namespace rev::run
