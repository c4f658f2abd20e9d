#include <fmt/format.h>

#include "commands/registry.hpp"
#include "report/json.hpp"

namespace rev::commands {
namespace {

struct ListTemplatesOptions {};

void declare_list_templates(Arguments& /*arguments*/, ListTemplatesOptions& /*options*/) {}

ExitCode run_list_templates(Context& context, const ListTemplatesOptions& /*options*/) {
    const auto templates = project_templates();
    if (context.json()) {
        std::vector<json::Named> items;
        for (const auto& item : templates) items.push_back({item.name, item.description});
        json::write_names(context.out(), items);
        return ExitCode::done;
    }
    // In Alembic's words.
    context.out() << "Available templates:\n\n";
    for (const auto& item : templates) context.out() << fmt::format("{} - {}\n", item.name, item.description);
    context.out() << "\nTemplates are used via the 'init' command, e.g.:\n\n  rev init -t " << templates.front().name
                  << " DIR\n";
    return ExitCode::done;
}

}  // namespace

Subcommand list_templates_command() {
    return make_subcommand<ListTemplatesOptions>("list-templates", "List the built-in project templates",
                                                 "  rev list-templates", declare_list_templates, run_list_templates);
}

}  // namespace rev::commands
