#include "commands/init_from.hpp"

#include <fmt/format.h>

#include "app/connect.hpp"
#include "app/migrate.hpp"
#include "base/text.hpp"
#include "commands/live_schema.hpp"
#include "commands/stop_on_signal.hpp"
#include "import/adopt.hpp"
#include "report/json.hpp"
#include "report/text_reporter.hpp"
#include "state/reporter.hpp"

namespace rev::commands {
namespace {

void require_unversioned(const LiveSchema& live) {
    const auto name = live.url.display();
    if (!live.rows.empty())
        throw Error(ExitCode::usage, error_codes::versioned_already,
                    fmt::format("{} is at {} already: somebody versions it", name, base::join_first(live.rows, ", ")))
            .with_hint("where its revisions are Alembic's, `rev import alembic` takes them over");
    if (live.model.empty())
        throw Error(ExitCode::usage, error_codes::empty_database, name + " is empty: there is nothing to begin with")
            .with_hint("`rev init` starts a project");
}

void stamp(const LiveSchema& live, const Config& config, Context& context, state::Reporter& reporter) {
    const ScriptDirectory scripts(config);
    const auto graph = scripts.load_graph();
    const auto connector = app::connector_to(live.url, config, context.wait(), reporter);
    static_cast<void>(
        app::migrate({.mode = app::MigrateMode::stamp, .targets = {"head"}}, {scripts, graph, connector, reporter}));
}

void tell(Context& context, const foreign::Draft& draft, const LiveSchema& live) {
    std::vector<std::filesystem::path> made;
    for (const auto& file : draft.files) made.push_back(file.path);
    if (context.json()) json::write_paths(context.out(), made);
    if (context.quiet()) return;
    for (const auto& remark : draft.remarks) context.err() << base::printable(remark) << '\n';
    if (context.json()) return;
    for (const auto& path : made) context.out() << "  Creating " << base::printable(path.string()) << " ...  done\n";
    context.out() << fmt::format("{} is at {}: its schema is the first revision\n", base::printable(live.url.display()),
                                 draft.revisions.front().id);
    context.err() << "Set DATABASE_URL, in .env or the environment, then: rev status\n";
}

/// Whether the first revision makes what is there.
void add_remarks(foreign::Draft& draft, const LiveSchema& live) {
    std::string why_not;
    for (const auto& difference : foreign::differences_from(live.model, draft, why_not))
        draft.remarks.push_back("in a new database the first revision makes another schema: it " + difference);
    if (!why_not.empty()) draft.remarks.push_back("the first revision was not tried in a new database: " + why_not);
    for (const auto& kind : live.model.unmodelled())
        draft.remarks.push_back(fmt::format("not in the first revision: {} {}", kind.count, kind.kind));
}

}  // namespace

ExitCode init_from(Context& context, const std::filesystem::path& directory, const std::string& url) {
    const StopOnSignal stop_on_signal;
    report::TextReporter reporter(context.err(), context.err_style(), context.quiet());
    const auto live = read_live_schema(context, url, {});
    require_unversioned(live);
    auto draft = foreign::draft_of_schema(directory, live.sql, live.url.dialect);
    add_remarks(draft, live);
    foreign::DraftWriter writer;
    writer.write(draft);
    // If this fails the files go away again: without its row, an upgrade would make anew what is there.
    stamp(live, draft.config, context, reporter);
    writer.keep();
    tell(context, draft, live);
    return ExitCode::done;
}

}  // namespace rev::commands
