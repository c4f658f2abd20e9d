#pragma once

#include <filesystem>
#include <span>
#include <string_view>
#include <vector>

#include "rev/config.hpp"
#include "rev/error.hpp"
#include "rev/repeatable.hpp"
#include "script/revision_file.hpp"

namespace rev::script {

/// The repeatable objects of a project and their files, in the order to make them: by what they need, ties by name.
class Repeatables {
public:
    Repeatables() = default;

    /// In the order to make them. Each needs only such as stand before it.
    [[nodiscard]] std::span<const Repeatable> all() const noexcept { return all_; }
    [[nodiscard]] bool empty() const noexcept { return all_.empty(); }
    /// nullptr: there is none of that name.
    [[nodiscard]] const Repeatable* find(std::string_view name) const noexcept;
    /// repeatable: one of all().
    [[nodiscard]] const RevisionFile& file_of(const Repeatable& repeatable) const;

    /// Marks, by the index in all(), those for which `is_meant` holds and all that need one of them.
    template <typename IsMeant>
    [[nodiscard]] std::vector<bool> with_dependants(IsMeant is_meant) const {
        std::vector<bool> marked(all_.size());
        for (std::size_t at = 0; at < all_.size(); ++at)
            marked[at] = is_meant(all_[at]) || needs_marked(all_[at], marked);
        return marked;
    }

private:
    friend class RepeatableReader;

    [[nodiscard]] bool needs_marked(const Repeatable& repeatable, const std::vector<bool>& marked) const;

    std::vector<Repeatable> all_;
    std::vector<RevisionFile> files_;  ///< the same order
};

/// What a folder of repeatables holds, and everything that is wrong with it.
struct RepeatablesRead {
    Repeatables repeatables;      ///< those that have a place in the order
    std::vector<Error> problems;  ///< ExitCode::graph, located: of the files by path, then of all of them together
    std::size_t files = 0;
};

/// Reads each `*.sql` in config's repeatable_locations and below. A file is one object. Throws Error if a folder cannot
/// be listed.
[[nodiscard]] RepeatablesRead read_repeatables(const Config& config);

/// The same of texts that are in memory, in that order.
[[nodiscard]] RepeatablesRead read_repeatables(std::vector<RevisionFile> files);

/// Throws the first problem.
[[nodiscard]] Repeatables load_repeatables(const Config& config);

}  // namespace rev::script
