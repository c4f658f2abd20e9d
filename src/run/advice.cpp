// What to do about a failure that only a database knows: the code says what went wrong, this says what the author of a
// revision does about it. Where nothing stands here, the server's own words are all there is.

#include "run/advice.hpp"
#include "base/sqlstate.hpp"

#include <algorithm>
#include <array>
#include <string_view>

namespace rev::run {
namespace {

// Each is said for both engines in the same words.
constexpr std::string_view missing_table =
    "is the table made by a revision that this one does not follow, in another schema, or under another name? "
    "`rev history -i` shows what is applied";
constexpr std::string_view missing_column =
    "is the column made by a revision that this one does not follow, or is it spelt another way? `rev history -i` "
    "shows what is applied";
constexpr std::string_view missing_function =
    "no function has this name and takes these arguments: cast the arguments, or make the function, or load the "
    "extension that has it, before this statement";
constexpr std::string_view missing_object =
    "make it (a type, role, index, trigger, extension ...) before this statement, or in a revision that this one "
    "follows";
constexpr std::string_view missing_schema = "make the schema first, or name one that is there";
constexpr std::string_view there_already =
    "something made it outside of rev: if the database is as this revision leaves it, record that with `rev stamp ID` "
    "(`man rev-stamp`); else remove it or write IF NOT EXISTS";
constexpr std::string_view not_null =
    "give the rows a value before the column may not be NULL: an UPDATE, or DEFAULT in the column's definition";
constexpr std::string_view unique =
    "several rows have the same value: remove or change all but one of them in a statement before this one";
constexpr std::string_view foreign_key =
    "a row refers to one that is not there (or is about to go): insert the missing row, or change or delete those that "
    "refer to it, in a statement before this one";
constexpr std::string_view check =
    "there are rows that do not satisfy the constraint: change them in a statement before this one";
constexpr std::string_view syntax =
    "look at the place shown and just before it: a missing comma, bracket, quote or `;`, a misspelt word, or syntax of "
    "another database";
constexpr std::string_view no_right =
    "the database user may not do this: run rev as the owner (`-u URL`), or let the owner GRANT the right";
constexpr std::string_view read_only = "the database may not be written to here: is this a standby or a copy?";
constexpr std::string_view disk_full = "there is no space left: make some and run the command again";

struct Advice {
    std::string_view of;  ///< a code, or the beginning or a part of a message
    std::string_view text;
};

/// PostgreSQL's messages come in the server's language, its codes do not: only these are looked at.
constexpr std::array<Advice, 26> by_sqlstate{
    {{sqlstate::unsafe_new_enum_value_usage,
      "a new enum value can be used only after the commit: move what uses it to the next revision"},
     {sqlstate::active_sql_transaction,
      "this statement cannot run in a transaction: write `transaction: false` in the revision's header"},
     {sqlstate::invalid_transaction_termination,
      "a procedure that commits cannot run in a transaction: write `transaction: false` in the revision's header"},
     {sqlstate::query_canceled,
      "statement_timeout, in alembic.yaml or in the revision's header, says how long a statement may run"},
     {sqlstate::undefined_table, missing_table},
     {sqlstate::undefined_column, missing_column},
     {sqlstate::undefined_function, missing_function},
     {sqlstate::undefined_object, missing_object},
     {sqlstate::invalid_schema_name, missing_schema},
     {sqlstate::duplicate_table, there_already},
     {sqlstate::duplicate_column, there_already},
     {sqlstate::duplicate_object, there_already},
     {sqlstate::duplicate_function, there_already},
     {sqlstate::duplicate_schema, there_already},
     {sqlstate::duplicate_database, there_already},
     {sqlstate::not_null_violation, not_null},
     {sqlstate::foreign_key_violation, foreign_key},
     {sqlstate::unique_violation, unique},
     {sqlstate::check_violation, check},
     {sqlstate::syntax_error, syntax},
     {sqlstate::insufficient_privilege, no_right},
     {sqlstate::read_only_sql_transaction, read_only},
     {sqlstate::disk_full, disk_full},
     {sqlstate::string_data_right_truncation,
      "a value is longer than its column allows: widen the column or shorten the value"},
     {sqlstate::invalid_text_representation,
      "a text cannot be read as a value of the type: look at the rows, or at the cast"},
     {sqlstate::dependent_objects_still_exist,
      "other objects need it: drop them first, or write CASCADE where they may go with it"}}};

/// In the order in which they are looked for: a message may fit several.
constexpr std::array<Advice, 17> by_sqlite_message{
    {{"no such table:", missing_table},
     {"no such view:", missing_table},
     {"no such column:", missing_column},
     {"has no column named", missing_column},
     {"no such function:", missing_function},
     {"wrong number of arguments to function", missing_function},
     {"no such module:", "this SQLite has no such module: it was built or loaded without that extension"},
     {"no such index:", missing_object},
     {"no such trigger:", missing_object},
     {"unknown database", "a name before a `.` is that of an attached database; SQLite has no schemas"},
     {"already exists", there_already},
     {"there is already", there_already},
     {"already another table", there_already},
     {"duplicate column name", there_already},
     {"Cannot add a NOT NULL column with default value NULL", not_null},
     {"syntax error", syntax},
     {"unrecognized token", syntax}}};

constexpr std::array<Advice, 5> by_sqlite_constraint{{{"UNIQUE constraint failed", unique},
                                                      {"PRIMARY KEY", unique},
                                                      {"NOT NULL constraint failed", not_null},
                                                      {"FOREIGN KEY constraint failed", foreign_key},
                                                      {"CHECK constraint failed", check}}};

/// Of these the code alone says enough; SQLITE_ERROR is whatever has no code of its own, so there the message is read.
constexpr std::array<Advice, 5> by_sqlite_code{{{"SQLITE_READONLY", read_only},
                                                {"SQLITE_FULL", disk_full},
                                                {"SQLITE_PERM", no_right},
                                                {"SQLITE_AUTH", no_right},
                                                {"SQLITE_MISMATCH", "the value does not fit the column's type"}}};

template <std::size_t count>
std::string_view find_code(const std::array<Advice, count>& advice, std::string_view code) {
    const auto* found = std::ranges::find(advice, code, &Advice::of);
    return found == advice.end() ? std::string_view() : found->text;
}

template <std::size_t count>
std::string_view find_message(const std::array<Advice, count>& advice, std::string_view message) {
    const auto* found = std::ranges::find_if(
        advice, [&](const Advice& each) { return message.find(each.of) != std::string_view::npos; });
    return found == advice.end() ? std::string_view() : found->text;
}

std::string_view for_sqlite(std::string_view code, std::string_view message) {
    if (code == "SQLITE_ERROR") {
        // The message of a statement that ends too early: it has no "near", and so fits none of the list.
        if (message.find("incomplete input") != std::string_view::npos) return syntax;
        return find_message(by_sqlite_message, message);
    }
    if (code == "SQLITE_CONSTRAINT") return find_message(by_sqlite_constraint, message);
    return find_code(by_sqlite_code, code);
}

}  // namespace

std::string advice_for(const Error& failure) {
    const std::string_view code = failure.sqlstate();
    return std::string(code.starts_with("SQLITE_") ? for_sqlite(code, failure.what()) : find_code(by_sqlstate, code));
}

}  // namespace rev::run
