#include "sql/index_statement.hpp"

#include "sql/sql_cursor.hpp"

namespace rev::sql {

std::optional<IndexNames> find_created_index(std::string_view statement) {
    SqlCursor cursor(statement, Dialect::postgresql);
    if (!cursor.accept("CREATE")) return std::nullopt;
    cursor.accept("UNIQUE");
    // Only these can leave an index behind that is INVALID: a plain CREATE INDEX is undone with its transaction.
    if (!cursor.accept({"INDEX", "CONCURRENTLY"})) return std::nullopt;
    if (cursor.accept("IF") && !cursor.accept({"NOT", "EXISTS"})) return std::nullopt;
    IndexNames names;
    // ON is reserved in PostgreSQL: an index cannot have that name without quotes.
    if (!cursor.accept("ON")) {
        names.index = cursor.take_name();
        if (!cursor.accept("ON")) return std::nullopt;
    }
    cursor.accept("ONLY");
    names.table = cursor.take_name();
    return names;
}

std::optional<std::string> find_dropped_index(std::string_view statement) {
    SqlCursor cursor(statement, Dialect::postgresql);
    if (!cursor.accept({"DROP", "INDEX", "CONCURRENTLY"})) return std::nullopt;
    if (cursor.accept("IF") && !cursor.accept("EXISTS")) return std::nullopt;
    return cursor.take_name();
}

}  // namespace rev::sql
