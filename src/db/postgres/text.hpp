#pragma once

#include <libpq-fe.h>

#include <cstddef>
#include <string>
#include <string_view>

#include "rev/dialect.hpp"

// Text on its way to a server whose encoding may be another one than UTF-8.

namespace rev::db {

/// How the session reads a backslash within '...' now.
[[nodiscard]] Backslash backslash_of(const PGconn* connection);

/// The encoding whose characters the server counts when it names a place in what is sent now; libpq's number.
/// SQL_ASCII, where a character is a byte, unless both sides know an encoding.
[[nodiscard]] int counted_encoding(const PGconn* connection);

/// Byte offset of a 1-based character position; 0 is the first byte too. Past the end: text.size().
[[nodiscard]] std::size_t byte_offset(const std::string& text, std::size_t character, int encoding);

/// Text of rev's own for a server with this encoding.
class ServerText {
public:
    /// server_encoding: as the server names it, such as "LATIN1".
    explicit ServerText(std::string server_encoding);

    /// Whether the encoding has every character of `text` (UTF-8).
    [[nodiscard]] bool holds(std::string_view text) const;
    /// A literal in ASCII that reads the same whatever client_encoding, standard_conforming_strings and
    /// backslash_quote are. What the encoding does not have is written as \u2192.
    [[nodiscard]] std::string literal(std::string_view text) const;

private:
    [[nodiscard]] bool takes_bytes() const;

    std::string encoding_;
};

}  // namespace rev::db
