#include <fmt/format.h>

#include "base/text.hpp"
#include "commands/init_from.hpp"
#include "commands/registry.hpp"
#include "report/json.hpp"

namespace rev::commands {
namespace {

struct Options {
    std::optional<std::string> directory;
    std::optional<std::string> template_name;
    std::optional<std::string> from;
};

void declare(Arguments& arguments, Options& options) {
    arguments.optional_positional("DIR", options.directory, "where; made if it is not there [the current folder]");
    arguments.option("-t,--template", options.template_name, "NAME", "one of rev list-templates");
    arguments.option("--from", options.from, "URL",
                     "adopt this database: its schema is the first revision, which is recorded there");
}

ExitCode run(Context& context, const Options& options) {
    if (options.from) {
        if (options.template_name)
            throw Error(ExitCode::usage, error_codes::usage,
                        "--template does not go with --from: the database says which it is");
        const auto directory = std::filesystem::current_path() / options.directory.value_or(".");
        return init_from(context, directory.lexically_normal(), *options.from);
    }
    const auto created =
        init_project(options.directory.value_or("."), options.template_name.value_or(project_templates().front().name));
    if (context.json()) json::write_paths(context.out(), created.made);
    if (context.quiet()) return ExitCode::done;
    for (const auto& remark : created.remarks) context.err() << base::printable(remark) << '\n';
    if (context.json()) return ExitCode::done;
    for (const auto& path : created.made)
        context.out() << "  Creating " << base::printable(path.string()) << " ...  done\n";
    context.err() << "Next: rev revision -m \"first change\". The url of alembic.yaml says which database it is for\n";
    return ExitCode::done;
}

}  // namespace

Subcommand init_command() {
    return make_subcommand<Options>("init", "Start a project: alembic.yaml, versions/, templates/",
                                    "  rev init              in the current folder\n"
                                    "  rev init db -t NAME   in db/, from another template\n"
                                    "  rev init --from \"$DATABASE_URL\"   of a database that nobody versioned",
                                    declare, run);
}

}  // namespace rev::commands
