#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "rev/graph.hpp"
#include "rev/target.hpp"

namespace {

void require(bool condition) {
    if (!condition) std::abort();
}

void check_target(std::string_view text) {
    try {
        const auto target = rev::parse_target(text);
        require(target.text == text);
        require(target.label || target.relative || target.symbol == text);
    } catch (const rev::GraphError& error) {
        require(error.kind == rev::GraphError::Kind::bad_target);
    }
}

void check_range(std::string_view text) {
    try {
        const auto range = rev::parse_range(text);
        require(range.has_value() == text.find(':') < text.size());
        if (range) require(range->lower + ":" + range->upper == text);
    } catch (const rev::GraphError& error) {
        require(error.kind == rev::GraphError::Kind::bad_target);
    }
}

rev::Revision revision(std::string id, std::vector<std::string> revises, std::vector<std::string> depends_on = {},
                       std::vector<std::string> labels = {}) {
    rev::Revision made;
    made.id = std::move(id);
    made.revises = std::move(revises);
    made.depends_on = std::move(depends_on);
    made.branch_labels = std::move(labels);
    return made;
}

/// a1 (label core) <- a2 <- m1, b1 (on a1) <- m1; c1 depends on b1.
const rev::Graph& sample_graph() {
    static const rev::Graph graph({revision("a1", {}, {}, {"core"}), revision("a2", {"a1"}),
                                   revision("b1", {"a1"}, {}, {"side-2"}), revision("m1", {"a2", "b1"}),
                                   revision("c1", {}, {"b1"})});
    return graph;
}

template <typename Ask>
void check_question(Ask ask) {
    try {
        static_cast<void>(ask());
    } catch (const rev::GraphError& error) {
        require(!rev::Error(rev::to_error(error)).code().empty());
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    check_target(text);
    check_range(text);
    const std::vector<rev::RevisionId> rows{"a2"};
    check_question([&] { return rev::resolve(sample_graph(), text, rows); });
    check_question([&] { return rev::history(sample_graph(), text, rows); });
    return 0;
}
