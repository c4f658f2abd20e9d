#include "run/foreign_keys.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <span>
#include <string_view>
#include <utility>

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

using TableNames = std::set<std::string>;

TableNames table_names(Database& database) {
    TableNames names;
    for (const auto& row : database.query("SELECT name FROM main.sqlite_master WHERE type = 'table'", {}))
        names.insert(base::lower_case(row.at(0).value_or("")));
    return names;
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

/// A violation's two tables, in lower case.
struct Tables {
    std::string child;
    std::string parent;
};

Tables tables_of(const ForeignKeyViolation& violation) {
    const auto& parent = violation.mismatch.empty() ? violation.parent : parent_in(violation.mismatch);
    return {base::lower_case(violation.table), base::lower_case(parent)};
}

/// What it is known by beside its tables. Not the columns: they may have got other names.
std::pair<bool, std::string> known_by(const ForeignKeyViolation& violation) {
    return {violation.mismatch.empty(), violation.values};
}

}  // namespace

ForeignKeyCheck::ForeignKeyCheck(Database& database) : database_(database), before_(database.foreign_key_violations()) {
    if (!before_.empty()) names_ = table_names(database);
}

ForeignKeyCheck::Result ForeignKeyCheck::compare() {
    const auto after = database_.foreign_key_violations();
    const auto names = after.empty() || before_.empty() ? TableNames() : table_names(database_);
    // A name that has come may be that of any table whose name has gone, be it renamed or made anew and filled.
    const auto may_be = [&](const std::string& old_name, const std::string& name) {
        return old_name == name || (names_.contains(old_name) && !names.contains(old_name) && names.contains(name) &&
                                    !names_.contains(name));
    };
    std::multimap<std::pair<bool, std::string>, Tables> before;
    for (const auto& violation : before_) before.emplace(known_by(violation), tables_of(violation));
    Result result;
    for (const auto& violation : after) {
        const auto now = tables_of(violation);
        auto [found, end] = before.equal_range(known_by(violation));
        while (found != end && !(may_be(found->second.child, now.child) && may_be(found->second.parent, now.parent)))
            ++found;
        (found == end ? result.added : result.older).push_back(to_string(violation));
        // One that stands twice counts twice.
        if (found != end) before.erase(found);
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
