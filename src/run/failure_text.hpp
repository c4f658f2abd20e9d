#pragma once

#include <cstddef>
#include <string>

#include "db/database.hpp"
#include "rev/error.hpp"
#include "run/batch.hpp"
#include "run/prepared.hpp"

namespace rev::run {

/// What a failed command means for its step: message, place in the revision file, advice.
[[nodiscard]] Error describe_failure(const CommandError& error, const Batch& batch, const PreparedStep& step);

/// Whether the failure says that something is there already which the step makes.
[[nodiscard]] bool is_already_there(const CommandError& error);
/// The first run on a database that was there before rev, as it seems.
[[nodiscard]] Error with_adoption_hint(Error described);

/// The place of a statement, for servers that name none. index: in the step; behind the last one: of the file alone.
[[nodiscard]] Location statement_location(const PreparedStep& step, std::size_t index);

/// What a worker is told whose lease is another's by now.
[[nodiscard]] Error lease_lost_error();

}  // namespace rev::run
