#pragma once

#include <optional>
#include <span>
#include <string_view>

namespace rev::lint {

/// How bad a finding is, from the least on: they are compared. `off` is none of these.
enum class Level { notice, warning, error };

/// In the order of docs/lint.md: what brings systems down most often comes first.
enum class Rule {
    lock_timeout,
    table_rewrite,
    table_scan,
    create_index,
    unique_constraint,
    long_transaction,
    several_locks,
    drop_table,
    drop_column,
    drop_object,
    rename,
    foreign_key,
    check_constraint,
    enum_value,
    outside_transaction,
    index_if_not_exists,
    change_all_rows,
    truncate,
    not_null_column,
    dependents,
    cascade,
    missing_object,
    existing_object,
    type_cast,
    foreign_key_target,
    refresh_view,
    reindex,
    observed,
    failed,
    syntax,
    unused_ignore,
    ignore_without_reason,
    sqlite_rebuild,
    sqlite_column,
    sqlite_rename,
    sqlite_pragma,
    sqlite_double_quotes,
};

/// What there is to say of a rule, whatever the statement.
struct RuleText {
    Rule rule;
    std::string_view id;       ///< "table-rewrite"
    Level level;               ///< unless alembic.yaml says otherwise
    std::string_view summary;  ///< one sentence, for lists of rules
    std::string_view hint;     ///< the safe steps
};

/// All of them, in the order of the enumeration.
[[nodiscard]] std::span<const RuleText> all_rules() noexcept;
[[nodiscard]] const RuleText& text_of(Rule rule) noexcept;
/// By its id as it is typed; nullopt: there is none. The same below for levels.
[[nodiscard]] std::optional<Rule> find_rule(std::string_view id) noexcept;

/// "error", "warning" or "notice".
[[nodiscard]] std::string_view level_name(Level level) noexcept;
[[nodiscard]] std::optional<Level> find_level(std::string_view name) noexcept;

}  // namespace rev::lint
