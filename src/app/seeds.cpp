#include "app/seeds.hpp"

#include <fmt/format.h>

#include <system_error>
#include <utility>

#include "base/files.hpp"
#include "base/text.hpp"
#include "run/as_written.hpp"
#include "run/batch.hpp"
#include "run/failure_text.hpp"
#include "run/prepared.hpp"
#include "script/listing.hpp"
#include "sql/statements.hpp"

namespace rev::app {
namespace {

/// A seed as the SQL of a step that belongs to no revision.
void cut(const Seed& seed, Database& database, run::PreparedStep& step) {
    step.path = script::shown_path(seed.file);
    step.sql = seed.text;
    step.statements = split_statements(seed.text, database.dialect(), step.first_line, database.backslash());
}

void refuse_transaction_control(const run::PreparedStep& seed) {
    for (const auto& statement : seed.statements) {
        const bool fits = statement.kind == StatementKind::ordinary || statement.kind == StatementKind::copy_from_stdin;
        if (fits) continue;
        throw Error(ExitCode::usage, error_codes::seed_not_transactional,
                    fmt::format("a seed runs in one transaction, and {} does not fit into it", statement.command))
            .with_location(run::place_of(run::sql_in_file(seed), statement))
            .with_hint("leave it out; what must run outside a transaction belongs into a revision");
    }
}

/// As exactly as the database tells, else where the statement begins.
Location place_of_failure(const CommandError& error, const run::Batch& batch, const run::PreparedStep& seed) {
    if (error.location().line != 0) {
        auto place = run::as_written(error.location(), run::sql_in_file(seed));
        // Of a statement that does not begin its line, the database has seen a part of the line.
        if (place.line_text.empty()) place.line_text = base::line_of(seed.sql, place.line);
        return place;
    }
    const auto& entry = batch.entry(error.command);
    // What is deferred fails with the commit, for the file as a whole.
    const bool is_of_statement = entry.purpose == run::Batch::Purpose::section;
    return run::statement_location(seed, is_of_statement ? entry.first_statement : seed.statements.size());
}

void run_seed(Database& database, const run::PreparedStep& seed) {
    run::Batch batch;
    batch.begin();
    for (std::size_t index = 0; index < seed.statements.size(); ++index) batch.statement(seed, index);
    batch.commit();
    batch.reset();
    try {
        database.run(batch.commands());
    } catch (const CommandError& error) {
        throw Error(error.exit_code() == ExitCode::database ? ExitCode::database : ExitCode::revision_failed,
                    error_codes::seed_failed, error.what())
            .with_location(place_of_failure(error, batch, seed))
            .with_detail(error.detail())
            .with_sqlstate(error.sqlstate())
            .with_hint("what this file did was rolled back; the database is upgraded, the seeds before it are there");
    }
}

}  // namespace

std::vector<Seed> read_seeds(const Config& config) {
    std::vector<Seed> seeds;
    for (const auto& file : config.seed) {
        try {
            seeds.push_back({file, base::read_text_file(file)});
        } catch (const std::system_error& error) {
            throw Error(ExitCode::usage, error_codes::no_seed,
                        fmt::format("cannot read the seed {}: {}", base::printable(script::shown_path(file)),
                                    error.code().message()))
                .with_hint("`seed` in alembic.yaml names SQL files, relative to that file");
        }
    }
    return seeds;
}

void run_seeds(Database& database, const std::vector<Seed>& seeds) {
    for (const auto& seed : seeds) {
        run::PreparedStep step;
        cut(seed, database, step);
        refuse_transaction_control(step);
        run_seed(database, step);
    }
}

}  // namespace rev::app
