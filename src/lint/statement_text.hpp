#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

// Statements as they are written: what is rewritten keeps every other word of its author.

namespace rev::lint {

/// An ALTER TABLE, cut where its actions begin.
struct AlterTableText {
    std::string head;                  ///< "ALTER TABLE ONLY app.item"
    std::string table;                 ///< "app.item"
    std::vector<std::string> actions;  ///< without commas and the comments between them
    std::vector<std::size_t> offsets;  ///< of each in the statement, bytes
};

/// nullopt: it is written in a way that is not known here.
[[nodiscard]] std::optional<AlterTableText> cut_alter_table(std::string_view statement);

/// The statement with other words behind the first token that is `word`, which is in capitals; nullopt: it has none.
[[nodiscard]] std::optional<std::string> with_words_behind(std::string_view statement, std::string_view word,
                                                           std::string_view words);

/// Whether one of its tokens is that name.
[[nodiscard]] bool mentions(std::string_view statement, std::string_view name);

/// A name as SQL needs it.
[[nodiscard]] std::string sql_name(std::string_view name);

/// Where the statement's last token ends, from `begin` to `end`: comments and blanks behind it are left out.
[[nodiscard]] std::string_view trimmed_to_tokens(std::string_view statement, std::size_t begin, std::size_t end);

}  // namespace rev::lint
