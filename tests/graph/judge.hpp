#pragma once

#include <string>
#include <vector>

#include "graph/exceptions.hpp"

namespace rev::test {

/// All of them, in the order of docs/targets.md. There is no other.
[[nodiscard]] const std::vector<Exception>& exceptions();

struct Verdict {
    std::string complaint;                ///< what is wrong with the answer; empty: it is right
    std::vector<std::string> exceptions;  ///< names of the rules that made it differ from Alembic's
};

/// Compares rev's answer with Alembic's; where an exception applies, with what rev has to answer then.
[[nodiscard]] Verdict judge(const GraphCase& question, const Json& answer);

}  // namespace rev::test
