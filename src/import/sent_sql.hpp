#pragma once

#include <span>
#include <string>

#include "import/body.hpp"
#include "import/history.hpp"
#include "import/tool.hpp"

/// What becomes of SQL that a tool sends in a transaction of its own. dialects: of the databases that it is for.
namespace rev::foreign {

/// Why the tool itself fails on the SQL, sent as it does that; empty: it does not. A sentence part behind the file's
/// name.
[[nodiscard]] std::string refusal_of(const Tool& tool, const Migration& migration, const Sent& sent,
                                     std::span<const Dialect> dialects);

/// What a person should know of SQL that ends the tool's own transaction, a sentence; empty: nothing.
[[nodiscard]] std::string transaction_remark(const Tool& tool, const Migration& migration, const Sent& sent,
                                             std::span<const Dialect> dialects);

}  // namespace rev::foreign
