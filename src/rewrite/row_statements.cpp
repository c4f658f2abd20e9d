#include "rewrite/row_statements.hpp"

#include <algorithm>
#include <array>
#include <set>
#include <string_view>

#include "base/text.hpp"
#include "rev/statements.hpp"
#include "sql/sql_scanner.hpp"

namespace rev::rewrite {
namespace {

/// CREATE TABLE ... AS: the word stands outside parentheses.
bool has_query(std::string_view statement, Dialect dialect) {
    sql::SqlScanner scanner(statement, dialect);
    int depth = 0;
    for (auto token = scanner.next(); token.kind != sql::SqlToken::Kind::end; token = scanner.next()) {
        const auto text = statement.substr(token.begin, token.end - token.begin);
        if (text == "(") ++depth;
        if (text == ")") --depth;
        if (depth == 0 && token.kind == sql::SqlToken::Kind::word && base::same_name(text, "as")) return true;
    }
    return false;
}

bool may_change_rows(const Statement& statement, Dialect dialect) {
    static constexpr std::array<std::string_view, 20> of_schemas = {
        "ALTER",  "ANALYZE", "BEGIN",  "CLUSTER",  "COMMENT", "COMMIT",    "CREATE", "DROP",   "END",      "GRANT",
        "IMPORT", "LOCK",    "PRAGMA", "REASSIGN", "REINDEX", "SAVEPOINT", "RESET",  "REVOKE", "SECURITY", "SET"};
    const std::string_view command = statement.command;
    if (command == "CREATE TABLE") return has_query(statement.text, dialect);
    const auto verb = command.substr(0, command.find(' '));
    return verb != "VACUUM" && std::ranges::find(of_schemas, verb) == of_schemas.end();
}

std::string beginning_of(std::string_view sql) {
    constexpr std::size_t longest = 100;
    std::string line;
    for (const char c : sql) {
        const bool is_blank = c == ' ' || c == '\t' || c == '\n' || c == '\r';
        if (!is_blank)
            line += c;
        else if (!line.ends_with(' '))
            line += ' ';
    }
    line = base::printable_word(line);
    if (line.size() <= longest) return line;
    auto end = longest;
    // Not within a character.
    while (end > 0 && (static_cast<unsigned char>(line[end]) & 0xC0U) == 0x80U) --end;
    return line.substr(0, end) + " ...";
}

}  // namespace

std::vector<RowStatement> find_row_statements(std::span<const RevisionFile> parts, std::span<const Dialect> dialects) {
    std::vector<RowStatement> found;
    for (const auto& part : parts) {
        std::set<std::size_t> lines;
        for (const auto dialect : dialects) {
            const auto* section = part.find_section(SectionKind::upgrade, dialect);
            if (section == nullptr) continue;
            for (const auto& statement : split_statements(part.text_of(*section), dialect, section->first_line)) {
                if (!may_change_rows(statement, dialect) || !lines.insert(statement.offset + section->offset).second)
                    continue;
                const auto& revision = part.header.revision;
                found.push_back({revision.id, revision.path, statement.line, beginning_of(statement.text)});
            }
        }
    }
    return found;
}

}  // namespace rev::rewrite
