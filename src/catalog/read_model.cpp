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
    return postgres::read_postgres(database_, options,
                                   [&](std::vector<Query> sent, std::vector<std::string> questions) {
                                       prepare(std::move(questions));
                                       for (std::size_t i = 0; i < prepared_.size(); ++i)
                                           sent.push_back({.sql = fmt::format("EXECUTE rev_model_{}", i)});
                                       return database_.query_all(sent);
                                   });
}

void ModelReader::prepare(std::vector<std::string> questions) {
    // Plans for a small schema are bad ones for a large schema, and nobody tells the server that it has grown.
    constexpr std::size_t most_reads = 40;
    if (questions == prepared_ && ++reads_ < most_reads) return;
    std::vector<Query> queries = {{.sql = "DEALLOCATE ALL"}};
    for (std::size_t i = 0; i < questions.size(); ++i)
        queries.push_back({.sql = fmt::format("PREPARE rev_model_{} AS {}", i, questions[i])});
    (void)database_.query_all(queries);
    prepared_ = std::move(questions);
    reads_ = 0;
}

}  // namespace rev::catalog
