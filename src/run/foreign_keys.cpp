#include "run/foreign_keys.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <span>

#include "base/text.hpp"
#include "run/step_text.hpp"

namespace rev::run {

ForeignKeys::~ForeignKeys() {
    try {
        database_.set_foreign_keys(before_);
    } catch (const std::exception&) {  // the connection is gone, and the setting with it
    }
}

std::vector<std::string> added_violations(const std::vector<std::string>& before,
                                          const std::vector<std::string>& after) {
    std::vector<std::string> added;
    // The lists are sorted. One that stands twice counts twice.
    std::ranges::set_difference(after, before, std::back_inserter(added));
    return added;
}

Error violation_error(const PreparedStep& step, const std::vector<std::string>& added) {
    constexpr std::size_t most_shown = 20;
    return Error(ExitCode::revision_failed, error_codes::foreign_key_violation,
                 fmt::format("{} would leave {}", step_name(step), base::counted(added.size(), "violated foreign key")))
        .with_detail(base::join(std::span(added).first(std::min(added.size(), most_shown)), "\n"))
        .with_location({.file = step.path, .line = 0, .column = 0, .line_text = {}});
}

}  // namespace rev::run
