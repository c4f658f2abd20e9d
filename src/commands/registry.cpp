#include "commands/registry.hpp"

// Each command once: `name_command()` stands in the command's own file. In the order of --help: what makes files, what
// changes a database, what looks at either. A macro, as C++20 cannot both declare and call what a list names.
#define REV_EACH_COMMAND(COMMAND) \
    COMMAND(init)                 \
    COMMAND(import)               \
    COMMAND(export)               \
    COMMAND(list_templates)       \
    COMMAND(revision)             \
    COMMAND(merge)                \
    COMMAND(rebase)               \
    COMMAND(squash)               \
    COMMAND(edit)                 \
    COMMAND(show)                 \
    COMMAND(upgrade)              \
    COMMAND(downgrade)            \
    COMMAND(stamp)                \
    COMMAND(resume)               \
    COMMAND(repair)               \
    COMMAND(current)              \
    COMMAND(history)              \
    COMMAND(graph)                \
    COMMAND(heads)                \
    COMMAND(branches)             \
    COMMAND(ensure_version)       \
    COMMAND(create_database)      \
    COMMAND(drop_database)        \
    COMMAND(reset)                \
    COMMAND(status)               \
    COMMAND(check)                \
    COMMAND(report)               \
    COMMAND(lint)                 \
    COMMAND(verify)               \
    COMMAND(diff)                 \
    COMMAND(drift)                \
    COMMAND(dump)                 \
    COMMAND(prove)                \
    COMMAND(blame)                \
    COMMAND(log)                  \
    COMMAND(fleet)                \
    COMMAND(completion)           \
    COMMAND(help)                 \
    COMMAND(version)

namespace rev::commands {

#define REV_DECLARE(name) Subcommand name##_command();
REV_EACH_COMMAND(REV_DECLARE)
#undef REV_DECLARE

std::vector<Subcommand> subcommands() {
#define REV_CALL(name) name##_command(),
    return {REV_EACH_COMMAND(REV_CALL)};
#undef REV_CALL
}

}  // namespace rev::commands
