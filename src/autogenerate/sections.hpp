#pragma once

#include <map>
#include <string>
#include <vector>

#include "rev/dialect.hpp"
#include "schema/migration.hpp"

namespace rev::autogenerate {

/// What of a plan a text is written for.
enum class Purpose {
    file,   ///< a revision file: hazards above the statements, marked places where something is to be filled in
    proof,  ///< a trial: the statements as they are
};

/// The statements as SQL, each closed by `;` and a line end. Statements of one object stand together, and an empty
/// line stands between those of different ones.
[[nodiscard]] std::string section_text(const std::vector<schema::Statement>& statements, Purpose purpose);

/// One revision file to be written.
struct FileDraft {
    std::string title;  ///< behind the message; may be empty
    bool transaction = true;
    bool sqlite_foreign_keys = true;
    std::string sections;  ///< from the first marker on
};

/// The drafts of each dialect, joined: the first of each goes into the first file, and so on. One plain section where
/// there is one dialect or both have the same text; else one for each. A dialect that has less to do gets empty
/// sections. named: each section names its dialect in any case.
[[nodiscard]] std::vector<FileDraft> join_drafts(const std::map<Dialect, std::vector<schema::RevisionDraft>>& drafts,
                                                 bool named);

}  // namespace rev::autogenerate
