#include <fmt/format.h>

#include "base/text.hpp"
#include "commands/registry.hpp"
#include "commands/whole_database.hpp"
#include "report/json_value.hpp"

namespace rev::commands {
namespace {

struct DropDatabaseOptions {
    bool yes = false;
    bool force = false;
};

void declare_drop_database(Arguments& arguments, DropDatabaseOptions& options) {
    arguments.flag("--yes", options.yes, "do not ask");
    arguments.flag("--force", options.force, "PostgreSQL: end the sessions of others that use it");
}

ExitCode run_drop_database(Context& context, const DropDatabaseOptions& options) {
    // Before anything is asked of the database: protection does not depend on what is there.
    refuse_protected(context, "drop the database");
    WholeDatabase database(context);
    if (!options.yes && database.is_there())
        context.confirm(fmt::format("Drop the database {} with all that is in it?", database.name()));
    const bool dropped = database.drop(options.force ? OtherSessions::end : OtherSessions::keep);
    if (context.json())
        json::write(context.out(), {{"database", database.name()}, {"dropped", dropped}});
    else if (!context.quiet())
        context.out() << (dropped ? "Dropped " : "Nothing to do: there is no ") << base::printable(database.name())
                      << '\n';
    return ExitCode::done;
}

}  // namespace

Subcommand drop_database_command() {
    return make_subcommand<DropDatabaseOptions>("drop-database", "Drop the database that the URL names",
                                                "  rev drop-database\n"
                                                "  rev -n ci drop-database --yes   without being asked",
                                                declare_drop_database, run_drop_database);
}

}  // namespace rev::commands
