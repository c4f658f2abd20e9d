#pragma once

#include <optional>
#include <string>
#include <vector>

#include "commands/schema_work.hpp"

namespace rev::commands {

/// What `rev revision --autogenerate` takes beside what `rev revision` does.
struct AutogenerateOptions {
    bool wanted = false;  ///< --autogenerate
    std::optional<std::string> from;
    bool online = false;
    std::vector<std::string> renames;
    std::vector<std::string> fail_on;
    std::optional<std::string> replace;
    bool unproven = false;
    bool allow_empty = false;
    bool yes = false;
    SchemaOptions schema;
};
/// All of them, and --scratch and --dialect, under a title of their own.
void declare_autogenerate_options(Arguments& arguments, AutogenerateOptions& options);

/// Throws Error "usage" if one of them was given without --autogenerate.
void refuse_without_autogenerate(const AutogenerateOptions& options);

/// Writes what lacks as a new revision, or says that nothing does.
ExitCode autogenerate_revision(Context& context, const ScriptRequest& script, const AutogenerateOptions& options);

}  // namespace rev::commands
