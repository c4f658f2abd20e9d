#include <fmt/format.h>

#include <optional>
#include <system_error>

#include "base/files.hpp"
#include "base/text.hpp"
#include "commands/init_from.hpp"
#include "commands/registry.hpp"
#include "db/database_url.hpp"
#include "report/json.hpp"

namespace rev::commands {
namespace {

struct InitOptions {
    std::optional<std::string> directory;
    std::optional<std::string> template_name;
    std::optional<std::string> from;
};

void declare_init(Arguments& arguments, InitOptions& options) {
    arguments.optional_positional("DIR", options.directory, "where; made if it is not there [the current folder]");
    arguments.option("-t,--template", options.template_name, "NAME", "one of rev list-templates");
    arguments.option("--from", options.from, "URL",
                     "adopt this database: its schema is the first revision, which is recorded there");
}

/// The template for a database: that of its dialect.
std::string template_for(const InitOptions& options, const std::optional<DatabaseUrl>& url) {
    if (options.template_name) return *options.template_name;
    return url && url->dialect == Dialect::postgresql ? "postgresql" : project_templates().front().name;
}

/// As .env takes it: in single quotes everything is as it stands, but for one of them.
std::string quoted(const std::string& value) {
    if (value.find('\'') == std::string::npos) return "'" + value + "'";
    std::string text = "\"";
    for (const char c : value) {
        if (c == '"' || c == '\\' || c == '$') text += '\\';
        text += c;
    }
    return text + '"';
}

/// Writes .env beside alembic.yaml, which takes the address from there, so that no password comes into the project.
void keep_address(CreatedProject& created, const std::filesystem::path& directory, const std::string& url) {
    const auto file = directory / ".env";
    try {
        // For nobody else's eyes: it may hold a password.
        base::PendingFile pending(file, 0600);
        base::replace_text_file(pending.path(), "DATABASE_URL=" + quoted(url) + "\n");
        pending.keep();
    } catch (const std::system_error& error) {
        if (error.code() != std::errc::file_exists) throw;
        created.remarks.push_back(fmt::format("{} is there and stays as it is: set DATABASE_URL in it", file.string()));
        return;
    }
    created.made.push_back(file);
    created.remarks.emplace_back(".env holds the address of the database: keep it out of version control");
}

ExitCode run_init(Context& context, const InitOptions& options) {
    if (options.from) {
        if (options.template_name)
            throw Error(ExitCode::usage, error_codes::usage,
                        "--template does not go with --from: the database says which it is");
        const auto directory = std::filesystem::current_path() / options.directory.value_or(".");
        return init_from(context, directory.lexically_normal(), *options.from);
    }
    std::optional<DatabaseUrl> url;
    if (context.given_url()) url = parse_database_url(*context.given_url());
    const std::filesystem::path directory = options.directory.value_or(".");
    auto created = init_project(directory, template_for(options, url));
    if (url) keep_address(created, directory, *context.given_url());
    if (context.json()) json::write_paths(context.out(), created.made);
    if (context.quiet()) return ExitCode::done;
    for (const auto& remark : created.remarks) context.err() << base::printable(remark) << '\n';
    if (context.json()) return ExitCode::done;
    for (const auto& path : created.made)
        context.out() << "  Creating " << base::printable(path.string()) << " ...  done\n";
    context.err() << "Next: rev revision -m \"first change\"."
                  << (url ? "" : " The url of alembic.yaml says which database it is for") << '\n';
    return ExitCode::done;
}

}  // namespace

Subcommand init_command() {
    return make_subcommand<InitOptions>("init", "Start a project: alembic.yaml, versions/, templates/",
                                        "  rev init              in the current folder\n"
                                        "  rev init --url postgresql://app@db/app   for that database\n"
                                        "  rev init db -t NAME   in db/, from another template\n"
                                        "  rev init --from \"$DATABASE_URL\"   of a database that nobody versioned",
                                        declare_init, run_init);
}

}  // namespace rev::commands
