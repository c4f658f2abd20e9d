#pragma once

#include <string>

#include "script/revision_file.hpp"
#include "sql/statements.hpp"
#include "state/state.hpp"

namespace rev::state {

/// Of one statement for the ledger: over its tokens, and COPY's data as it is.
[[nodiscard]] std::string statement_checksum(const Statement& statement, Dialect dialect);

/// Of the upgrade section that runs on `dialect`; empty if there is none.
[[nodiscard]] SectionChecksum upgrade_checksum(const RevisionFile& file, Dialect dialect);

}  // namespace rev::state
