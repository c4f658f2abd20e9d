#include "fleet/workers.hpp"

#include <algorithm>
#include <atomic>
#include <exception>
#include <mutex>
#include <thread>
#include <vector>

#include "base/signals_blocked.hpp"

namespace rev::fleet {

void run_workers(std::size_t count, const std::function<TakeNext()>& make_worker) {
    std::mutex mutex;
    std::exception_ptr first;
    // The threads are joined at the end of this block, before anything is thrown.
    {
        std::vector<std::jthread> threads;
        const auto work = [&] {
            try {
                const auto take_next = make_worker();
                while (take_next()) {
                }
            } catch (...) {
                const std::lock_guard lock(mutex);
                if (!first) first = std::current_exception();
            }
        };
        // A signal is for the thread that waits for them all, here: the others hear of it by the stop token.
        {
            const base::SignalsBlocked while_they_start;
            for (std::size_t i = 0; i < count; ++i) threads.emplace_back(work);
        }
    }
    if (first) std::rethrow_exception(first);
}

void for_each_on_threads(std::size_t count, std::size_t threads, const std::function<void(std::size_t)>& work) {
    std::atomic<std::size_t> next = 0;
    run_workers(std::min(count, threads), [&] {
        return [&] {
            const auto index = next++;
            if (index >= count) return false;
            work(index);
            return true;
        };
    });
}

}  // namespace rev::fleet
