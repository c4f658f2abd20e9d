#include "commands/lint_plan.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "base/text.hpp"
#include "lint/lint.hpp"
#include "lint/output.hpp"

namespace rev::commands {

std::optional<int> major_version(Database& database) {
    if (database.dialect() != Dialect::postgresql) return std::nullopt;
    const auto version = database.server_info().version;
    int major = 0;
    const auto read = std::from_chars(version.data(), version.data() + version.size(), major);
    return read.ec == std::errc() ? std::optional(major) : std::nullopt;
}

void refuse_lint_errors(Context& context, const ScriptDirectory& scripts, const Graph& graph, const Plan& plan,
                        Database& database) {
    lint::LintRequest request;
    for (const auto& step : plan.steps)
        // The step of a stamp to base has none.
        if (step.revision != nullptr) request.revisions.push_back(step.revision);
    request.is_one_plan = true;
    request.dialect = database.dialect();
    request.server_version = major_version(database);
    const auto result = lint::lint_revisions(scripts, graph, request);
    // Warnings and notices too: this is the last moment in which they are of use.
    lint::write_text(context.err(), result);
    const auto errors =
        static_cast<std::size_t>(std::ranges::count(result.findings, lint::Level::error, &lint::Finding::level));
    if (errors == 0) return;
    throw Error(ExitCode::negative, error_codes::lint_errors,
                fmt::format("lint finds {} in what is to run; nothing was changed", base::counted(errors, "error")))
        .with_hint("mend the revisions, or accept a finding with `-- rev:ignore RULE reason` above its statement");
}

}  // namespace rev::commands
