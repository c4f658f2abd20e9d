// Strikes rev, again and again, and judges what it leaves in the database.
//
//     kill_test sqlite|postgresql [--count N] [--seed N]       N blows of all kinds at system calls and at any moment
//     kill_test sqlite|postgresql --every BLOW                 at each system call of each story
//     kill_test sqlite|postgresql --story NAME --blow BLOW --call N --seed N, or --after MICROSECONDS: one again
//
// BLOW: kill, interrupt, terminate, disconnect
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <iterator>
#include <stdexcept>
#include <string>
#include <vector>

#include "kill/trial.hpp"

namespace {

using rev::test::Moment;
using rev::test::Server;
using rev::test::Stage;

struct Options {
    Server server = Server::sqlite;
    std::string server_name;
    std::size_t count = 100;
    unsigned seed = 1;
    bool every = false;
    std::string story;  ///< empty: all
    Moment moment;      ///< of one kill
};

rev::test::Blow blow_named(const std::string& name) {
    for (const auto blow : rev::test::all_blows)
        if (name == rev::test::name_of(blow)) return blow;
    throw std::runtime_error("there is no blow " + name);
}

Options parse(int argc, char** argv) {
    if (argc < 2) throw std::runtime_error("usage: kill_test sqlite|postgresql [--count N] [--seed N] [--every BLOW]");
    Options options;
    options.server_name = argv[1];
    if (options.server_name != "sqlite") options.server = Server::postgresql;
    for (int i = 2; i < argc; ++i) {
        const std::string name = argv[i];
        if (++i == argc) throw std::runtime_error(name + " needs a value");
        const std::string value = argv[i];
        if (name == "--every") options.every = true;
        if (name == "--story")
            options.story = value;
        else if (name == "--blow" || name == "--every")
            options.moment.blow = blow_named(value);
        else if (name == "--count")
            options.count = std::stoul(value);
        else if (name == "--seed")
            options.seed = static_cast<unsigned>(std::stoul(value));
        else if (name == "--call")
            options.moment.call = std::stoul(value);
        else if (name == "--after")
            options.moment.after = std::chrono::microseconds(std::stol(value));
        else
            throw std::runtime_error("unknown option " + name);
    }
    return options;
}

class Blows {
public:
    explicit Blows(const Options& options) : options_(options), random_(options.seed) {
        for (auto& story : rev::test::stories())
            if (options.story.empty() || options.story == story.name)
                stages_.push_back(std::make_unique<Stage>(options.server, std::move(story)));
        if (stages_.empty()) throw std::runtime_error("there is no story " + options.story);
    }

    void run() {
        if (options_.moment.call != 0 || options_.moment.after.count() != 0)
            return strike(*stages_.front(), options_.moment, options_.seed);
        if (options_.every) return strike_at_every_call();
        for (std::size_t i = 0; i < options_.count; ++i) strike_somewhere(i);
    }

    [[nodiscard]] std::size_t blows() const { return blows_; }
    [[nodiscard]] std::size_t failures() const { return failures_; }

private:
    void strike_at_every_call() {
        for (const auto& stage : stages_)
            for (std::size_t call = 1; call <= stage->calls(); ++call)
                strike(*stage, {.call = call, .blow = options_.moment.blow}, static_cast<unsigned>(random_()));
    }

    void strike_somewhere(std::size_t number) {
        auto& stage = *stages_[(number / 2) % stages_.size()];
        Moment moment;
        // Every other one kills: the other blows are milder.
        if (random_() % 2 == 0) moment.blow = rev::test::all_blows[random_() % std::size(rev::test::all_blows)];
        if (number % 2 == 0)
            moment.call = 1 + random_() % stage.calls();
        else
            moment.after = std::chrono::microseconds(1 + random_() % static_cast<unsigned>(stage.duration().count()));
        strike(stage, moment, static_cast<unsigned>(random_()));
    }

    void strike(Stage& stage, const Moment& moment, unsigned seed) {
        ++blows_;
        std::vector<std::string> problems;
        try {
            problems = stage.play(moment, seed);
        } catch (const std::exception& error) {
            problems.emplace_back(error.what());
        }
        if (problems.empty()) return;
        ++failures_;
        const auto when = moment.call != 0 ? "--call " + std::to_string(moment.call)
                                           : "--after " + std::to_string(moment.after.count());
        std::printf("FAILED: kill_test %s --story %s --blow %s %s --seed %u\n", options_.server_name.c_str(),
                    stage.story().name.c_str(), rev::test::name_of(moment.blow).c_str(), when.c_str(), seed);
        for (const auto& problem : problems) std::printf("    %s\n", problem.c_str());
        std::fflush(stdout);
    }

    const Options& options_;
    std::mt19937 random_;
    std::vector<std::unique_ptr<Stage>> stages_;
    std::size_t blows_ = 0;
    std::size_t failures_ = 0;
};

}  // namespace

int main(int argc, char** argv) {
    // In memory, where there is such a folder: a kill loses nothing that was written, and the disk need not be waited
    // for.
    if (std::filesystem::is_directory("/dev/shm")) ::setenv("TMPDIR", "/dev/shm", 0);
    try {
        const auto options = parse(argc, argv);
        Blows blows(options);
        blows.run();
        std::printf("%zu blows, %zu failures\n", blows.blows(), blows.failures());
        return blows.failures() == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
    } catch (const std::exception& error) {
        std::fprintf(stderr, "kill_test: %s\n", error.what());
        return EXIT_FAILURE;
    }
}
