#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "rev/error.hpp"
#include "script/revision_file.hpp"

// The input is a revision file; it is also taken as a message that somebody types.

namespace {

void require(bool condition) {
    if (!condition) std::abort();
}

void require_located(const rev::Error& error) {
    require(error.exit_code() == rev::ExitCode::graph);
    require(error.location().file == "f.sql");
    require(error.location().line >= 1 && error.location().column >= 1);
}

void require_same(const rev::RevisionHeader& left, const rev::RevisionHeader& right) {
    require(left.revision.id == right.revision.id);
    require(left.revision.revises == right.revision.revises);
    require(left.revision.depends_on == right.revision.depends_on);
    require(left.revision.branch_labels == right.revision.branch_labels);
    require(left.transaction == right.transaction);
    require(left.sqlite_foreign_keys == right.sqlite_foreign_keys);
    require(left.variables == right.variables);
    require(left.statement_lock_timeout == right.statement_lock_timeout);
    require(left.statement_timeout == right.statement_timeout);
    require(left.lock_retries == right.lock_retries);
}

void require_reads_back(const rev::RevisionHeader& header) {
    const auto once = rev::parse_header(rev::format_header(header), "f.sql");
    require_same(once, header);
    require(rev::format_header(once) == rev::format_header(header));
}

void check_todo(const rev::RevisionFile& file, const rev::Section& section) {
    if (!section.todo) return;
    require(*section.todo >= section.offset && *section.todo < section.offset + section.length);
    require(std::string_view(file.text).substr(*section.todo).starts_with("-- rev:todo"));
    const auto error = rev::unwritten_section(file, section);
    require_located(error);
    require(error.code() == rev::error_codes::unwritten_section && !error.hint().empty());
}

void check_sections(const rev::RevisionFile& file) {
    std::size_t end = 0;
    for (const auto& section : file.sections) {
        require(section.offset >= end && section.offset + section.length <= file.text.size());
        require(section.first_line == section.marker_line + 1);
        end = section.offset + section.length;
        check_todo(file, section);
    }
    // Behind the end marker of a section with `until` only comments stand.
    const auto rest = std::string_view(file.text).substr(end);
    require(file.sections.empty() || rest.empty() || rest.starts_with("\n-- rev:end") ||
            rest.starts_with("-- rev:end") || rest.starts_with('\r'));
    require(file.verify_sections(rev::Dialect::sqlite).size() <= 2);
}

void check_file(std::string_view text) {
    bool has_header = false;
    try {
        require_reads_back(rev::parse_header(text, "f.sql"));
        has_header = true;
        check_sections(rev::parse_revision_file(std::string(text), "f.sql"));
    } catch (const rev::Error& error) {
        require_located(error);
    }
    if (has_header) return;
    try {
        static_cast<void>(rev::parse_revision_file(std::string(text), "f.sql"));
        std::abort();  // a file is never better than its header
    } catch (const rev::Error& error) {
        require_located(error);
    }
}

void check_message(std::string_view text) {
    rev::RevisionHeader header;
    header.revision.id = "a1";
    header.revision.message = text;
    require_reads_back(header);
    header.description = text;
    require_reads_back(header);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    check_file(text);
    check_message(text);
    return 0;
}
