#include "base/parallel.hpp"

#include <algorithm>
#include <atomic>
#include <exception>
#include <mutex>
#include <thread>
#include <vector>

namespace rev::base {
namespace {

/// Indices that a thread takes at a time: enough that taking costs nothing, few enough that all end together.
constexpr std::size_t batch_size = 256;
/// As many as were measured to pay for their start with files as small as revisions.
constexpr std::size_t most_threads = 2;

class Loop {
public:
    Loop(std::size_t count, const std::function<IndexWorker()>& make_worker)
        : count_(count), make_worker_(make_worker) {}

    void run() {
        const auto batches = (count_ + batch_size - 1) / batch_size;
        // hardware_concurrency() may be 0, where it is not known; the calling thread works in any case.
        const auto threads = std::min<std::size_t>({batches, most_threads, std::thread::hardware_concurrency()});
        std::vector<std::jthread> helpers;
        // One less: the calling thread is one of them.
        for (std::size_t i = 1; i < threads; ++i) helpers.emplace_back([this] { work(); });
        work();
        // Joins them: only then is error_ complete.
        helpers.clear();
        if (error_) std::rethrow_exception(error_);
    }

private:
    void work() {
        IndexWorker worker;
        try {
            worker = make_worker_();
        } catch (...) {
            return note_failure(0, std::current_exception());
        }
        for (;;) {
            const auto first = next_.fetch_add(batch_size);
            // What comes after an index that failed no longer matters, what comes before it does.
            if (first >= std::min(count_, failed_.load())) return;
            run_batch(worker, first, std::min(first + batch_size, count_));
        }
    }

    void run_batch(const IndexWorker& worker, std::size_t first, std::size_t last) {
        auto index = first;
        // An exception that leaves a thread's function ends the process.
        try {
            for (; index < last; ++index) worker(index);
        } catch (...) {
            note_failure(index, std::current_exception());
        }
    }

    void note_failure(std::size_t index, std::exception_ptr error) {
        const std::lock_guard lock(mutex_);
        if (index >= failed_) return;
        failed_ = index;
        error_ = std::move(error);
    }

    std::size_t count_;
    const std::function<IndexWorker()>& make_worker_;
    std::atomic<std::size_t> next_ = 0;
    std::atomic<std::size_t> failed_ = std::size_t(-1);
    std::mutex mutex_;
    std::exception_ptr error_;
};

}  // namespace

void for_each_index(std::size_t count, const std::function<IndexWorker()>& make_worker) {
    Loop(count, make_worker).run();
}

}  // namespace rev::base
