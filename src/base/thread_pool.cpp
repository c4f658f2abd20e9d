#include "base/thread_pool.hpp"

#include <algorithm>
#include <atomic>
#include <exception>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include "base/signals_blocked.hpp"

namespace rev::base {
namespace {

/// Indices that a thread takes at a time: enough that taking costs nothing, few enough that all end together.
constexpr std::size_t batch_size = 256;

std::size_t default_threads() {
    // Files as small as revisions come from the cache: beyond this, threads wait for the same locks of the kernel.
    constexpr std::size_t most_useful = 8;
    // 0, where it is not known; the calling thread works in any case.
    return std::clamp<std::size_t>(std::thread::hardware_concurrency(), 1, most_useful);
}

}  // namespace

class ThreadPool::Loop {
public:
    Loop(std::size_t count, const std::function<IndexWorker()>& make_worker)
        : count_(count), make_worker_(make_worker) {}

    [[nodiscard]] std::size_t batches() const noexcept { return (count_ + batch_size - 1) / batch_size; }

    void work() noexcept {
        IndexWorker worker;
        // An exception that leaves a thread's function ends the process.
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

    /// Nobody works any more.
    void rethrow_failure() const {
        if (error_) std::rethrow_exception(error_);
    }

private:
    void run_batch(const IndexWorker& worker, std::size_t first, std::size_t last) noexcept {
        auto index = first;
        try {
            for (; index < last; ++index) worker(index);
        } catch (...) {
            note_failure(index, std::current_exception());
        }
    }

    void note_failure(std::size_t index, std::exception_ptr error) noexcept {
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

/// Threads of the pool that work for one call, as long as it lives.
class ThreadPool::Helpers {
public:
    /// wanted: at most so many, if so many are free.
    Helpers(ThreadPool& pool, std::size_t wanted, Loop& loop) : pool_(pool) {
        {
            const std::lock_guard lock(pool_.mutex_);
            taken_ = std::min(wanted, pool_.free_threads_);
            pool_.free_threads_ -= taken_;
        }
        const SignalsBlocked while_they_start;
        try {
            for (std::size_t i = 0; i < taken_; ++i) threads_.emplace_back([&loop] { loop.work(); });
        } catch (const std::system_error&) {  // no more threads are to be had: those that are there do it all
        }
    }
    ~Helpers() {
        threads_.clear();  // joins them
        const std::lock_guard lock(pool_.mutex_);
        pool_.free_threads_ += taken_;
    }
    Helpers(const Helpers&) = delete;
    Helpers& operator=(const Helpers&) = delete;

private:
    ThreadPool& pool_;
    std::size_t taken_ = 0;
    std::vector<std::jthread> threads_;
};

// One less: the calling thread is one of them.
ThreadPool::ThreadPool(std::size_t most_threads)
    : free_threads_((most_threads > 0 ? most_threads : default_threads()) - 1) {}

void ThreadPool::for_each_index(std::size_t count, const std::function<IndexWorker()>& make_worker) {
    Loop loop(count, make_worker);
    {
        const Helpers helpers(*this, loop.batches() > 0 ? loop.batches() - 1 : 0, loop);
        loop.work();
    }
    loop.rethrow_failure();
}

}  // namespace rev::base
