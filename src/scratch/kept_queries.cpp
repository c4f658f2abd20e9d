#include "scratch/kept_queries.hpp"

#include <fmt/format.h>

#include <string>

namespace rev::scratch {
namespace {

/// PREPARE numbers its parameters.
std::string numbered(std::string_view sql) {
    std::string text(sql);
    if (const auto place = text.find('?'); place != std::string::npos) text.replace(place, 1, "$1");
    return text;
}

Query execute_query(const KeptQuestion& question) {
    const auto& [query, parameter] = question;
    if (query->parameter.empty()) return {fmt::format("EXECUTE {}", query->name), {}};
    return {fmt::format("EXECUTE {}(?)", query->name), {parameter}};
}

}  // namespace

std::vector<std::vector<SqlRow>> KeptQueries::ask(std::span<const KeptQuestion> questions) {
    prepare(questions);
    std::vector<Query> queries;
    for (const auto& question : questions) queries.push_back(execute_query(question));
    return database_.query_all(queries);
}

Query KeptQueries::query_of(const KeptQuestion& question) {
    prepare(std::span(&question, 1));
    return execute_query(question);
}

void KeptQueries::prepare(std::span<const KeptQuestion> questions) {
    std::vector<Query> queries;
    if (known_.empty()) queries.push_back({keep_plans_sql});
    for (const auto& question : questions) {
        const auto& query = *question.query;
        if (!known_.insert(query.name).second) continue;
        const auto types = query.parameter.empty() ? std::string() : fmt::format("({})", query.parameter);
        queries.push_back({fmt::format("PREPARE {}{} AS {}", query.name, types, numbered(query.sql)), {}});
    }
    if (!queries.empty()) (void)database_.query_all(queries);
}

std::vector<std::vector<SqlRow>> ask(Database& database, KeptQueries* kept, std::span<const KeptQuestion> questions) {
    if (kept != nullptr) return kept->ask(questions);
    std::vector<Query> queries;
    for (const auto& [query, parameter] : questions) {
        auto& plain = queries.emplace_back(Query{.sql = std::string(query->sql)});
        if (!query->parameter.empty()) plain.parameters.push_back(parameter);
    }
    return database.query_all(queries);
}

}  // namespace rev::scratch
