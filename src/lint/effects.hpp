#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lint/rules.hpp"
#include "lint/symbols.hpp"

namespace rev::lint {

/// PostgreSQL's table locks, weaker ones first.
enum class LockMode {
    none,
    access_share,
    row_share,
    row_exclusive,
    share_update_exclusive,
    share,
    share_row_exclusive,
    exclusive,
    access_exclusive,
};

/// As pg_locks has it: "AccessExclusiveLock"; empty for none.
[[nodiscard]] std::string_view lock_name(LockMode mode) noexcept;
/// As SQL and people have it: "ACCESS EXCLUSIVE".
[[nodiscard]] std::string_view lock_words(LockMode mode) noexcept;
/// From pg_locks' name; none for another text.
[[nodiscard]] LockMode find_lock(std::string_view name) noexcept;
/// Whether INSERT, UPDATE and DELETE wait for it; reads wait for access_exclusive only.
[[nodiscard]] constexpr bool blocks_writes(LockMode mode) noexcept { return mode >= LockMode::share; }

/// What is done to all rows of a relation.
enum class Work {
    none,
    scan,    ///< they are read
    rewrite  ///< they are written anew, in another file
};

/// What a statement does to one relation that was there before the plan.
struct Touch {
    Rule rule = Rule::lock_timeout;  ///< the finding, where the work and the lock make one
    Name relation;
    LockMode lock = LockMode::access_exclusive;
    Work work = Work::none;
    std::string why = {};  ///< "the default of column x is volatile"
};

/// What older code may ask for, and the statement takes away.
struct Removal {
    enum class Kind {
        relation,  ///< of that name, with `columns`
        column,    ///< `columns` has its name
        function,  ///< of that name
        other      ///< nothing can bring it back
    };
    Rule rule = Rule::drop_table;
    Kind kind = Kind::other;
    std::string what;  ///< "column price of item is dropped"
    Name name = {};
    std::vector<std::string> columns = {};
};

/// Why PostgreSQL refuses the statement, or what it loses unasked.
struct Failure {
    Rule rule = Rule::missing_object;
    std::string what;
};

/// What one statement does. Source: PostgreSQL's tablecmds.c, docs/lint.md.
struct StatementEffects {
    std::vector<Touch> touches;
    std::vector<Removal> removals;
    std::vector<Failure> failures;
    std::vector<Failure> remarks;   ///< what is worth a notice
    std::optional<Name> all_rows;   ///< of this relation every row is updated or deleted
    std::optional<Name> backfills;  ///< this relation is read as a whole to change rows, or to copy them
    bool is_delete = false;         ///< of all_rows
};

}  // namespace rev::lint
