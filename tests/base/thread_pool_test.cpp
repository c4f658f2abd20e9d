#include <doctest/doctest.h>

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <iterator>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "base/thread_pool.hpp"

using rev::base::ThreadPool;

TEST_CASE("every index is visited once, however many there are and whatever threads") {
    for (const std::size_t threads : {0U, 1U, 2U, 7U}) {
        ThreadPool pool(threads);
        for (const std::size_t count : {0U, 1U, 255U, 256U, 257U, 10'000U}) {
            std::vector<std::atomic<int>> visits(count);
            pool.for_each_index(count, [&] { return [&](std::size_t index) { ++visits[index]; }; });
            for (const auto& visit : visits) CHECK(visit == 1);
        }
    }
}

TEST_CASE("of several failures the first index wins, and all before it were visited") {
    ThreadPool pool(4);
    constexpr std::size_t count = 5000;
    for (int round = 0; round < 20; ++round) {
        std::vector<std::atomic<int>> visits(count);
        const auto visit = [&](std::size_t index) {
            ++visits[index];
            if (index >= 1700 && index % 100 == 0) throw std::runtime_error(std::to_string(index));
        };
        CHECK_THROWS_WITH(pool.for_each_index(count, [&] { return visit; }), "1700");
        for (std::size_t index = 0; index <= 1700; ++index) CHECK(visits[index] == 1);
    }
}

TEST_CASE("a worker has a state of its own") {
    ThreadPool pool(4);
    std::atomic<std::size_t> sum = 0;
    pool.for_each_index(10'000, [&] {
        return [&sum, own = std::vector<std::size_t>()](std::size_t index) mutable {
            own.push_back(index);
            sum += own.back();
        };
    });
    CHECK(sum == 49'995'000);
}

TEST_CASE("a worker that cannot be made is an exception of the call, on whatever thread") {
    ThreadPool pool(4);
    const auto make = []() -> rev::base::IndexWorker { throw std::runtime_error("no worker"); };
    for (const std::size_t count : {1U, 10'000U}) CHECK_THROWS_WITH(pool.for_each_index(count, make), "no worker");
}

TEST_CASE("no thread outlives the call that it worked for: an application may fork") {
    const auto threads = [] {
        const std::filesystem::directory_iterator tasks("/proc/self/task");
        return std::distance(begin(tasks), end(tasks));
    };
    ThreadPool pool(4);
    const auto before = threads();
    std::atomic<long> most = 0;
    pool.for_each_index(10'000, [&] {
        most = std::max(most.load(), static_cast<long>(threads()));
        return [](std::size_t) {};
    });
    CHECK(threads() == before);
    CHECK(most > before);
}

TEST_CASE("several threads ask one pool at once, and its own threads ask it, too") {
    ThreadPool pool(3);
    std::atomic<std::size_t> calls = 0;
    const auto ask = [&] {
        for (int round = 0; round < 20; ++round)
            pool.for_each_index(600, [&] {
                return [&](std::size_t index) {
                    if (index % 300 == 0) pool.for_each_index(513, [&] { return [&](std::size_t) { ++calls; }; });
                };
            });
    };
    {
        std::vector<std::jthread> threads;
        for (int i = 0; i < 4; ++i) threads.emplace_back(ask);
    }
    CHECK(calls == 4 * 20 * 2 * 513);
}
