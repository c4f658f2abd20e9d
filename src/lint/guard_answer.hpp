#pragma once

#include <cstddef>
#include <span>

#include "lint/section.hpp"
#include "lint/sqlite_schema.hpp"
#include "lint/symbols.hpp"

namespace rev::lint {

/// What the guards above a statement say, as far as the revisions below tell what is there.
enum class GuardAnswer {
    runs,      ///< it has none, or all let it run
    left_out,  ///< one of them surely does not
    open       ///< only a database can tell
};

/// The markers above a statement, in their order.
[[nodiscard]] std::span<const sql::StatementMarker> markers_above(const SectionText& section, std::size_t statement);

/// statement: its number in the section. symbols, schema: as they are in front of it.
[[nodiscard]] GuardAnswer guard_answer(const SectionText& section, std::size_t statement, const Symbols& symbols);
[[nodiscard]] GuardAnswer guard_answer(const SectionText& section, std::size_t statement, const SqliteSchema& schema);

}  // namespace rev::lint
