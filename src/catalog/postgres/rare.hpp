#pragma once

#include <bitset>
#include <cstddef>
#include <optional>
#include <string>

#include "db/database.hpp"

namespace rev::catalog::postgres {

/// Kinds of objects that many databases have none of. What asks for them is left out there: of a small schema the
/// server spends most of the time on planning questions whose answer is empty.
enum class Rare : std::size_t {
    view,
    materialized_view,
    sequence,
    inheritance,
    trigger,
    rule,
    policy,
    statistics,
    enumeration,
    composite,
    range,
    base_type,
    domain,
    collation,
    aggregate,
    language,
    event_trigger,
    operator_,
    operator_family,
    operator_class,
    cast,
    conversion,
    text_search_parser,
    text_search_template,
    text_search_dictionary,
    text_search_configuration,
    foreign_data_wrapper,
    foreign_server,
    publication,
    count  ///< how many there are
};

using RareKinds = std::bitset<static_cast<std::size_t>(Rare::count)>;

/// Whether there may be what a question is about. kind: nullopt, where it is about what every database may have.
[[nodiscard]] inline bool may_have(const RareKinds& present, std::optional<Rare> kind) {
    return !kind || present.test(static_cast<std::size_t>(*kind));
}

/// SELECT of one row, with 't' or 'f' for each kind in the order of Rare: whether the database has any object of it,
/// an extension's and those of other schemas included. Right for every version, 13 to 18.
[[nodiscard]] std::string rare_kinds_query();

/// row: an answer of rare_kinds_query(), with more columns behind it or without.
[[nodiscard]] RareKinds read_rare_kinds(const SqlRow& row);

}  // namespace rev::catalog::postgres
