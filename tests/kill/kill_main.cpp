// Kills rev, again and again, and judges what it leaves in the database.
//
//     kill_test sqlite|postgresql [--count N] [--seed N]       N kills: half at system calls, half at any moment
//     kill_test sqlite|postgresql --every                      at each system call of each story
//     kill_test sqlite|postgresql --story NAME --call N --seed N, or --after MICROSECONDS: one kill again
#include <cstdio>
#include <cstdlib>
#include <exception>
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

Options parse(int argc, char** argv) {
    if (argc < 2) throw std::runtime_error("usage: kill_test sqlite|postgresql [--count N] [--seed N] [--every]");
    Options options;
    options.server_name = argv[1];
    if (options.server_name != "sqlite") options.server = Server::postgresql;
    for (int i = 2; i < argc; ++i) {
        const std::string name = argv[i];
        if (name == "--every") {
            options.every = true;
            continue;
        }
        if (++i == argc) throw std::runtime_error(name + " needs a value");
        const std::string value = argv[i];
        if (name == "--story")
            options.story = value;
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

class Kills {
public:
    explicit Kills(const Options& options) : options_(options), random_(options.seed) {
        for (auto& story : rev::test::stories())
            if (options.story.empty() || options.story == story.name)
                stages_.push_back(std::make_unique<Stage>(options.server, std::move(story)));
        if (stages_.empty()) throw std::runtime_error("there is no story " + options.story);
    }

    void run() {
        if (options_.moment.call != 0 || options_.moment.after.count() != 0)
            return kill(*stages_.front(), options_.moment, options_.seed);
        if (options_.every) return kill_at_every_call();
        for (std::size_t i = 0; i < options_.count; ++i) kill_somewhere(i);
    }

    [[nodiscard]] std::size_t kills() const { return kills_; }
    [[nodiscard]] std::size_t failures() const { return failures_; }

private:
    void kill_at_every_call() {
        for (const auto& stage : stages_)
            for (std::size_t call = 1; call <= stage->calls(); ++call)
                kill(*stage, {.call = call}, static_cast<unsigned>(random_()));
    }

    void kill_somewhere(std::size_t number) {
        auto& stage = *stages_[(number / 2) % stages_.size()];
        Moment moment;
        if (number % 2 == 0)
            moment.call = 1 + random_() % stage.calls();
        else
            moment.after = std::chrono::microseconds(1 + random_() % static_cast<unsigned>(stage.duration().count()));
        kill(stage, moment, static_cast<unsigned>(random_()));
    }

    void kill(Stage& stage, const Moment& moment, unsigned seed) {
        ++kills_;
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
        std::printf("FAILED: kill_test %s --story %s %s --seed %u\n", options_.server_name.c_str(),
                    stage.story().name.c_str(), when.c_str(), seed);
        for (const auto& problem : problems) std::printf("    %s\n", problem.c_str());
        std::fflush(stdout);
    }

    const Options& options_;
    std::mt19937 random_;
    std::vector<std::unique_ptr<Stage>> stages_;
    std::size_t kills_ = 0;
    std::size_t failures_ = 0;
};

}  // namespace

int main(int argc, char** argv) {
    // In memory, where there is such a folder: a kill loses nothing that was written, and the disk need not be waited
    // for.
    if (std::filesystem::is_directory("/dev/shm")) ::setenv("TMPDIR", "/dev/shm", 0);
    try {
        const auto options = parse(argc, argv);
        Kills kills(options);
        kills.run();
        std::printf("%zu kills, %zu failures\n", kills.kills(), kills.failures());
        return kills.failures() == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
    } catch (const std::exception& error) {
        std::fprintf(stderr, "kill_test: %s\n", error.what());
        return EXIT_FAILURE;
    }
}
