#pragma once

#include "support/graph_of.hpp"

namespace rev::test {

/// Four revisions, one after another.
inline Graph line() { return graph_of("aaaa -> bbbb, bbbb -> cccc, cccc -> dddd"); }

/// Two trees; bill stands on core's second revision.
inline Graph two_trees() {
    return graph_of("core1[core] -> core2, core2 -> core3, bill1[bill] -> bill2, core2 => bill1");
}

}  // namespace rev::test
