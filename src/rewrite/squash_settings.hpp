#pragma once

#include <optional>
#include <string>

#include "script/revision_file.hpp"

namespace rev::rewrite {

/// SQL that stands between two parts of a squash and ends what the section of the first has left in its session, as its
/// end does where it is a revision of its own: role, settings, and objects that live as long as the session. Empty: the
/// section makes none, as far as its statements tell; replaying the squash is what shows that. key: the dialect of the
/// section; absent: every one. Throws Error with ExitCode::graph ("not_squashable"), located, for what SQLite cannot
/// end inside a transaction, or what has to be ended in another way for each dialect.
[[nodiscard]] std::string end_of_settings(const RevisionFile& part, const Section& section,
                                          const std::optional<Dialect>& key);

}  // namespace rev::rewrite
