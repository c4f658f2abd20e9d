#include "commands/live_schema.hpp"

#include "app/connect.hpp"
#include "autogenerate/hints.hpp"
#include "catalog/read_model.hpp"
#include "import/adopt.hpp"
#include "import/trial.hpp"
#include "run/prepared.hpp"
#include "state/reporter.hpp"

namespace rev::commands {

LiveSchema read_live_schema(Context& context, const std::string& url, const Config& config) {
    LiveSchema live;
    live.url = parse_database_url(url);
    state::Reporter silent;
    const auto database = app::open_waiting(live.url, app::reading_options(config), context.wait(), silent);
    const auto found = state::find_tables(*database, app::version_table(config));
    live.rows = state::read_rows(*database, found);
    // The setting may leave the schema to the search path; own tables are named by where they were found.
    auto with_schema = config;
    with_schema.version_table_schema = found.table.schema;
    catalog::ReadOptions options;
    options.own_tables = foreign::own_tables(with_schema, live.url.dialect);
    // Roles are the server's, and another one has none of them.
    live.model = foreign::without_permissions(catalog::read_model(*database, options));
    live.sql = autogenerate::dump_text(live.model);
    return live;
}

}  // namespace rev::commands
