#include <fmt/format.h>

#include <sstream>
#include <system_error>

#include "autogenerate/comparison.hpp"
#include "autogenerate/hints.hpp"
#include "base/files.hpp"
#include "commands/registry.hpp"
#include "commands/schema_work.hpp"
#include "report/schema_json.hpp"

namespace rev {
namespace {

struct Options {
    std::optional<std::string> source;
    std::optional<std::string> file;
    std::optional<std::string> format;
    SchemaOptions schema;
};

void declare(Arguments& arguments, Options& options) {
    arguments.optional_positional("SOURCE", options.source, "database, schema, a revision, a URL or a path [database]");
    arguments.option("-o,--output", options.file, "FILE", "write to this file, as a whole or not at all");
    arguments.choice("--format", options.format, {"sql", "json"}, "DDL that loads again, or the facts [sql]");
    declare_schema_options(arguments, options.schema);
}

std::string text_of(const schema::Model& model, bool as_json) {
    if (!as_json) return app::dump_text(model);
    std::ostringstream text;
    json::write_model(text, model);
    return text.str();
}

void write_to(const std::string& file, const std::string& text) {
    try {
        // A dump that fails half-way must not take the place of a good one.
        replace_text_file(file, text);
    } catch (const std::system_error& error) {
        throw Error(ExitCode::usage, "output_failed", fmt::format("cannot write {}: {}", file, error.code().message()));
    }
}

ExitCode run(Context& context, const Options& options) {
    SchemaWork work(context, options.schema);
    const auto model = app::read_for_dump(work.place(), app::parse_source(options.source.value_or("database")));
    const auto text = text_of(model, context.json() || options.format == "json");
    if (options.file)
        write_to(*options.file, text);
    else
        context.out() << text;
    work.tell_unmodelled(model.unmodelled());
    return ExitCode::done;
}

}  // namespace

Subcommand dump_command() {
    return make_subcommand<Options>("dump", "Print a schema",
                                    "  rev dump                          the database, as DDL that loads again\n"
                                    "  rev dump heads -o schema.sql      what the revisions make\n"
                                    "  rev dump --format json",
                                    declare, run);
}

}  // namespace rev
