// How a workplace gets the model of DDL: in scratch, or within a transaction of the target.

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <set>
#include <utility>

#include "app/connect.hpp"
#include "autogenerate/workplace.hpp"
#include "rev/stop.hpp"
#include "scratch/beyond.hpp"
#include "scratch/in_transaction.hpp"
#include "scratch/schema_command.hpp"

namespace rev::autogenerate {
namespace {

Error no_desired_schema(Dialect dialect) {
    return Error(ExitCode::usage, error_codes::no_schema_configured,
                 fmt::format("alembic.yaml names no desired schema for {}", dialect_name(dialect)))
        .with_hint(
            "write `schema: schema.sql`, or `schema: { command: ... }` for a program that prints DDL; "
            "`man rev-autogenerate` tells more");
}

}  // namespace

/// The schemas themselves are the database's: what stands for them in the transaction is another one's.
schema::Model Workplace::load_in_target(const std::vector<scratch::DdlText>& texts, scratch::LoadedDdl& loading) {
    const auto target =
        open_database(parse_database_url(require_url(config())), app::writing_options(config(), options_.reporter));
    const auto* settings = config().schema.find(dialect_);
    const auto schemas =
        settings != nullptr && !settings->schemas.empty() ? settings->schemas : scratch::find_schemas(*target);
    const auto is_of_schema = [](const schema::Fact& fact) {
        return fact.id.kind == schema::Kind::schema || (fact.parent && fact.parent->kind == schema::Kind::schema &&
                                                        !fact.id.name.empty() && fact.id.name.front() == "schema");
    };
    std::vector<schema::Fact> facts;
    const auto live = read(*target, schemas);
    std::ranges::copy_if(live.facts(), std::back_inserter(facts), is_of_schema);
    schema::Model loaded;
    loading = scratch::load_in_transaction(*target, schemas, texts,
                                           [&](Database& database) { loaded = read(database, schemas); });
    std::ranges::copy_if(loaded.facts(), std::back_inserter(facts),
                         [&](const schema::Fact& fact) { return !is_of_schema(fact); });
    return {loaded.dialect(),
            loaded.server_version(),
            std::move(facts),
            {loaded.unmodelled().begin(), loaded.unmodelled().end()}};
}

ScratchModel Workplace::load_in_scratch(const std::vector<scratch::DdlText>& texts, const std::string& beyond,
                                        scratch::LoadedDdl& loaded, std::set<scratch::Content>* before) {
    learn_default_privileges();
    const auto run = [&] {
        ScratchModel loading{make_scratch(beyond), {}};
        if (before != nullptr) *before = scratch::find_contents(loading.scratch->database());
        loaded = scratch::load_ddl(loading.scratch->database(), texts);
        return loading;
    };
    auto made = with_platform(beyond, run);
    if (lacks_default_privileges(made.scratch->database(), beyond)) made = with_platform(beyond, run);
    made.model = read(made.scratch->database());
    return made;
}

ScratchModel Workplace::load(const std::vector<scratch::DdlText>& texts) {
    scratch::LoadedDdl loaded;
    if (is_in_transaction()) return {nullptr, load_in_target(texts, loaded)};
    return load_in_scratch(texts, {}, loaded, nullptr);
}

/// Of texts that may leave nothing but definitions.
schema::Model Workplace::load_definitions(const std::vector<scratch::DdlText>& texts, scratch::LoadedDdl& loaded) {
    if (is_in_transaction()) return load_in_target(texts, loaded);
    const auto beyond = dialect_ == Dialect::postgresql ? scratch::find_beyond(texts) : std::string();
    std::set<scratch::Content> before;
    const auto made = load_in_scratch(texts, beyond, loaded, &before);
    if (!loaded.leaves_temporary && scratch::find_contents(made.scratch->database()) == before) return made.model;
    std::vector<scratch::DdlText> in_order;
    for (const auto index : loaded.order) in_order.push_back(texts.at(index));
    const auto fresh = make_scratch(beyond);
    scratch::refuse_contents(fresh->database(), in_order);
    return made.model;
}

Desired Workplace::load_desired() {
    const auto* settings = config().schema.find(dialect_);
    if (settings == nullptr || !settings->has_source()) throw no_desired_schema(dialect_);
    Desired desired;
    if (settings->command.empty())
        desired.texts = scratch::read_ddl(settings->files);
    else
        desired.texts = {scratch::run_schema_command(config(), *settings, dialect_, stop_requested)};
    for (const auto& text : desired.texts) scratch::refuse_what_is_no_schema(text, dialect_);
    scratch::LoadedDdl loaded;
    desired.model = load_definitions(desired.texts, loaded);
    desired.unchecked_function_bodies = loaded.unchecked_function_bodies;
    return desired;
}

}  // namespace rev::autogenerate
