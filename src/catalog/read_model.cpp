#include "catalog/read_model.hpp"

#include <fmt/format.h>

#include <utility>

#include "catalog/postgres/read_postgres.hpp"
#include "catalog/sqlite/read_sqlite_model.hpp"

namespace rev::catalog {

schema::Model read_model(Database& database, const ReadOptions& options) {
    if (database.dialect() == Dialect::sqlite) return read_sqlite_model(database, options);
    return postgres::read_postgres(database, options, [&](std::vector<Query> sent, std::vector<std::string> questions) {
        for (auto& sql : questions) sent.push_back({.sql = std::move(sql)});
        return database.query_all(sent);
    });
}

schema::Model ModelReader::read(const ReadOptions& options) {
    if (database_.dialect() == Dialect::sqlite) return read_model(database_, options);
    return postgres::read_postgres(
        database_, options, [&](std::vector<Query> sent, std::vector<std::string> questions) {
            prepare(questions);
            for (const auto& question : questions)
                sent.push_back({.sql = fmt::format("EXECUTE rev_model_{}", prepared_.at(question))});
            return database_.query_all(sent);
        });
}

void ModelReader::prepare(const std::vector<std::string>& questions) {
    // Plans for a small schema are bad ones for a large schema, and nobody tells the server that it has grown.
    constexpr std::size_t most_reads = 40;
    std::vector<Query> queries;
    // Empty after a failure: which of the statements the session has is then unknown.
    auto prepared = std::exchange(prepared_, {});
    if (prepared.empty() || ++reads_ >= most_reads) {
        queries.push_back({.sql = "DEALLOCATE ALL"});
        prepared.clear();
        reads_ = 0;
    }
    for (const auto& question : questions) {
        const auto number = prepared.size();
        if (prepared.emplace(question, number).second)
            queries.push_back({.sql = fmt::format("PREPARE rev_model_{} AS {}", number, question)});
    }
    if (!queries.empty()) (void)database_.query_all(queries);
    prepared_ = std::move(prepared);
}

}  // namespace rev::catalog
