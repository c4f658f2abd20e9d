#include "trail/data_file.hpp"

#include <fmt/format.h>

#include <utility>

#include "scratch/fill.hpp"

namespace rev::trail {

DataFile::DataFile(scratch::DdlText ddl, Dialect dialect)
    : shown_(std::move(ddl.shown)), text_(scratch::without_restrict_commands(std::move(ddl.text))) {
    // Each statement is tried in a transaction of its own, which BEGIN and COMMIT of the file would disturb.
    for (auto& statement : split_statements(text_, dialect))
        if (statement.kind != StatementKind::transaction_control) parts_.push_back({.statement = std::move(statement)});
}

bool DataFile::try_to_run(Database& database, Part& part) {
    const auto& statement = part.statement;
    const bool is_copy = statement.kind == StatementKind::copy_from_stdin;
    const auto refused = scratch::refusal_of(database, {.kind = is_copy ? Command::Kind::copy : Command::Kind::sql,
                                                        .sql = statement.text,
                                                        .data = statement.copy_data});
    if (refused)
        part.reason = refused->what();
    else
        part.ever_ran = true;
    return !refused;
}

void DataFile::run_pending(Database& database, std::size_t step) {
    for (auto& part : parts_) {
        // What failed may lack a table that a later step makes: it is tried again behind each.
        if (part.is_done) continue;
        part.is_done = try_to_run(database, part);
        part.step = step;
    }
}

void DataFile::run_again(Database& database, std::size_t step) {
    for (auto& part : parts_)
        // What ran with another step is still there: a downgrade takes rows along of what its own step has made.
        if (part.is_done && part.step == step) (void)try_to_run(database, part);
}

void DataFile::reset() {
    // ever_ran stays: of use is a statement that any database has taken.
    for (auto& part : parts_) part.is_done = false;
}

std::vector<DataFile::Unused> DataFile::unused() const {
    std::vector<Unused> unused;
    for (const auto& part : parts_)
        if (!part.ever_ran) unused.push_back({fmt::format("{}:{}", shown_, part.statement.line), part.reason});
    return unused;
}

}  // namespace rev::trail
