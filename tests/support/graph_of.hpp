#pragma once

#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "rev/graph.hpp"
#include "rev/plan.hpp"

namespace rev::test {

using Ids = std::vector<RevisionId>;

/// Revisions from text such as "a[core] -> b, b -> c d, c d -> e, p => q": each part says that what stands right of the
/// arrow revises (`->`) or depends on (`=>`) all that stands left of it; labels are given in brackets, once, separated
/// by `|`. Load order is the order of the text. Each revision gets the message "about ID" and the file
/// "versions/ID.sql".
[[nodiscard]] std::vector<Revision> revisions_of(std::string_view text);

[[nodiscard]] Graph graph_of(std::string_view text);

[[nodiscard]] Ids ids_of(const Revisions& revisions);
/// "e d c": the ids in their order.
[[nodiscard]] std::string text_of(const Revisions& revisions);
/// "b c d": the revisions of the steps in the order to run them; a stamp step that only removes rows is "-".
[[nodiscard]] std::string text_of(const Plan& plan);
/// "[b] [b c]": the rows after each step, in table order. Throws std::logic_error if a change does not hit one row.
[[nodiscard]] std::string rows_of(const Plan& plan);

[[nodiscard]] Plan upgrade(const Graph& graph, const Ids& rows, std::string_view target);
[[nodiscard]] Plan downgrade(const Graph& graph, const Ids& rows, std::string_view target);
[[nodiscard]] Plan stamp(const Graph& graph, const Ids& rows, const std::vector<std::string>& targets,
                         bool purge = false);

/// The facts of the GraphError that `ask` throws. Throws std::logic_error if it throws none.
template <typename Ask>
[[nodiscard]] GraphError refusal(Ask&& ask) {
    try {
        static_cast<void>(ask());
    } catch (const GraphError& error) {
        return error;
    }
    throw std::logic_error("an answer was given where a refusal was expected");
}

}  // namespace rev::test
