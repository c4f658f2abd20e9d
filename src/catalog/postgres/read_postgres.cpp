#include "catalog/postgres/read_postgres.hpp"

#include <charconv>
#include <optional>
#include <utility>

#include "catalog/postgres/assemble.hpp"
#include "catalog/postgres/fact_query.hpp"
#include "catalog/postgres/side_queries.hpp"

namespace rev::catalog::postgres {
namespace {

int number_of(const SqlValue& value) {
    int number = 0;
    if (value) std::from_chars(value->data(), value->data() + value->size(), number);
    return number;
}

ReadScope scope_of(Database& database, const ReadOptions& options) {
    const auto rows = database.query(rare_kinds_query() + ", current_setting('server_version_num')");
    ReadScope scope{
        .version = number_of(rows.at(0).back()), .present = read_rare_kinds(rows.at(0)), .schema_literals = {}};
    for (const auto& name : options.schemas) scope.schema_literals.push_back(database.quote_literal(name));
    return scope;
}

/// pg_get_viewdef() and its like spell names, numbers and dates by these. Costly catalog queries are not worth
/// compiling.
std::vector<std::string> settings(bool transaction_open) {
    std::vector<std::string> sql;
    // All questions see one state of the database. Behind the first query of somebody else's transaction it is too late
    // to ask for that.
    if (!transaction_open) sql.emplace_back("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY");
    for (const auto* setting : {"jit = off", "quote_all_identifiers = off", "extra_float_digits = 1",
                                "DateStyle = 'ISO, MDY'", "IntervalStyle = postgres", "bytea_output = hex",
                                "standard_conforming_strings = on", "TimeZone = 'UTC'", "lc_monetary = 'C'"})
        sql.push_back(std::string("SET LOCAL ") + setting);
    return sql;
}

std::vector<FactQuery> fact_queries(const ReadScope& scope) {
    std::vector<FactQuery> all;
    for (auto* const queries :
         {&relation_queries, &table_part_queries, &type_queries, &routine_queries, &operator_queries, &other_queries}) {
        for (auto& query : queries(scope))
            if (may_have(scope.present, query.rare)) all.push_back(std::move(query));
    }
    return all;
}

/// Nothing: meanwhile somebody has made the first object of a kind, or dropped the last one. scope then says which
/// there are.
std::optional<schema::Model> try_to_read(Database& database, const ReadOptions& options, const Ask& ask,
                                         ReadScope& scope) {
    const auto queries = fact_queries(scope);
    std::vector<Query> before;
    for (const auto& sql : settings(database.in_transaction())) before.push_back({.sql = sql});
    std::vector<std::string> questions;
    for (const auto& query : queries) questions.push_back(to_sql(query));
    for (const auto& sql :
         {dependency_query(), owner_query(scope.present), grant_query(scope.present), default_grant_query(),
          comment_query(), security_label_query(), unmodelled_query(), rare_kinds_query()})
        questions.push_back(sql);

    auto answers = ask(std::move(before), std::move(questions));
    if (const auto present = read_rare_kinds(answers.back().at(0)); present != scope.present) {
        scope.present = present;
        return std::nullopt;
    }
    // Facts before what is said of them, which looks for them by address. The settings above give no rows and so no
    // answer: the first is that of the first query.
    Assembly assembly(scope.version, options);
    for (std::size_t i = 0; i < queries.size(); ++i) assembly.add_facts(queries[i], std::move(answers.at(i)));
    const auto side = queries.size();
    assembly.add_dependencies(answers.at(side));
    assembly.add_owners(answers.at(side + 1));
    assembly.add_grants(answers.at(side + 2));
    assembly.add_default_grants(answers.at(side + 3));
    assembly.add_comments(answers.at(side + 4));
    assembly.add_security_labels(answers.at(side + 5));
    assembly.add_unmodelled(answers.at(side + 6));
    return std::move(assembly).model();
}

}  // namespace

schema::Model read_postgres(Database& database, const ReadOptions& options, const Ask& ask) {
    auto scope = scope_of(database, options);
    while (true)
        if (auto model = try_to_read(database, options, ask, scope)) return std::move(*model);
}

}  // namespace rev::catalog::postgres
