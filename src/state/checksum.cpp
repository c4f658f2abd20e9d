#include "state/checksum.hpp"

#include "state/sha256.hpp"

namespace rev::state {

/// Two sums: the first says whether the SQL is another one, and the second, over the bytes, whether anything is.
SectionChecksum section_checksum(std::string_view section, Dialect dialect) {
    Sha256 sum;
    normalize_sql(section, dialect, [&](std::string_view piece) { sum.add(piece); });
    return {.checksum = sum.digest(), .raw_checksum = sha256(section)};
}

// No token is none in any dialect.
bool is_of_nothing(const SectionChecksum& checksum) {
    return checksum.checksum == section_checksum("", Dialect::sqlite).checksum;
}

SectionChecksum upgrade_checksum(const RevisionFile& file, Dialect dialect) {
    const auto* section = file.find_section(SectionKind::upgrade, dialect);
    return section == nullptr ? SectionChecksum{} : section_checksum(file.text_of(*section), dialect);
}

std::string statement_checksum(const Statement& statement, Dialect dialect) {
    // COPY's data is no part of the statement's text, and is appended: other rows are another statement to run.
    auto text = normalized_sql(statement.text, dialect);
    text.append(statement.copy_data);
    return sha256(text);
}

}  // namespace rev::state
