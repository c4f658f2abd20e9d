#pragma once

#include <array>
#include <random>
#include <string>
#include <string_view>

namespace rev::test {

/// What the generators of schemas draw by, and the text that they write. std's distributions give other numbers with
/// other libraries, so that the engine's own are taken.
class RandomSql {
protected:
    explicit RandomSql(std::mt19937& random) : random_(random) {}

    bool maybe() { return random_() % 2 == 0; }
    bool rarely() { return random_() % 4 == 0; }
    bool likely() { return !rarely(); }
    template <std::size_t count>
    std::string one_of(const std::array<std::string_view, count>& choices) {
        return std::string(choices[random_() % count]);
    }
    void add(const std::string& statement) { text_ += statement + ";\n"; }

    std::mt19937& random_;
    std::string text_;
};

}  // namespace rev::test
