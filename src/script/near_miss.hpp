#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "rev/error.hpp"
#include "script/revision_file.hpp"
#include "script/source.hpp"

// What a line was meant as that rev does not read as such. Asked only where something is wrong, but for meant_marker().

namespace rev::script {

/// How sure it must be that a comment was meant as a marker.
enum class Doubt {
    none,    ///< it can hardly be anything else: `--rev:upgrade`, `-- +goose Up`, `-- migrate:down`
    likely,  ///< a word that is also a comment of its own: `-- up`, `-- Downgrade:`
};

/// The marker that a line beginning with `--` was meant as, such as `-- rev:upgrade`; empty: none, or it is one.
[[nodiscard]] std::string meant_marker(std::string_view line, Doubt most);

/// The header's key for what other tools, and Alembic, call it: `revises` for `down_revision`; empty: none is known.
[[nodiscard]] std::string_view meant_key(std::string_view name);

/// A value without the quotes and the comma of other tools' files.
[[nodiscard]] std::string_view unquoted(std::string_view value) noexcept;

/// Offset of the first line that Git left of a merge conflict; npos: there is none. In SQL a line `=======` may be
/// part of a text, so there only a line that begins with `<<<<<<<` counts.
enum class ConflictIn { header, sql };
[[nodiscard]] std::size_t find_conflict_marker(std::string_view text, ConflictIn where) noexcept;
[[nodiscard]] Error conflict_error(const Source& source, std::size_t offset);

/// An error about a marker that is none, at the line at `offset`.
[[nodiscard]] Error no_marker(const Source& source, std::size_t offset, const std::string& meant);

/// `error` about the prologue, or what explains it better: a conflict marker, a key or a marker written another way.
/// Other tools know no repeatables that look like ours, so of those only conflicts are told.
[[nodiscard]] Error explained(const Source& prologue, const Error& error, FileKind kind);

}  // namespace rev::script
