#include "commands/schema_work.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"
#include "report/schema_text.hpp"
#include "run/prepared.hpp"
#include "state/reporter.hpp"

namespace rev::commands {
void declare_schema_options(Arguments& arguments, SchemaOptions& options) {
    arguments.choice("--scratch", options.scratch, {"url", "database", "server", "transaction"},
                     "where scratch databases are made [the first that can be had]");
    arguments.choice("--dialect", options.dialect, {"postgresql", "sqlite"}, "which database it is about [the URL's]");
}

SchemaWork::SchemaWork(Context& context, const SchemaOptions& options)
    : context_(context),
      options_(options),
      scripts_(context.scripts()),
      graph_(scripts_.load_graph_and_files()),
      reporter_(context.err(), context.err_style(), context.quiet(), context.err_width()),
      replay_reporter_(reporter_, context.err(), context.quiet()) {}

void ReplayReporter::step_started(const run::PreparedStep& /*step*/, std::size_t number, std::size_t of) {
    constexpr std::chrono::seconds between_words{3};
    // Replays are mostly done in a moment: words come only when it takes longer than that.
    if (quiet_ || number == 1 || Clock::now() - last_ < between_words) {
        // Another replay begins, and with it the time that counts.
        if (number == 1) last_ = Clock::now();
        return;
    }
    last_ = Clock::now();
    err_ << fmt::format("Replaying revision {} of {}\n", number, of) << std::flush;
}

autogenerate::WorkplaceOptions workplace_options(Context& context, const SchemaOptions& options,
                                                 const ScriptDirectory& scripts, const Graph& graph,
                                                 state::Reporter& reporter) {
    autogenerate::WorkplaceOptions made{
        .config = context.config(), .scripts = scripts, .graph = graph, .reporter = reporter};
    if (options.scratch) made.way = scratch::find_way(*options.scratch);
    made.wait = context.wait();
    const auto say = [&context](const std::string& text) {
        context.err() << base::printable(text) << '\n' << std::flush;
    };
    if (!context.quiet()) made.announce = say;
    if (context.verbose()) made.tell = say;
    return made;
}

void require_replays(const autogenerate::Workplace& place) {
    if (!place.is_in_transaction()) return;
    throw Error(ExitCode::usage, error_codes::no_proof_in_transaction,
                "--scratch transaction loads a schema; no revision can be run there")
        .with_hint("use another --scratch, such as `--scratch server`");
}

autogenerate::Workplace& SchemaWork::place_for(Dialect dialect) {
    for (const auto& place : places_)
        if (place->dialect() == dialect) return *place;
    auto options = workplace_options(context_, options_, scripts_, graph_, replay_reporter_);
    places_.push_back(std::make_unique<autogenerate::Workplace>(std::move(options), dialect));
    return *places_.back();
}

autogenerate::Workplace& SchemaWork::place() {
    return place_for(autogenerate::dialect_of(context_.config(), options_.dialect));
}

std::vector<autogenerate::Workplace*> SchemaWork::places() {
    const auto& by_dialect = context_.config().schema.by_dialect;
    const bool one = options_.dialect || by_dialect.size() < 2;
    if (one) return {&place()};
    std::vector<autogenerate::Workplace*> all;
    // The one that is connected comes first: what it lacks can be checked against a database.
    const auto first = context_.config().url.empty() ? by_dialect.begin()->first
                                                     : autogenerate::dialect_of(context_.config(), std::nullopt);
    all.push_back(&place_for(first));
    for (const auto& [dialect, settings] : by_dialect)
        if (dialect != first) all.push_back(&place_for(dialect));
    return all;
}

void SchemaWork::tell_unmodelled(std::span<const schema::Unmodelled> unmodelled) {
    const auto text = report::unmodelled_text(unmodelled);
    if (!text.empty() && !context_.quiet()) context_.err() << text << '\n';
}

void SchemaWork::warn_of_drift(std::span<const schema::Change> drift) {
    if (drift.empty()) return;
    context_.err() << fmt::format(
                          "warning: the database differs from what its revisions make ({}); `rev drift` shows "
                          "it, and none of it is written:\n",
                          base::counted(drift.size(), "difference"))
                   << report::changes_text(
                          drift, context_.err_style(),
                          context_.list_length() == report::ListLength::all ? 0 : base::one_screen_of_items);
}

std::set<schema::HazardKind> hazard_kinds(const std::vector<std::string>& names) {
    const auto known = schema::hazard_names();
    std::set<schema::HazardKind> kinds;
    for (const auto& list : names) {
        for (const auto& name : base::split_list(list)) {
            const auto found = std::ranges::find(known, name);
            if (found == known.end()) {
                const auto near = base::closest(name, known);
                throw Error(ExitCode::usage, error_codes::bad_hazard,
                            fmt::format("--fail-on: \"{}\" is no hazard", base::printable(name)))
                    .with_hint(near.empty() ? "the hazards are " + base::join(known, ", ") : base::did_you_mean(near));
            }
            // hazard_names() has them in the order of the enumeration.
            kinds.insert(static_cast<schema::HazardKind>(found - known.begin()));
        }
    }
    return kinds;
}

}  // namespace rev::commands
