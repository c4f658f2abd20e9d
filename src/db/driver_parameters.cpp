#include "db/driver_parameters.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "base/sql_quotes.hpp"

namespace rev::db {
namespace {

/// Takes a parameter out; empty: it was not there, or is.
std::string take(UrlParameters& parameters, std::string_view name) {
    const auto found = parameters.find(std::string(name));
    if (found == parameters.end()) return {};
    auto value = std::move(found->second);
    parameters.erase(found);
    return value;
}

/// asyncpg and node-postgres write ssl=require, or true, for libpq's sslmode=require.
void translate_ssl(UrlParameters& parameters) {
    const auto ssl = take(parameters, "ssl");
    if (ssl == "true" || ssl == "1")
        parameters["sslmode"] = "require";
    else if (ssl == "false" || ssl == "0")
        parameters["sslmode"] = "disable";
    else if (!ssl.empty())
        parameters["sslmode"] = ssl;
    // node-postgres: encrypted, whoever the server is. That is libpq's `require`.
    const auto mode = parameters.find("sslmode");
    if (mode != parameters.end() && mode->second == "no-verify") mode->second = "require";
    parameters.erase("uselibpqcompat");
}

/// As libpq's `options` has it: a blank in a value takes a backslash.
void add_setting(UrlParameters& parameters, std::string_view name, std::string_view value) {
    std::string escaped;
    for (const char c : value) {
        if (c == ' ' || c == '\\') escaped += '\\';
        escaped += c;
    }
    auto& options = parameters["options"];
    options += fmt::format("{}-c {}={}", options.empty() ? "" : " ", name, escaped);
}

void translate_settings(UrlParameters& parameters) {
    // lib/pq and pgx send what they do not know as settings; these are what people write.
    constexpr std::array<std::string_view, 4> settings = {"lock_timeout", "search_path", "statement_timeout",
                                                          "timezone"};
    for (const auto name : settings)
        if (const auto value = take(parameters, name); !value.empty()) add_setting(parameters, name, value);
    // Prisma: one name, whatever is in it.
    if (const auto schema = take(parameters, "schema"); !schema.empty())
        add_setting(parameters, "search_path", base::in_quotes(schema, '"'));
    if (const auto path = take(parameters, "currentSchema"); !path.empty())  // JDBC
        add_setting(parameters, "search_path", path);
}

/// About a pool of connections, or about how statements are sent.
bool is_of_client(std::string_view name) {
    constexpr std::array<std::string_view, 14> names = {"async_fallback",
                                                        "binary_parameters",
                                                        "connection_limit",
                                                        "default_query_exec_mode",
                                                        "description_cache_capacity",
                                                        "disable_prepared_binary_result",
                                                        "pgbouncer",
                                                        "pool_timeout",
                                                        "prepareThreshold",
                                                        "prepared_statement_cache_size",
                                                        "prepared_statements",
                                                        "socket_timeout",
                                                        "statement_cache_capacity",
                                                        "statement_cache_size"};
    // pgx: pool_max_conns and the like; golang-migrate: x-migrations-table and the like.
    return std::ranges::binary_search(names, name) || name.starts_with("pool_") || name.starts_with("x-");
}

}  // namespace

void translate_driver_parameters(UrlParameters& parameters) {
    translate_ssl(parameters);
    translate_settings(parameters);
    std::erase_if(parameters, [](const auto& parameter) { return is_of_client(parameter.first); });
}

}  // namespace rev::db
