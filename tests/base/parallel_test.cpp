#include <doctest/doctest.h>

#include <atomic>
#include <stdexcept>
#include <string>
#include <vector>

#include "base/parallel.hpp"

using rev::base::for_each_index;

TEST_CASE("every index is visited once, however many there are") {
    for (const std::size_t count : {0U, 1U, 255U, 256U, 257U, 10'000U}) {
        std::vector<std::atomic<int>> visits(count);
        rev::base::for_each_index(count, [&] { return [&](std::size_t index) { ++visits[index]; }; });
        for (const auto& visit : visits) CHECK(visit == 1);
    }
}

TEST_CASE("of several failures the first index wins, and all before it were visited") {
    constexpr std::size_t count = 5000;
    for (int round = 0; round < 20; ++round) {
        std::vector<std::atomic<int>> visits(count);
        const auto visit = [&](std::size_t index) {
            ++visits[index];
            if (index >= 1700 && index % 100 == 0) throw std::runtime_error(std::to_string(index));
        };
        CHECK_THROWS_WITH(rev::base::for_each_index(count, [&] { return visit; }), "1700");
        for (std::size_t index = 0; index <= 1700; ++index) CHECK(visits[index] == 1);
    }
}

TEST_CASE("a worker has a state of its own") {
    std::atomic<std::size_t> sum = 0;
    rev::base::for_each_index(10'000, [&] {
        return [&sum, own = std::vector<std::size_t>()](std::size_t index) mutable {
            own.push_back(index);
            sum += own.back();
        };
    });
    CHECK(sum == 49'995'000);
}

TEST_CASE("a worker that cannot be made is an exception of the call, on whatever thread") {
    const auto make = []() -> rev::base::IndexWorker { throw std::runtime_error("no worker"); };
    for (const std::size_t count : {1U, 10'000U})
        CHECK_THROWS_WITH(rev::base::for_each_index(count, make), "no worker");
}
