#include "sql/pragmas.hpp"

#include <algorithm>
#include <array>

namespace rev::sql {
namespace {

using Scope = Pragma::Scope;
using Effect = Pragma::Effect;
constexpr auto readable = Pragma::Readable::yes;
constexpr auto unreadable = Pragma::Readable::no;
constexpr auto fails = Pragma::InTransaction::fails;

constexpr Pragma question(std::string_view name, Effect effect = Effect::other) {
    return {.name = name, .scope = Scope::nothing, .effect = effect};
}

/// A flag that can be read and set at any time.
constexpr Pragma flag(std::string_view name, Effect effect = Effect::other) {
    return {.name = name, .scope = Scope::flag, .readable = readable, .effect = effect};
}

constexpr Pragma setting(std::string_view name) {
    return {.name = name, .scope = Scope::connection, .readable = readable};
}

/// What is not said of a PRAGMA is the careful answer: of the connection's scope, not readable, other effects. For the
/// drivers that means a new connection behind it.
constexpr std::array pragmas = std::to_array<Pragma>({
    setting("analysis_limit"),
    {.name = "application_id", .scope = Scope::file},
    {.name = "auto_vacuum", .effect = Effect::waits_for_vacuum},
    flag("automatic_index", Effect::sets_at_once),
    setting("busy_timeout"),
    {.name = "cache_size", .readable = readable, .effect = Effect::sets_at_once},
    setting("cache_spill"),
    // It replaces LIKE, and tells its value only by what LIKE does then.
    {.name = "case_sensitive_like", .scope = Scope::flag, .readable = unreadable, .effect = Effect::sets_at_once},
    flag("cell_size_check"),
    setting("checkpoint_fullfsync"),
    question("collation_list"),
    question("compile_options"),
    flag("count_changes"),
    question("data_version"),
    question("database_list"),
    {.name = "defer_foreign_keys", .scope = Scope::transaction, .effect = Effect::sets_at_once},
    flag("empty_result_callbacks"),
    {.name = "encoding", .scope = Scope::file},
    question("foreign_key_check", Effect::looks),
    question("foreign_key_list"),
    // Within a transaction, SQLite ignores foreign_keys without a word, and refuses to change synchronous or to go into
    // or out of WAL.
    {.name = "foreign_keys",
     .scope = Scope::flag,
     .readable = readable,
     .effect = Effect::sets_at_once,
     .in_transaction = fails},
    flag("full_column_names"),
    setting("fullfsync"),
    question("function_list"),
    setting("hard_heap_limit"),
    flag("ignore_check_constraints", Effect::sets_at_once),
    question("incremental_vacuum"),
    question("index_info"),
    question("index_list"),
    question("index_xinfo"),
    question("integrity_check", Effect::looks),
    {.name = "journal_mode", .readable = readable, .in_transaction = fails},
    setting("journal_size_limit"),
    flag("legacy_alter_table", Effect::sets_at_once),
    setting("locking_mode"),
    setting("max_page_count"),
    setting("mmap_size"),
    question("module_list"),
    question("optimize"),
    {.name = "page_size", .effect = Effect::waits_for_vacuum},
    question("pragma_list"),
    flag("query_only"),
    question("quick_check", Effect::looks),
    flag("read_uncommitted"),
    flag("recursive_triggers", Effect::sets_at_once),
    flag("reverse_unordered_selects", Effect::sets_at_once),
    {.name = "schema_version", .scope = Scope::file},
    setting("secure_delete"),
    flag("short_column_names"),
    question("shrink_memory"),
    setting("soft_heap_limit"),
    {.name = "synchronous", .readable = readable, .effect = Effect::sets_at_once, .in_transaction = fails},
    question("table_info"),
    question("table_list"),
    question("table_xinfo"),
    setting("temp_store"),
    setting("threads"),
    flag("trusted_schema", Effect::sets_at_once),
    {.name = "user_version", .scope = Scope::file},
    setting("wal_autocheckpoint"),
    {.name = "wal_checkpoint", .scope = Scope::nothing, .in_transaction = fails},
    flag("writable_schema"),
});
static_assert(std::ranges::is_sorted(pragmas, {}, &Pragma::name), "find_pragma looks by halves");

constexpr char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

}  // namespace

std::span<const Pragma> known_pragmas() noexcept { return pragmas; }

Pragma find_pragma(std::string_view name) noexcept {
    const auto less = [](std::string_view a, std::string_view b) {
        return std::ranges::lexicographical_compare(a, b, {}, lower, lower);
    };
    const auto* const found = std::ranges::lower_bound(pragmas, name, less, &Pragma::name);
    const bool is_known = found != pragmas.end() && !less(name, found->name);
    // An extension may bring PRAGMAs of its own, which nobody here knows.
    return is_known ? *found : Pragma{.name = name};
}

/// What is neither a word for on nor a number is off, as in SQLite's getSafetyLevel().
bool is_on(std::string_view value) noexcept {
    constexpr std::array<std::string_view, 3> words = {"on", "true", "yes"};
    const bool is_number = !value.empty() && value.front() >= '0' && value.front() <= '9';
    return is_number ? value.find_first_of("123456789") != std::string_view::npos
                     : std::ranges::any_of(
                           words, [&](std::string_view word) { return std::ranges::equal(value, word, {}, lower); });
}

}  // namespace rev::sql
