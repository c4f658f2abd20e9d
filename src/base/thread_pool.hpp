#pragma once

#include <cstddef>
#include <functional>
#include <mutex>

namespace rev::base {

/// What one thread does with an index.
using IndexWorker = std::function<void(std::size_t index)>;

/// Threads that read many files together, so many at once and no more, whoever asks. Each lives for one call: a library
/// leaves none behind in the application, which may fork. Any thread may ask, also one that works for the pool: whoever
/// asks works too, and waits only for threads that are at work.
class ThreadPool {
public:
    /// most_threads: at work for one call at once, the caller included; 0: as many as the machine has processors, at
    /// most eight.
    explicit ThreadPool(std::size_t most_threads = 0);

    /// Calls a worker for each of 0 .. count-1. make_worker is called once on each thread that works, so that a worker
    /// may have a state of its own; else workers must not share what they change. Few indices stay on the calling
    /// thread. Throws what a worker throws: of several exceptions that of the lowest index, below which all calls were
    /// made, so that the outcome does not depend on the threads.
    void for_each_index(std::size_t count, const std::function<IndexWorker()>& make_worker);

private:
    class Loop;
    class Helpers;

    std::mutex mutex_;
    std::size_t free_threads_;  ///< that may still be started, over all calls
};

}  // namespace rev::base
