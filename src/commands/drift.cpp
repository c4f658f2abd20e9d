#include <fmt/format.h>

#include "autogenerate/comparison.hpp"
#include "base/text.hpp"
#include "commands/registry.hpp"
#include "commands/schema_work.hpp"
#include "report/schema_json.hpp"
#include "report/schema_text.hpp"

namespace rev::commands {
namespace {

struct DriftOptions {
    SchemaOptions schema;
};

void declare_drift(Arguments& arguments, DriftOptions& options) { declare_schema_options(arguments, options.schema); }

ExitCode run_drift(Context& context, const DriftOptions& options) {
    SchemaWork work(context, options.schema);
    const auto drift = autogenerate::find_drift(work.place());
    if (context.json()) {
        json::write_changes(context.out(), drift.changes, {}, drift.unmodelled());
    } else {
        context.out() << report::changes_text(drift.changes, context.out_style());
        context.out().flush();
        if (!context.quiet())
            context.err() << (drift.changes.empty()
                                  ? std::string("No drift: the database is what its revisions make\n")
                                  : fmt::format("{}: somebody changed the database by hand; `rev diff database current "
                                                "--sql` takes it back\n",
                                                base::counted(drift.changes.size(), "difference")));
    }
    work.tell_unmodelled(drift.unmodelled());
    return drift.changes.empty() ? ExitCode::done : ExitCode::negative;
}

}  // namespace

Subcommand drift_command() {
    return make_subcommand<DriftOptions>("drift", "Show what the database has otherwise than its revisions make it",
                                         "  rev drift                     exit code 1 if anything was changed by hand\n"
                                         "  rev -n production drift --json",
                                         declare_drift, run_drift);
}

}  // namespace rev::commands
