#include "rewrite/row_statements.hpp"

#include <algorithm>
#include <array>
#include <set>
#include <string_view>

#include "base/text.hpp"
#include "base/utf8.hpp"
#include "sql/statements.hpp"
#include "sql/token_text.hpp"

namespace rev::rewrite {
namespace {

bool may_change_rows(const Statement& statement, Dialect dialect) {
    using sql::Verb;
    static constexpr std::array of_schemas = {
        Verb::alter,   Verb::analyze,   Verb::begin, Verb::cluster, Verb::comment,  Verb::commit, Verb::create,
        Verb::drop,    Verb::end,       Verb::grant, Verb::import,  Verb::lock,     Verb::pragma, Verb::reassign,
        Verb::reindex, Verb::savepoint, Verb::reset, Verb::revoke,  Verb::security, Verb::set,    Verb::vacuum};
    const auto& facts = statement.facts;
    if (facts.verb == Verb::create && facts.object == sql::ObjectKind::table)
        return sql::has_outer_word(statement.text, dialect, "AS");
    return std::ranges::find(of_schemas, facts.verb) == of_schemas.end();
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
    return std::string(base::whole_characters(line, longest)) + " ...";
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
