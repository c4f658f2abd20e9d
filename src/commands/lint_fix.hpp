#pragma once

#include <optional>
#include <string>

#include "commands/context.hpp"
#include "lint/lint.hpp"

namespace rev::commands {

/// What `rev lint --fix` is asked for.
struct LintFixOptions {
    std::optional<std::string> scratch;  ///< of --scratch
    bool dry_run = false;
    bool no_proof = false;
};

/// What lint has found, and where.
struct LintedProject {
    const ScriptDirectory& scripts;
    const Graph& graph;
    const lint::LintRequest& request;
    const lint::LintResult& result;
};

/// Writes what has one safe form in that form: shows the difference, proves in scratch that the schema is the same, and
/// changes the files; all of them or none. Exit code 1 if a warning or an error is left, or nothing is proven.
[[nodiscard]] ExitCode fix_revisions(Context& context, const LintedProject& project, const LintFixOptions& options);

}  // namespace rev::commands
