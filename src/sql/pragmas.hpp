#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace rev::sql {

/// What rev knows of one of SQLite's PRAGMAs. Source: https://sqlite.org/pragma.html.
struct Pragma {
    std::string_view name;  ///< in small letters

    /// What it changes when it is given a value.
    enum class Scope : std::uint8_t {
        nothing,      ///< it is a question with an argument, or work that is done at once
        file,         ///< what the file keeps
        transaction,  ///< ends with the transaction
        flag,         ///< of the connection; can be asked for and put back at any time
        connection,   ///< of the connection or the process, for good
    };
    Scope scope = Scope::connection;

    /// Whether its value can be asked for by the PRAGMA itself, and is the connection's, not the file's.
    enum class Readable : bool { no, yes };
    Readable readable = Readable::no;

    /// What running it does beside.
    enum class Effect : std::uint8_t {
        other,
        sets_at_once,     ///< sets something of the connection alone, at once, and cannot fail
        looks,            ///< changes nothing in any file
        waits_for_vacuum  ///< takes effect with the next VACUUM, and cannot be read back until then
    };
    Effect effect = Effect::other;

    /// Whether a transaction is no place for it: it fails there, or does nothing.
    enum class InTransaction : bool { works, fails };
    InTransaction in_transaction = InTransaction::works;
};

/// All that anything is known of, by name.
[[nodiscard]] std::span<const Pragma> known_pragmas() noexcept;

/// One that is not known is of Scope::connection, and nothing else is assumed of it. name: in any case, without schema.
[[nodiscard]] Pragma find_pragma(std::string_view name) noexcept;

/// Whether SQLite takes the value of a PRAGMA that is a flag for on. value: without quotes.
[[nodiscard]] bool is_on(std::string_view value) noexcept;

}  // namespace rev::sql
