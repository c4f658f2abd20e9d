#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include "script/revision_file.hpp"
#include "script/source.hpp"

namespace rev::script {

/// One value of the header, and where it stands.
struct Value {
    const Source& source;
    std::string_view key;
    std::string_view text;  ///< trimmed; a view into source.text

    /// part: of `text`; where it is a null view, the end of the file.
    [[nodiscard]] std::size_t offset_of(std::string_view part) const noexcept {
        return part.data() == nullptr ? source.text.size() : static_cast<std::size_t>(part.data() - source.text.data());
    }
    /// As malformed(), at `part` of the value.
    [[nodiscard]] Error error(std::string_view part, std::string code, const std::string& message) const {
        return malformed(source, offset_of(part), std::move(code), message);
    }
};

/// A key of the header, and what takes its value. Throws Error, located at the value.
struct HeaderKey {
    std::string_view name;
    void (*take)(const Value& value, RevisionHeader& header);
};
inline constexpr std::size_t most_header_keys = 13;  ///< of any kind
inline constexpr std::size_t revises_key = 1;        ///< its place among those of a revision

/// All of a kind of file; the first one makes a paragraph the header. Source: docs/revision-files.md,
/// docs/repeatables.md.
[[nodiscard]] std::span<const HeaderKey> header_keys(FileKind kind) noexcept;
/// The place of the key of that name; npos if there is none.
[[nodiscard]] std::size_t find_header_key(FileKind kind, std::string_view name) noexcept;

/// Whether the name of a key or of a variable may have it.
[[nodiscard]] bool is_header_name_character(char c) noexcept;

}  // namespace rev::script
