#include <fmt/format.h>

#include "base/text.hpp"
#include "commands/registry.hpp"
#include "report/json.hpp"

namespace rev {
namespace {

struct Options {
    std::optional<std::string> directory;
    std::optional<std::string> template_name;
};

void declare(Arguments& arguments, Options& options) {
    arguments.optional_positional("DIR", options.directory, "where; made if it is not there [the current folder]");
    arguments.option("-t,--template", options.template_name, "NAME", "one of rev list-templates");
}

ExitCode run(Context& context, const Options& options) {
    const auto created =
        init_project(options.directory.value_or("."), options.template_name.value_or(project_templates().front().name));
    if (context.json()) json::write_paths(context.out(), created.made);
    if (context.quiet()) return ExitCode::done;
    for (const auto& remark : created.remarks) context.err() << printable(remark) << '\n';
    if (context.json()) return ExitCode::done;
    for (const auto& path : created.made) context.out() << "  Creating " << printable(path.string()) << " ...  done\n";
    context.err() << "Set the database's URL in alembic.yaml, then: rev revision -m \"first change\"\n";
    return ExitCode::done;
}

}  // namespace

Subcommand init_command() {
    return make_subcommand<Options>("init", "Start a project: alembic.yaml, versions/, templates/",
                                    "  rev init              in the current folder\n"
                                    "  rev init db -t NAME   in db/, from another template",
                                    declare, run);
}

}  // namespace rev
