#include "catalog/postgres/read_postgres.hpp"

#include <charconv>
#include <iterator>
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
    const auto rows = database.query("SELECT current_setting('server_version_num')");
    ReadScope scope{.version = number_of(rows.at(0).at(0)), .schema_literals = {}};
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
        auto some = queries(scope);
        std::move(some.begin(), some.end(), std::back_inserter(all));
    }
    return all;
}

}  // namespace

schema::Model read_postgres(Database& database, const ReadOptions& options, const Ask& ask) {
    const auto scope = scope_of(database, options);
    const auto queries = fact_queries(scope);
    std::vector<Query> before;
    for (const auto& sql : settings(database.in_transaction())) before.push_back({.sql = sql});
    std::vector<std::string> questions;
    for (const auto& query : queries) questions.push_back(to_sql(query));
    for (const auto& sql : {dependency_query(), owner_query(), grant_query(), default_grant_query(), comment_query(),
                            security_label_query(), unmodelled_query()})
        questions.push_back(sql);

    auto answers = ask(std::move(before), std::move(questions));
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

}  // namespace rev::catalog::postgres
