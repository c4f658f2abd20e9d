#include <fmt/format.h>

#include "base/text.hpp"
#include "commands/registry.hpp"
#include "commands/whole_database.hpp"
#include "report/json_value.hpp"

namespace rev::commands {
namespace {

struct Options {};

void declare(Arguments& /*arguments*/, Options& /*options*/) {}

ExitCode run(Context& context, const Options& /*options*/) {
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
    return make_subcommand<Options>("create-database", "Make the database that the URL names",
                                    "  rev create-database                  then: rev upgrade heads\n"
                                    "  rev -n ci create-database            of an environment",
                                    declare, run);
}

}  // namespace rev::commands
