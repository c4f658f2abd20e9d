#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "rev/dialect.hpp"
#include "rev/error.hpp"
#include "rev/revision.hpp"

namespace rev::script {

/// What a file stands for. They have the same form, and keys and sections of their own.
enum class FileKind {
    revision,
    repeatable,  ///< a repeatable object, see rev/repeatable.hpp
};
/// "revision" or "repeatable".
[[nodiscard]] std::string_view file_kind_name(FileKind kind) noexcept;

/// What a revision file says before its first section. Source: docs/revision-files.md.
struct RevisionHeader {
    FileKind kind = FileKind::revision;
    Revision revision;                        ///< of a repeatable: `id` is its name, and it has no edges
    std::string description;                  ///< paragraphs between message and header, without "-- "; may be empty
    std::optional<bool> transaction;          ///< `transaction: true|false`; absent: true
    std::optional<bool> sqlite_foreign_keys;  ///< `sqlite_foreign_keys: true|false`
    std::vector<std::string> variables;       ///< names that the sections may use
    std::string statement_lock_timeout;       ///< a duration as written, see parse_duration; empty: alembic.yaml's
    std::string statement_timeout;            ///< the same
    std::optional<int> lock_retries;          ///< 0 to 1000; absent: alembic.yaml's
    /// `squashed_checksums`: of the upgrade sections that databases may have run under this id before it became a
    /// squash, as the log has them (SectionChecksum::checksum).
    std::vector<std::string> squashed_checksums;
    std::vector<std::string> needs;    ///< of a repeatable: names of others
    bool drop_before_upgrade = false;  ///< of a repeatable
    std::size_t revision_line = 0;     ///< line of the `revision:` or `repeatable:` key, 1-based
};

/// apply and drop are those of repeatables.
enum class SectionKind { upgrade, downgrade, verify, apply, drop };

/// "upgrade", "downgrade", "verify", "apply" or "drop".
[[nodiscard]] std::string_view section_name(SectionKind kind) noexcept;

/// One part of a revision file. Its text runs from the line after its marker to the next marker or the end, byte for
/// byte as in the file; with `until` in its marker up to the line end before its own end marker.
struct Section {
    SectionKind kind = SectionKind::upgrade;
    std::optional<Dialect> dialect;  ///< absent: for every dialect
    bool expect_empty = false;       ///< `-- rev:verify empty`: each statement must return no row
    std::size_t marker_line = 0;     ///< 1-based
    std::size_t first_line = 0;      ///< line number of the text's first line
    std::size_t offset = 0;          ///< of the text in RevisionFile::text, bytes
    std::size_t length = 0;          ///< bytes
    /// Of its line `-- rev:todo` in RevisionFile::text (the first, if there are several): the section is still to be
    /// written and does not run. Absent: it runs, also if it is empty.
    std::optional<std::size_t> todo = {};
    bool verbatim = false;  ///< its marker says `until`: what would be a marker in it is SQL
};

/// Whether both are the same part of a file: a file has each once.
[[nodiscard]] inline bool same_part(const Section& left, const Section& right) noexcept {
    return left.kind == right.kind && left.dialect == right.dialect && left.expect_empty == right.expect_empty;
}

/// A whole revision file.
struct RevisionFile {
    RevisionHeader header;
    std::string text;               ///< the file's bytes (a BOM included)
    std::vector<Section> sections;  ///< in file order

    /// The section for `dialect`, else the one for every dialect, else nullptr. For verify: see verify_sections.
    [[nodiscard]] const Section* find_section(SectionKind kind, Dialect dialect) const noexcept;
    /// What is to be verified on `dialect`, in file order: at most one plain and one `empty` section.
    [[nodiscard]] std::vector<const Section*> verify_sections(Dialect dialect) const;
    /// Its bytes, within `text`. section: one of this file's.
    [[nodiscard]] std::string_view text_of(const Section& section) const noexcept;
};

/// Parses the header only: reads `text` up to the first marker (or its end). path: for messages and Revision::path.
/// text: the file's start; it must reach to the first marker or be the whole file.
/// Throws Error with ExitCode::graph, located.
[[nodiscard]] RevisionHeader parse_header(std::string_view text, std::string_view path);

/// Parses header and sections. Throws Error with ExitCode::graph, located.
[[nodiscard]] RevisionFile parse_revision_file(std::string text, std::string_view path,
                                               FileKind kind = FileKind::revision);

/// What is said of a section with a `todo` that is to run: error_codes::unwritten_section, ExitCode::graph, located at
/// that line.
[[nodiscard]] Error unwritten_section(const RevisionFile& file, const Section& section);

/// Reads only as much of the file as the header needs. Throws Error with ExitCode::graph: not readable, not a
/// regular file, vanished, malformed.
[[nodiscard]] RevisionHeader read_header(const std::filesystem::path& file, std::string_view shown_path);

/// The whole file. Throws as read_header() and parse_revision_file(). shown_path: what messages and Revision::path
/// have.
[[nodiscard]] RevisionFile read_revision_file(const std::filesystem::path& file, std::string_view shown_path,
                                              FileKind kind = FileKind::revision);

/// The comment block for a header, each line starting with `--`, ending with a line end: it reads back as the same
/// header whatever the message holds (control characters become spaces, further lines go to the description).
[[nodiscard]] std::string format_header(const RevisionHeader& header);

/// Whether text may be a revision id: 1 to 32 letters, digits, `_`, `.`, no reserved word.
[[nodiscard]] bool is_valid_revision_id(std::string_view text) noexcept;
/// Whether text may be a branch label: as an id but of any length, and also `-` and `/`.
[[nodiscard]] bool is_valid_branch_label(std::string_view text) noexcept;

}  // namespace rev::script

namespace rev {
using script::file_kind_name;
using script::FileKind;
using script::format_header;
using script::is_valid_branch_label;
using script::is_valid_revision_id;
using script::parse_header;
using script::parse_revision_file;
using script::read_header;
using script::read_revision_file;
using script::RevisionFile;
using script::RevisionHeader;
using script::same_part;
using script::Section;
using script::section_name;
using script::SectionKind;
using script::unwritten_section;
}  // namespace rev
