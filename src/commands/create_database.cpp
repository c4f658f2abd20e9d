#include <fmt/format.h>

#include "base/text.hpp"
#include "commands/registry.hpp"
#include "commands/whole_database.hpp"
#include "report/json_value.hpp"

namespace rev::commands {
namespace {

struct CreateDatabaseOptions {};

void declare_create_database(Arguments& /*arguments*/, CreateDatabaseOptions& /*options*/) {}

ExitCode run_create_database(Context& context, const CreateDatabaseOptions& /*options*/) {
    WholeDatabase database(context);
    const bool created = database.create();
    if (context.json())
        json::write(context.out(), {{"database", database.name()}, {"created", created}});
    else if (!context.quiet())
        context.out() << (created ? "Created " : "Nothing to do: there is already ") << base::printable(database.name())
                      << '\n';
    return ExitCode::done;
}

}  // namespace

Subcommand create_database_command() {
    return make_subcommand<CreateDatabaseOptions>("create-database", "Make the database that the URL names",
                                                  "  rev create-database                  then: rev upgrade heads\n"
                                                  "  rev -n ci create-database            of an environment",
                                                  declare_create_database, run_create_database);
}

}  // namespace rev::commands
