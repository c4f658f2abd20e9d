#include "commands/trail_progress.hpp"

#include <fmt/format.h>

#include <memory>
#include <utility>

namespace rev::commands {

trail::Progress trail_progress(Context& context, std::string doing) {
    using Clock = std::chrono::steady_clock;
    if (context.quiet()) return {};
    // Shared, as a std::function is copied, and the copies have to keep one pace.
    auto last = std::make_shared<Clock::time_point>(Clock::now());
    return [&context, doing = std::move(doing), last](const Revision& revision, std::size_t number, std::size_t of) {
        constexpr std::chrono::seconds between_words{3};
        if (Clock::now() - *last < between_words) return;
        *last = Clock::now();
        context.err() << fmt::format("{} revision {} of {}: {}\n", doing, number, of, revision.id) << std::flush;
    };
}

}  // namespace rev::commands
