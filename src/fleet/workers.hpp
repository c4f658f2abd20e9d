#pragma once

#include <cstddef>
#include <functional>

namespace rev::fleet {

/// Takes the next piece of work; false: there is none left for this worker.
using TakeNext = std::function<bool()>;

/// Runs `make_worker()` on `count` threads, each called until it returns false. Throws what a worker throws first, when
/// all have ended.
void run_workers(std::size_t count, const std::function<TakeNext()>& make_worker);

/// Calls `work` for each of 0 .. count-1 on at most `threads` threads, in no order.
void for_each_on_threads(std::size_t count, std::size_t threads, const std::function<void(std::size_t)>& work);

}  // namespace rev::fleet
