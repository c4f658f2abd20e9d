#include "support/program.hpp"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <system_error>
#include <thread>
#include <utility>

#include "support/wait_until.hpp"

namespace fs = std::filesystem;

namespace rev::test {
namespace {

constexpr std::chrono::minutes longest_run{2};
constexpr std::chrono::microseconds longest_pause{20'000};

std::string read_file(const fs::path& file) {
    std::ifstream in(file, std::ios::binary);
    if (!in) throw std::runtime_error("cannot read " + file.string());
    std::ostringstream text;
    text << in.rdbuf();
    return text.str();
}

void write_file(const fs::path& file, std::string_view text) {
    std::ofstream out(file, std::ios::binary);
    out << text;
    if (!out.flush()) throw std::runtime_error("cannot write " + file.string());
}

fs::path new_folder() {
    std::string pattern = (fs::temp_directory_path() / "rev-test-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr) throw std::system_error(errno, std::generic_category(), "mkdtemp");
    return pattern;
}

std::vector<char*> pointers(std::vector<std::string>& texts) {
    std::vector<char*> result;
    for (auto& text : texts) result.push_back(text.data());
    result.push_back(nullptr);
    return result;
}

void redirect(const char* file, int flags, int descriptor) {
    const int opened = ::open(file, flags, 0600);
    if (opened < 0 || ::dup2(opened, descriptor) < 0) ::_exit(126);
    ::close(opened);
}

}  // namespace

Environment child_environment(const Environment& given) {
    Environment all;
    for (const char* name : {"PATH", "HOME", "TMPDIR", "ASAN_OPTIONS", "UBSAN_OPTIONS", "LSAN_OPTIONS"}) {
        if (const char* value = std::getenv(name)) all[name] = value;
    }
    all["LANG"] = "C.UTF-8";
    for (const auto& [name, value] : given) all[name] = value;
    return all;
}

RunningProgram::RunningProgram(const Arguments& command, const ProgramOptions& options) : files_(new_folder()) {
    const auto in = (files_ / "in").string();
    const auto out = (files_ / "out").string();
    const auto err = (files_ / "err").string();
    for (const auto& file : {out, err}) write_file(file, "");
    write_file(in, options.standard_input);

    auto texts = command;
    std::vector<std::string> settings;
    auto variables = child_environment(options.environment);
    // LeakSanitizer, of which a program without sanitizers knows nothing, traces the process itself, and fails in one
    // that is traced already.
    if (options.traced) variables["ASAN_OPTIONS"] += ":detect_leaks=0";
    for (const auto& [name, value] : variables) settings.push_back(name + "=" + value);
    const auto argv = pointers(texts);
    const auto environment = pointers(settings);
    const auto directory = options.directory.string();

    pid_ = ::fork();
    if (pid_ < 0) throw std::system_error(errno, std::generic_category(), "fork");
    if (pid_ > 0) return;
    redirect(in.c_str(), O_RDONLY, 0);
    redirect(out.c_str(), O_WRONLY | O_APPEND, 1);
    redirect(err.c_str(), O_WRONLY | O_APPEND, 2);
    if (options.standard_error >= 0 && ::dup2(options.standard_error, 2) < 0) ::_exit(126);
    if (::chdir(directory.c_str()) != 0) ::_exit(126);
    if (options.traced && ::ptrace(PTRACE_TRACEME, 0, nullptr, nullptr) != 0) ::_exit(126);
    ::execvpe(argv[0], argv.data(), environment.data());
    ::_exit(127);
}

RunningProgram::~RunningProgram() {
    if (!ended_) {
        ::kill(pid_, SIGKILL);
        reap(true);
    }
    std::error_code ignored;
    fs::remove_all(files_, ignored);
}

void RunningProgram::reap(bool block) {
    if (ended_) return;
    pid_t got = 0;
    do {
        got = ::waitpid(pid_, &status_, block ? 0 : WNOHANG);
    } while (got < 0 && errno == EINTR);
    ended_ = got == pid_;
}

void RunningProgram::signal(int number) const {
    if (!ended_) ::kill(pid_, number);
}

bool RunningProgram::has_ended() {
    reap(false);
    return ended_;
}

std::string RunningProgram::out_so_far() const { return read_file(files_ / "out"); }

std::string RunningProgram::err_so_far() const { return read_file(files_ / "err"); }

ProgramResult RunningProgram::wait() {
    const auto limit = std::chrono::steady_clock::now() + longest_run;
    for (auto pause = std::chrono::microseconds(200); !has_ended(); pause = std::min(pause * 2, longest_pause)) {
        if (std::chrono::steady_clock::now() > limit) {
            ::kill(pid_, SIGKILL);
            reap(true);
            break;
        }
        std::this_thread::sleep_for(pause);
    }
    const int code = WIFSIGNALED(status_) ? 128 + WTERMSIG(status_) : WEXITSTATUS(status_);
    return {code, out_so_far(), err_so_far()};
}

void wait_until(std::string_view what, RunningProgram& program, const std::function<bool()>& condition) {
    wait_until(what, [&] {
        const bool ended = program.has_ended();  // asked first: what it does at its very end counts
        if (condition()) return true;
        if (ended)
            throw std::runtime_error("the program ended before this: " + std::string(what) + "; it said:\n" +
                                     program.out_so_far() + program.err_so_far());
        return false;
    });
}

ProgramResult run_program(const Arguments& command, const ProgramOptions& options) {
    return RunningProgram(command, options).wait();
}

fs::path rev_program() { return REV_PROGRAM; }

ProgramResult run_rev(const Arguments& arguments, const ProgramOptions& options) {
    Arguments command{rev_program().string()};
    command.insert(command.end(), arguments.begin(), arguments.end());
    return run_program(command, options);
}

Arguments words(std::string_view line) {
    Arguments result;
    std::string word;
    bool quoted = false;
    bool in_word = false;
    for (const char c : line) {
        if (c == '\'') {
            quoted = !quoted;
            in_word = true;
        } else if (c == ' ' && !quoted) {
            if (in_word) result.push_back(std::exchange(word, {}));
            in_word = false;
        } else {
            word += c;
            in_word = true;
        }
    }
    if (in_word) result.push_back(word);
    return result;
}

Arguments rev_command(std::string_view line) {
    auto command = words(line);
    command.insert(command.begin(), rev_program().string());
    return command;
}

std::string revision_text(const RevisionSpec& spec) {
    std::string text = "-- " + (spec.message.empty() ? "make " + spec.id : spec.message) + "\n--\n";
    text += "-- revision: " + spec.id + "\n-- revises: " + spec.revises + "\n";
    std::istringstream header(spec.header);
    for (std::string line; std::getline(header, line);) text += "-- " + line + "\n";
    text += "\n-- rev:upgrade\n" + spec.upgrade + "\n";
    if (spec.downgrade != "-") text += "\n-- rev:downgrade\n" + spec.downgrade + "\n";
    return text + spec.sections;
}

TemporaryProject::TemporaryProject(std::string_view settings) {
    write("alembic.yaml", "url: ${DATABASE_URL}\n" + std::string(settings));
    fs::create_directories(path() / "versions");
}

void TemporaryProject::revision(const RevisionSpec& spec) const {
    write(fs::path("versions") / (spec.id + ".sql"), revision_text(spec));
}

void TemporaryProject::write(const fs::path& relative, std::string_view text) const {
    const auto file = path() / relative;
    fs::create_directories(file.parent_path());
    write_file(file, text);
}

std::string TemporaryProject::read(const fs::path& relative) const { return read_file(path() / relative); }

bool TemporaryProject::exists(const fs::path& relative) const { return fs::exists(path() / relative); }

ProgramOptions TemporaryProject::options() const {
    ProgramOptions options{path(), environment, {}};
    options.environment.try_emplace("DATABASE_URL", url);
    return options;
}

ProgramResult TemporaryProject::rev(const Arguments& arguments) const { return run_rev(arguments, options()); }

}  // namespace rev::test
