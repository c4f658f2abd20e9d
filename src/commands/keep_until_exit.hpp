#pragma once

#include <utility>
#include <vector>

namespace rev::commands {

/// Keeps a value for the rest of the process and never destroys it: to give the memory of a large graph back piece by
/// piece takes longer than to end the process. For what a command reads once, no more.
template <typename T>
[[nodiscard]] T& keep_until_exit(T value) {
    // Not destroyed either, so that leak checkers find what it points to.
    static auto* const kept = new std::vector<T*>;
    return *kept->emplace_back(new T(std::move(value)));
}

}  // namespace rev::commands
