#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "script/revision_file.hpp"

namespace rev::foreign {

/// What is another text in each database.
struct DialectSections {
    Dialect dialect = Dialect::postgresql;
    std::string up;
    std::optional<std::string> down;  ///< absent: irreversible
};

/// The sections of a file to be.
struct Sections {
    std::string up;
    std::optional<std::string> down;   ///< absent: irreversible
    std::optional<std::string> check;  ///< verify
    std::string todo;                  ///< what a person has to write in up and down; empty: they are complete
    /// Of all dialects, in the place of up and down; where they agree, the section is a plain one. Empty: they agree.
    std::vector<DialectSections> by_dialect = {};
};

/// A revision file with these sections, which reads back as exactly them (a line end is added to one that has none). A
/// section that holds lines which would read as markers goes on until a word that it does not hold.
/// Throws Error with ExitCode::graph, located in `shown`, for text that no revision file can hold.
[[nodiscard]] std::string compose_revision(const RevisionHeader& header, const Sections& sections,
                                           std::string_view shown);

/// The same of a repeatable object, whose apply section is `up`; the others are not looked at.
[[nodiscard]] std::string compose_repeatable(const RevisionHeader& header, const Sections& sections,
                                             std::string_view shown);

}  // namespace rev::foreign
