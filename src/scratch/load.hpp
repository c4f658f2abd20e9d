#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "db/database.hpp"
#include "scratch/ddl.hpp"

namespace rev::scratch {

/// How the texts were run.
struct LoadedDdl {
    /// PostgreSQL: a text set check_function_bodies to off, so that bodies may name what is made later.
    bool unchecked_function_bodies = false;
    /// A text left something temporary, which is gone since then.
    bool leaves_temporary = false;
    std::vector<std::size_t> order;  ///< of the texts, as it worked
};

/// Runs the texts in order, each as a whole. A text that fails for want of an object is run again when the others have
/// run, as long as that gets any further. What a text sets in the session ends with it. Throws Error with
/// ExitCode::graph ("schema_not_loaded"), located in the text, with the server's message and SQLSTATE; and as
/// Database::run does where the connection is lost or the run interrupted.
LoadedDdl load_ddl(Database& database, std::span<const DdlText> texts);

/// One text, within the transaction that is open (PostgreSQL). Throws as load_ddl() does; the transaction is rolled
/// back then.
LoadedDdl load_inside(Database& database, const DdlText& text);

/// Whether a failure is one for want of an object that a later text may make.
[[nodiscard]] bool lacks_object(const Error& error, Dialect dialect);

}  // namespace rev::scratch
