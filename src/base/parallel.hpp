#pragma once

#include <cstddef>
#include <functional>

namespace rev::base {

/// What one thread does with an index.
using IndexWorker = std::function<void(std::size_t index)>;

/// Calls a worker for each of 0 .. count-1, on as many threads as reading files pays for. make_worker is called once on
/// each thread, so that a worker may have a state of its own; else workers must not share what they change. Few
/// indices stay on the calling thread. Throws what a worker throws: of several exceptions that of the lowest index,
/// below which all calls were made, so that the outcome does not depend on the threads.
void for_each_index(std::size_t count, const std::function<IndexWorker()>& make_worker);

}  // namespace rev::base
