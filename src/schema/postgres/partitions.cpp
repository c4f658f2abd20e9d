// Partitions whose rows go elsewhere.
#include <algorithm>

#include "schema/postgres/actions.hpp"
#include "schema/postgres/names.hpp"
#include "schema/postgres/parts.hpp"

namespace rev::schema::postgres {

/// The table that the item is a partition of in the old model.
std::optional<std::size_t> Actions::whole_of(std::size_t index) const {
    const auto link = items_.find({Kind::partition, items_[index].id().name});
    if (!link || !items_[*link].before) return std::nullopt;
    for (const auto needed : items_[*link].old_needs)
        if (items_[needed].id().kind == Kind::table && items_[needed].id() != items_[index].id()) return needed;
    return std::nullopt;
}

/// The rows of a partition that goes are copied with its table's, which takes it along; so are those of its own
/// partitions. One that is made anew, too, only steps aside: copied by itself its rows would be there twice.
void Actions::absorb_partition_of_aside(std::size_t index) {
    auto whole = whole_of(index);
    while (whole && items_[*whole].is_dropped() && !items_[*whole].aside) whole = whole_of(*whole);
    if (!whole || !items_[*whole].aside || (items_[index].fate != Fate::drop && !items_[index].aside)) return;
    absorb(node_of(index, items_[index].aside ? Step::clear : Step::leave), node_of(*whole, Step::clear));
}

}  // namespace rev::schema::postgres
