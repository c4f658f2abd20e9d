#pragma once

#include <string>
#include <vector>

#include "schema/model.hpp"

namespace rev::schema::postgres {

/// A new label of an enum type, and its place: all quoted.
struct LabelInsertion {
    std::string label;
    std::string before;  ///< empty: not before another
    std::string after;   ///< empty: not behind another
};

/// In the order to run them. Only where only_adds_labels().
[[nodiscard]] std::vector<LabelInsertion> find_label_insertions(const Fact& before, const Fact& after);
/// Whether the old labels are all there still, in their order.
[[nodiscard]] bool only_adds_labels(const Fact& before, const Fact& after);

}  // namespace rev::schema::postgres
