#pragma once

#include <chrono>
#include <functional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>

namespace rev::test {

/// How long a test waits for what has to come.
#ifdef REV_SANITIZED
inline constexpr std::chrono::seconds longest_wait{240};
#else
inline constexpr std::chrono::seconds longest_wait{60};
#endif

/// Waits until `condition` holds; it is asked every few milliseconds. what: the condition in words, such as "the second
/// run waits". Throws std::runtime_error with it, which fails the test, after longest_wait; and what `condition`
/// throws. In a thread of the test: by std::async, whose future gives the exception to the test.
inline void wait_until(std::string_view what, const std::function<bool()>& condition) {
    const auto end = std::chrono::steady_clock::now() + longest_wait;
    while (!condition()) {
        if (std::chrono::steady_clock::now() > end)
            throw std::runtime_error("this did not come within " + std::to_string(longest_wait.count()) +
                                     " s: " + std::string(what));
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
}

}  // namespace rev::test
