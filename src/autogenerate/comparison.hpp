#pragma once

#include <optional>
#include <string>
#include <vector>

#include "autogenerate/workplace.hpp"
#include "schema/migration.hpp"

namespace rev::autogenerate {

/// Two models held against each other.
struct Comparison {
    schema::Model from;
    schema::Model to;
    schema::Hints hints;  ///< of the desired schema, where that is one of the two
    std::vector<schema::Change> changes;

    /// Of both, by kind: what is there and was not compared.
    [[nodiscard]] std::vector<schema::Unmodelled> unmodelled() const;
};

/// Live databases are read last: of theirs, the schemas count that the other side uses.
[[nodiscard]] Comparison compare_sources(Workplace& place, const Source& from, const Source& to);

/// `rev drift`: what the database has otherwise than its revisions make it.
[[nodiscard]] Comparison find_drift(Workplace& place);

/// `rev dump`.
[[nodiscard]] schema::Model read_for_dump(Workplace& place, const Source& source);

}  // namespace rev::autogenerate
