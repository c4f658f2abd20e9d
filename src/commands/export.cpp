#include <fmt/format.h>

#include "base/text.hpp"
#include "commands/registry.hpp"
#include "import/alembic_files.hpp"
#include "report/json.hpp"

namespace rev::commands {
namespace {

namespace fs = std::filesystem;

struct ExportOptions {
    std::string tool;
    std::optional<std::string> directory;
};

void declare_export(Arguments& arguments, ExportOptions& options) {
    arguments.positional("TOOL", options.tool, "alembic");
    arguments.option("-o,--output", options.directory, "DIR", "where; made if it is not there [alembic_versions]");
}

ExitCode run_export(Context& context, const ExportOptions& options) {
    if (options.tool != "alembic")
        throw Error(ExitCode::usage, error_codes::unknown_tool,
                    fmt::format("rev writes no files for \"{}\"", base::printable_word(options.tool)))
            .with_hint("it does for one tool: `rev export alembic`");
    auto scripts = context.scripts();
    const auto graph = scripts.load_graph_and_files();
    const auto directory = (fs::current_path() / options.directory.value_or("alembic_versions")).lexically_normal();
    foreign::Draft draft;
    draft.files = foreign::alembic_files(scripts, graph, directory);
    foreign::DraftWriter writer;
    writer.write(draft);
    writer.keep();
    if (context.json()) {
        std::vector<fs::path> made;
        for (const auto& file : draft.files) made.push_back(file.path);
        json::write_paths(context.out(), made);
    } else if (!context.quiet()) {
        context.out() << fmt::format("Wrote {} to {}\n", base::counted(draft.files.size(), "revision"),
                                     base::printable(options.directory.value_or("alembic_versions")));
        context.err() << "Name that folder in alembic.ini: version_locations\n";
    }
    return ExitCode::done;
}

}  // namespace

Subcommand export_command() {
    return make_subcommand<ExportOptions>("export", "Write the revisions as files of another tool",
                                          "  rev export alembic -o migrations/versions   for Alembic to go on from",
                                          declare_export, run_export);
}

}  // namespace rev::commands
