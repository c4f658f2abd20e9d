#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "kill/state.hpp"
#include "kill/target.hpp"

namespace rev::test {

/// What happens to rev.
enum class Blow {
    kill,       ///< SIGKILL
    interrupt,  ///< SIGINT
    terminate,  ///< SIGTERM
    disconnect  ///< PostgreSQL: its session is ended; SQLite: as kill
};
constexpr Blow all_blows[] = {Blow::kill, Blow::interrupt, Blow::terminate, Blow::disconnect};
[[nodiscard]] std::string name_of(Blow blow);

/// When: at a system call (see run_traced), or some time after its start.
struct Moment {
    std::size_t call = 0;
    std::chrono::microseconds after{0};
    Blow blow = Blow::kill;
};

/// One story, told over and over on one database.
class Stage {
public:
    Stage(Server server, Story story);

    /// System calls and time of a run that nobody disturbs.
    [[nodiscard]] std::size_t calls() const noexcept { return calls_; }
    [[nodiscard]] std::chrono::microseconds duration() const noexcept { return duration_; }
    [[nodiscard]] const Story& story() const noexcept { return story_; }

    /// Strikes rev at that moment, looks at what it left, and lets rev finish, now and then striking it again. What was
    /// wrong; empty if nothing was.
    std::vector<std::string> play(const Moment& moment, unsigned seed);

private:
    struct Play;

    [[nodiscard]] ProgramOptions options() const;
    [[nodiscard]] Arguments command(const std::string& line) const;
    ProgramResult run(const std::string& line) const;
    ProgramResult run_and_strike(const std::string& line, const Moment& moment) const;
    void strike(const RunningProgram& program, Blow blow) const;
    void judge_end(Play& play, const std::string& line, Blow blow, const ProgramResult& result) const;
    void look(Play& play);
    void look_at_status(Play& play);
    void finish(Play& play);
    void go_on(Play& play);
    void finish_by_hand(Play& play);
    void compare_with_reference(Play& play);
    [[nodiscard]] State read() const;

    Server server_;
    Story story_;
    std::vector<KnownRevision> revisions_;
    TemporaryProject project_;
    std::unique_ptr<Target> target_;
    State reference_;
    std::size_t calls_ = 0;
    std::chrono::microseconds duration_{0};
};

}  // namespace rev::test
