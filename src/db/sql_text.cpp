#include "db/sql_text.hpp"

namespace rev::db {

/// For rev's own SQL only: it knows quotes, but neither comments nor dollar quotes, which a revision may have. A
/// doubled quote ends and begins a quote, which comes to the same.
std::string replace_placeholders(std::string_view sql, const std::function<std::string(std::size_t)>& replacement) {
    std::string result;
    std::size_t index = 0;
    char quote = 0;
    for (const char c : sql) {
        if (c == '?' && quote == 0) {
            result += replacement(index++);
            continue;
        }
        if (quote == 0 && (c == '\'' || c == '"')) {
            quote = c;
        } else if (c == quote) {
            quote = 0;
        }
        result += c;
    }
    return result;
}

}  // namespace rev::db
