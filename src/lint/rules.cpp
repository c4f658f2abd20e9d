#include "lint/rules.hpp"

#include <algorithm>
#include <array>

namespace rev::lint {
namespace {

/// In the order of Rule: text_of() takes the rule's number for the place.
constexpr std::array texts = std::to_array<RuleText>({
    {Rule::lock_timeout, "lock-timeout", Level::notice,
     "A statement waits for a strong lock without a limit, and everybody who comes after it waits behind it.",
     "set statement_lock_timeout in alembic.yaml or in the header, such as `-- statement_lock_timeout: 2s`"},
    {Rule::table_rewrite, "table-rewrite", Level::warning,
     "All rows of a table are written anew while nobody can read or write it.",
     "add a new column, keep both in step, fill it in batches, and change over to it in a later revision"},
    {Rule::table_scan, "table-scan", Level::warning, "All rows of a table are read under a lock that blocks.",
     "add CHECK (... IS NOT NULL) NOT VALID, VALIDATE CONSTRAINT in the next revision, and do this after it"},
    {Rule::create_index, "create-index", Level::warning, "Nobody can write to the table until its index is built.",
     "CREATE INDEX CONCURRENTLY in a revision of its own with `-- transaction: false`"},
    {Rule::unique_constraint, "unique-constraint", Level::warning,
     "Nobody can read or write the table until the constraint's index is built.",
     "CREATE UNIQUE INDEX CONCURRENTLY in a revision with `-- transaction: false`, then ADD CONSTRAINT ... USING "
     "INDEX"},
    {Rule::long_transaction, "long-transaction", Level::warning,
     "A lock that blocks is held while the same transaction works on many rows.",
     "move what takes long into a revision of its own: locks are held until the end of the transaction"},
    {Rule::several_locks, "several-locks", Level::notice,
     "One transaction locks several tables, and may get in each other's way with a transaction that uses both.",
     "give each table a revision of its own"},
    {Rule::drop_table, "drop-table", Level::warning, "Code that still runs asks for a table that is gone.",
     "first release code that does without it; `-- rev:ignore drop-table REASON` says that this has happened"},
    {Rule::drop_column, "drop-column", Level::warning, "Code that still runs asks for a column that is gone.",
     "first release code that does without it; `-- rev:ignore drop-column REASON` says that this has happened"},
    {Rule::drop_object, "drop-object", Level::warning,
     "Code that still runs asks for a view, function, type or schema that is gone.",
     "first release code that does without it; `-- rev:ignore drop-object REASON` says that this has happened"},
    {Rule::rename, "rename", Level::warning, "Code that still runs asks for the old name.",
     "add the new name beside the old one (a column kept in step, or a view), and drop the old one in a later release"},
    {Rule::foreign_key, "foreign-key", Level::warning,
     "Nobody can write to either table until all rows are checked against the foreign key.",
     "ADD CONSTRAINT ... NOT VALID, and VALIDATE CONSTRAINT in the next revision"},
    {Rule::check_constraint, "check-constraint", Level::warning,
     "Nobody can read or write the table until all rows are checked.",
     "ADD CONSTRAINT ... CHECK (...) NOT VALID, and VALIDATE CONSTRAINT in the next revision"},
    {Rule::enum_value, "enum-value", Level::error,
     "A new value of an enum cannot be used in the transaction that adds it.",
     "move what uses the value to the next revision"},
    {Rule::outside_transaction, "outside-transaction", Level::error, "The statement cannot run in a transaction.",
     "write `-- transaction: false` in the header, and keep what needs a transaction in another revision"},
    {Rule::index_if_not_exists, "index-if-not-exists", Level::notice,
     "IF NOT EXISTS is content with an INVALID index that a failed CREATE INDEX CONCURRENTLY left.",
     "DROP INDEX CONCURRENTLY IF EXISTS before it"},
    {Rule::change_all_rows, "change-all-rows", Level::warning,
     "One statement changes all rows, keeps them locked until the end, and leaves a dead copy of each.",
     "change rows in batches, by ranges of the primary key, outside the migration or with `-- transaction: false`"},
    {Rule::truncate, "truncate", Level::warning, "All rows are lost.",
     "`-- rev:ignore truncate REASON` says why nobody needs them"},
    {Rule::not_null_column, "not-null-column", Level::error,
     "A column that must not be NULL is added without a value for the rows that are there: it fails if there are any.",
     "give it a DEFAULT, or add it without NOT NULL, fill it, and SET NOT NULL later"},
    {Rule::dependents, "dependents", Level::error, "Something else needs it, so that the statement fails.",
     "drop what needs it first, and make it anew afterwards"},
    {Rule::cascade, "cascade", Level::error, "CASCADE takes away what the statement does not name.",
     "drop these one by one in statements that name them"},
    {Rule::missing_object, "missing-object", Level::error, "The statement names something that is not there.",
     "is it made by a revision that this one does not follow, or spelt another way?"},
    {Rule::existing_object, "existing-object", Level::error, "The statement makes something that is there already.",
     "choose another name, or write IF NOT EXISTS where the one that is there will do"},
    {Rule::type_cast, "type-cast", Level::error, "No cast turns the values into the new type unasked.",
     "say how: ALTER COLUMN ... TYPE ... USING expression; drop the default first and set it anew"},
    {Rule::foreign_key_target, "foreign-key-target", Level::error,
     "A foreign key needs a unique constraint or unique index on exactly the columns that it refers to.",
     "add a primary key or a unique constraint to the other table first"},
    {Rule::refresh_view, "refresh-view", Level::warning, "Nobody can read the materialized view while it is made anew.",
     "REFRESH MATERIALIZED VIEW CONCURRENTLY, which needs a unique index on the view"},
    {Rule::reindex, "reindex", Level::warning, "Nobody can write to the table until its indexes are built anew.",
     "REINDEX ... CONCURRENTLY in a revision with `-- transaction: false`"},
    {Rule::observed, "observed", Level::warning,
     "The database was seen to read or rewrite a table under a lock that blocks, though no rule foresaw it.",
     "look at what the statement fires: triggers, functions, DO blocks"},
    {Rule::failed, "failed", Level::error, "The statement failed in the trial.", "see the server's message"},
    {Rule::syntax, "syntax", Level::error, "The server's grammar does not take the statement.",
     "look at the place shown and just before it"},
    {Rule::unused_ignore, "unused-ignore", Level::notice, "A rev:ignore that accepts nothing.", "remove it"},
    {Rule::ignore_without_reason, "ignore-without-reason", Level::warning,
     "A rev:ignore that names no rule or gives no reason accepts nothing.", "write `-- rev:ignore RULE reason`"},
    {Rule::sqlite_rebuild, "sqlite-rebuild", Level::error,
     "DROP TABLE deletes the rows that refer to the table, or fails because of them, while foreign keys are enforced.",
     "write `-- sqlite_foreign_keys: false` in the header: the commit is then guarded by a check of all foreign keys"},
    {Rule::sqlite_column, "sqlite-column", Level::error, "SQLite refuses this change of a column.",
     "build a new table, copy the rows, drop the old table, and rename the new one"},
    {Rule::sqlite_rename, "sqlite-rename", Level::error,
     "A rename leaves foreign keys, views or triggers behind that name a table that is not there.",
     "make the new table under a temporary name, copy, drop the old one, and rename the new one to the old name"},
    {Rule::sqlite_pragma, "sqlite-pragma", Level::warning, "The PRAGMA does nothing, or fails, in a transaction.",
     "set it in the application, or write `-- transaction: false` in the header"},
    {Rule::sqlite_double_quotes, "sqlite-double-quotes", Level::warning,
     "A name in double quotes that names nothing is read as a string, and as an error where SQLite is built so.",
     "write strings in single quotes"},
});

constexpr std::array<std::string_view, 3> level_names = {"notice", "warning", "error"};

}  // namespace

std::span<const RuleText> all_rules() noexcept { return texts; }

const RuleText& text_of(Rule rule) noexcept { return texts[static_cast<std::size_t>(rule)]; }

std::optional<Rule> find_rule(std::string_view id) noexcept {
    const auto* found = std::ranges::find(texts, id, &RuleText::id);
    return found == texts.end() ? std::nullopt : std::optional(found->rule);
}

std::string_view level_name(Level level) noexcept { return level_names[static_cast<std::size_t>(level)]; }

std::optional<Level> find_level(std::string_view name) noexcept {
    const auto* found = std::ranges::find(level_names, name);
    if (found == level_names.end()) return std::nullopt;
    return static_cast<Level>(found - level_names.begin());
}

}  // namespace rev::lint
