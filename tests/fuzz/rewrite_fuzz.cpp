#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "rev/error.hpp"
#include "rewrite/header_edit.hpp"
#include "rewrite/squash.hpp"
#include "rewrite/touched_tables.hpp"
#include "script/revision_file.hpp"

// The input is a revision file: its parents are changed, and it is squashed with one below it.

namespace {

void require(bool condition) {
    if (!condition) std::abort();
}

/// The header reads back with the new parents, and everything else is as it was.
void change_parents(const rev::RevisionFile& file) {
    const auto changed = rev::rewrite::with_header_value(file.text, "f.sql", "revises", {"x1", "y1"});
    const auto again = rev::parse_revision_file(changed, "f.sql");
    require(again.header.revision.revises == std::vector<rev::RevisionId>{"x1", "y1"});
    require(again.header.revision.id == file.header.revision.id);
    require(again.header.revision.message == file.header.revision.message);
    require(again.header.description == file.header.description);
    require(again.sections.size() == file.sections.size());
    for (std::size_t i = 0; i < file.sections.size(); ++i)
        require(again.text_of(again.sections[i]) == file.text_of(file.sections[i]));
}

/// What a squash writes can be read, and has no other SQL than its parts.
void squash(const rev::RevisionFile& file) {
    if (!file.header.revision.squashes.empty()) return;
    auto first = file;
    first.header.revision.id = file.header.revision.id == "x1" ? "y1" : "x1";
    const std::vector parts{first, file};
    rev::rewrite::Squash squash;
    try {
        squash = rev::rewrite::make_squash(parts, "");
    } catch (const rev::Error& error) {
        require(error.exit_code() == rev::ExitCode::graph);
        return;
    }
    const auto again = rev::parse_revision_file(squash.text, "s.sql");
    require(again.header.revision.id == file.header.revision.id);
    require(again.header.revision.squashes.size() == 2);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string text(reinterpret_cast<const char*>(data), size);
    for (const auto dialect : {rev::Dialect::postgresql, rev::Dialect::sqlite}) {
        (void)rev::rewrite::touched_tables(text, dialect);
        (void)rev::rewrite::dropped_by(text, dialect);
    }
    rev::RevisionFile file;
    try {
        file = rev::parse_revision_file(text, "f.sql");
    } catch (const rev::Error&) {
        return 0;
    }
    change_parents(file);
    squash(file);
    return 0;
}
