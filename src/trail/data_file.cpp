#include "trail/data_file.hpp"

#include <fmt/format.h>

#include <array>
#include <utility>

namespace rev::trail {

DataFile::DataFile(scratch::DdlText ddl, Dialect dialect)
    : shown_(std::move(ddl.shown)), text_(scratch::without_restrict_commands(std::move(ddl.text))) {
    for (auto& statement : split_statements(text_, dialect))
        if (statement.kind != StatementKind::transaction_control) parts_.push_back({.statement = std::move(statement)});
}

bool DataFile::try_to_run(Database& database, Part& part) {
    const auto& statement = part.statement;
    const bool is_copy = statement.kind == StatementKind::copy_from_stdin;
    const std::array commands = {Command{.kind = Command::Kind::begin},
                                 Command{.kind = is_copy ? Command::Kind::copy : Command::Kind::sql,
                                         .sql = statement.text,
                                         .data = statement.copy_data},
                                 Command{.kind = Command::Kind::commit}};
    try {
        database.run(commands);
        part.ever_ran = true;
        return true;
    } catch (const CommandError& error) {
        if (error.connection_lost || error.code() == error_codes::interrupted) throw;
        database.rollback();
        part.reason = error.what();
        return false;
    }
}

void DataFile::run_pending(Database& database, std::size_t step) {
    for (auto& part : parts_) {
        if (part.is_done) continue;
        part.is_done = try_to_run(database, part);
        part.step = step;
    }
}

void DataFile::run_again(Database& database, std::size_t step) {
    for (auto& part : parts_)
        if (part.is_done && part.step == step) (void)try_to_run(database, part);
}

void DataFile::reset() {
    for (auto& part : parts_) part.is_done = false;
}

std::vector<DataFile::Unused> DataFile::unused() const {
    std::vector<Unused> unused;
    for (const auto& part : parts_)
        if (!part.ever_ran) unused.push_back({fmt::format("{}:{}", shown_, part.statement.line), part.reason});
    return unused;
}

}  // namespace rev::trail
