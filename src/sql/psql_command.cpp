#include <algorithm>
#include <array>
#include <string>
#include <string_view>

#include "sql/sql_scanner.hpp"
#include "sql/statements.hpp"

namespace rev::sql {
namespace {

/// What stands for commands of psql. Source: its manual, "Meta-Commands".
struct Advice {
    std::string_view names;  ///< each between blanks
    std::string_view text;
};

constexpr std::array<Advice, 12> advice = {{
    {" restrict unrestrict ", "remove the line: pg_dump writes it for psql alone"},
    {" c connect ",
     "remove it: rev connects to the URL that it is given; another role is SET ROLE, another database another run"},
    {" . ", "it ends the data of a COPY ... FROM stdin, and none is open here: remove it, or put the COPY before it"},
    {" copy ", "write COPY ... FROM stdin; with the rows on the lines behind it, up to a line \\."},
    {" i include ir include_relative ", "put that file's SQL in its place"},
    {" set unset prompt getenv setenv gset ",
     "name the variable under `variables:` in the header, and give its value with -x NAME=VALUE"},
    {" if elif else endif ", "decide in SQL: DO $$ BEGIN IF ... THEN ... END IF; END $$;"},
    {" g gx gdesc crosstabview ", "end the statement with `;`"},
    {" gexec ", "run what the query makes with EXECUTE in a DO block"},
    {" encoding ", "remove it: revision files are UTF-8; or write SET client_encoding"},
    {" q quit ", "remove it; what stands behind it would not run in psql either"},
    {" ; ", "write `;` without the backslash"},
}};

std::string_view advice_for(std::string_view name) {
    // Blanks on both sides: `c` is not part of `copy`.
    const auto among = " " + std::string(name) + " ";
    for (const auto& [names, text] : advice)
        if (names.find(among) != std::string_view::npos) return text;
    return "remove the line: it speaks to psql, and no server knows it";
}

/// `connect` of `\connect app`; a single character for `\.` and `\!`.
std::string_view name_at(std::string_view text, std::size_t begin) {
    const auto is_part = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; };
    const auto rest = text.substr(begin);
    const auto end = std::find_if_not(rest.begin(), rest.end(), is_part);
    return rest.substr(0, std::max<std::size_t>(static_cast<std::size_t>(end - rest.begin()), 1));
}

}  // namespace

std::optional<PsqlCommand> find_psql_command(std::string_view text, Backslash backslash) {
    // Most files have none, and need not be cut into tokens.
    if (text.find('\\') == std::string_view::npos) return std::nullopt;
    SqlScanner scanner(text, Dialect::postgresql, backslash);
    for (auto token = scanner.next(); token.kind != SqlToken::Kind::end; token = scanner.next()) {
        // PostgreSQL's grammar has no use for a backslash outside quotes.
        if (token.kind != SqlToken::Kind::symbol || scanner.text_of(token) != "\\") continue;
        const auto name = name_at(text, token.end);
        return PsqlCommand{"\\" + std::string(name), token.begin, std::string(advice_for(name))};
    }
    return std::nullopt;
}

}  // namespace rev::sql
