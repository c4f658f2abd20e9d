#include <fmt/format.h>

#include <algorithm>
#include <sstream>
#include <system_error>

#include "autogenerate/comparison.hpp"
#include "autogenerate/hints.hpp"
#include "base/files.hpp"
#include "base/text.hpp"
#include "commands/registry.hpp"
#include "commands/schema_work.hpp"
#include "diagram/drawing.hpp"
#include "report/schema_json.hpp"

namespace rev::commands {
namespace {

struct DumpOptions {
    std::optional<std::string> source;
    std::optional<std::string> file;
    std::optional<std::string> format;
    SchemaOptions schema;
};

void declare_dump(Arguments& arguments, DumpOptions& options) {
    arguments.optional_positional("SOURCE", options.source, "database, schema, a revision, a URL or a path [database]");
    arguments.option("-o,--output", options.file, "FILE", "write to this file, as a whole or not at all");
    arguments.choice("--format", options.format, {"sql", "json", "mermaid", "html", "typescript"},
                     "DDL that loads again, its facts, a diagram, a page, or types [sql]");
    declare_schema_options(arguments, options.schema);
}

std::string json_text(const schema::Model& model) {
    std::ostringstream text;
    json::write_model(text, model);
    return text.str();
}

/// SQLite tells a view's columns only where the view is.
diagram::ColumnsOfViews columns_of_views(autogenerate::Workplace& place, const schema::Model& model) {
    diagram::ColumnsOfViews all;
    const auto is_view = [](const schema::Fact& fact) { return fact.id.kind == schema::Kind::view; };
    if (model.dialect() != Dialect::sqlite || std::ranges::none_of(model.facts(), is_view)) return all;
    try {
        const auto loaded = place.load({{"the schema", autogenerate::dump_text(model)}});
        for (const auto& row : loaded.scratch->database().query(
                 "SELECT s.name, c.name, c.type FROM main.sqlite_schema s, pragma_table_xinfo(s.name, 'main') c WHERE "
                 "s.type = 'view' ORDER BY s.rowid, c.cid"))
            all[base::lower_case(row.at(0).value_or(""))].emplace_back(row.at(1).value_or(""), row.at(2).value_or(""));
    } catch (const Error& error) {  // a view of nothing, a module that is not here: drawn without its columns
        if (autogenerate::ends_all(error)) throw;
    }
    return all;
}

std::string text_of(Context& context, autogenerate::Workplace& place, const schema::Model& model,
                    std::string_view format) {
    if (format == "sql") return autogenerate::dump_text(model);
    if (format == "json") return json_text(model);
    const auto drawing = diagram::draw(model, columns_of_views(place, model));
    if (format == "mermaid") return diagram::mermaid_text(drawing);
    if (format == "typescript") return diagram::typescript_text(drawing, model);
    const auto project = (context.config().directory / "").parent_path().filename().string();
    return diagram::page_html(drawing, project);
}

void write_to(const std::string& file, const std::string& text) {
    try {
        // A dump that fails half-way must not take the place of a good one.
        base::replace_text_file(file, text);
    } catch (const std::system_error& error) {
        throw Error(ExitCode::usage, error_codes::output_failed,
                    fmt::format("cannot write {}: {}", file, error.code().message()));
    }
}

ExitCode run_dump(Context& context, const DumpOptions& options) {
    SchemaWork work(context, options.schema);
    const auto model =
        autogenerate::read_for_dump(work.place(), autogenerate::parse_source(options.source.value_or("database")));
    const auto format = context.json() ? std::string("json") : options.format.value_or("sql");
    const auto text = text_of(context, work.place(), model, format);
    if (options.file)
        write_to(*options.file, text);
    else
        context.out() << text;
    work.tell_unmodelled(model.unmodelled());
    return ExitCode::done;
}

}  // namespace

Subcommand dump_command() {
    return make_subcommand<DumpOptions>("dump", "Print a schema",
                                        "  rev dump                          the database, as DDL that loads again\n"
                                        "  rev dump heads -o schema.sql      what the revisions make\n"
                                        "  rev dump --format html -o schema.html    a page with search and neighbours\n"
                                        "  rev dump --format typescript -o schema.ts",
                                        declare_dump, run_dump);
}

}  // namespace rev::commands
