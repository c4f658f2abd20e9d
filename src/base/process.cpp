#include "base/process.hpp"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <span>
#include <string_view>
#include <system_error>

#include "base/files.hpp"

extern char** environ;  // NOLINT: POSIX has no other name for it

namespace rev::base {

namespace {

void require_success(int error_number, const std::string& what) {
    if (error_number != 0) throw std::system_error(error_number, std::generic_category(), what);
}

/// posix_spawn's list of what to do with files, as an object. Not fork(): between it and exec(), a process with threads
/// may call next to nothing, and the memory of a large one would have to be mapped twice.
class FileActions {
public:
    FileActions() { require_success(posix_spawn_file_actions_init(&actions_), "posix_spawn"); }
    ~FileActions() { posix_spawn_file_actions_destroy(&actions_); }
    FileActions(const FileActions&) = delete;
    FileActions& operator=(const FileActions&) = delete;

    void open(int target, const char* file, int flags) {
        require_success(posix_spawn_file_actions_addopen(&actions_, target, file, flags, 0), file);
    }
    void duplicate(int source, int target) {
        require_success(posix_spawn_file_actions_adddup2(&actions_, source, target), "dup2");
    }
    void change_directory(const char* folder) {
        require_success(posix_spawn_file_actions_addchdir_np(&actions_, folder), folder);
    }
    [[nodiscard]] const posix_spawn_file_actions_t* get() const noexcept { return &actions_; }

private:
    posix_spawn_file_actions_t actions_{};
};

/// This process's environment with changes, as "NAME=value". A list of its own and not setenv(), which no other thread
/// may meet in getenv().
std::vector<std::string> changed_environment(const std::map<std::string, std::optional<std::string>>& changes) {
    std::vector<std::string> variables;
    for (char** variable = environ; *variable != nullptr; ++variable) {
        const std::string_view text = *variable;
        if (!changes.contains(std::string(text.substr(0, text.find('='))))) variables.emplace_back(text);
    }
    for (const auto& [name, value] : changes) {
        if (value) variables.push_back(name + "=" + *value);
    }
    return variables;
}

/// As the system takes a list of texts. They must outlive the result. The system declares them without const, and
/// changes none.
std::vector<char*> pointers_to(const std::vector<std::string>& texts) {
    std::vector<char*> pointers;
    for (const auto& text : texts) pointers.push_back(const_cast<char*>(text.c_str()));
    pointers.push_back(nullptr);
    return pointers;
}

struct Pipe {
    Pipe() {
        std::array<int, 2> ends{};
        // O_CLOEXEC in the same call: another thread may start a program in between. adup2 of posix_spawn clears it for
        // the child's own three.
        if (::pipe2(ends.data(), O_CLOEXEC) != 0) require_success(errno, "pipe");
        reading = FileDescriptor(ends[0]);
        writing = FileDescriptor(ends[1]);
    }
    FileDescriptor reading;
    FileDescriptor writing;
};

/// A file in memory with the text, at its start. A pipe would fill up while the program waits for its output to be
/// read.
FileDescriptor file_of(std::string_view text) {
    FileDescriptor file(::memfd_create("input", MFD_CLOEXEC));
    if (!file.is_open()) require_success(errno, "memfd_create");
    write_all(file, text, "input");
    if (::lseek(file.number(), 0, SEEK_SET) != 0) require_success(errno, "lseek");
    return file;
}

pid_t start(const std::vector<std::string>& arguments, const ProcessOptions& options, const FileDescriptor& output,
            const FileDescriptor& errors) {
    FileActions actions;
    // Open until the child is started, which gets a copy of it.
    FileDescriptor input;
    if (options.input.empty()) {
        // Not this process's own: a program that asks for a password would wait for a terminal that nobody looks at.
        actions.open(STDIN_FILENO, "/dev/null", O_RDONLY);
    } else {
        input = file_of(options.input);
        actions.duplicate(input.number(), STDIN_FILENO);
    }
    actions.duplicate(output.number(), STDOUT_FILENO);
    actions.duplicate(errors.number(), STDERR_FILENO);
    if (!options.directory.empty()) actions.change_directory(options.directory.c_str());

    const auto environment = changed_environment(options.environment);
    const auto argument_list = pointers_to(arguments);
    const auto variable_list = pointers_to(environment);
    pid_t child = 0;
    require_success(
        posix_spawnp(&child, argument_list[0], actions.get(), nullptr, argument_list.data(), variable_list.data()),
        arguments.front());
    return child;
}

/// A pipe's end and what it has given so far.
struct Reading {
    FileDescriptor& in;
    std::string& text;
};

/// Reads what is there; closes the end when it is over.
void take(Reading& reading) {
    std::array<char, 4096> buffer{};
    const auto count = ::read(reading.in.number(), buffer.data(), buffer.size());
    if (count < 0 && errno == EINTR) return;
    // A failure is treated as the end: the exit code tells what became of the program.
    if (count <= 0) {
        reading.in.close();
        return;
    }
    reading.text.append(buffer.data(), static_cast<std::size_t>(count));
}

/// Reads all of them to their ends; tells `child` to stop when it should.
void read_to_end(std::span<Reading> readings, pid_t child, const std::function<bool()>& interrupted) {
    constexpr int between_questions = 100;  // milliseconds
    // Both pipes are read in turn: a program that fills the one that nobody reads would wait for ever.
    // Asked between reads as well as in pauses: a program that writes without end makes none.
    for (bool told = false;;) {
        std::vector<pollfd> waiting;
        for (const auto& reading : readings)
            if (reading.in.is_open()) waiting.push_back({reading.in.number(), POLLIN, 0});
        if (waiting.empty()) return;
        if (::poll(waiting.data(), waiting.size(), interrupted ? between_questions : -1) > 0) {
            for (auto& reading : readings)
                for (const auto& ready : waiting)
                    if (ready.revents != 0 && ready.fd == reading.in.number()) take(reading);
        }
        if (!told && interrupted && interrupted()) {
            ::kill(child, SIGTERM);
            told = true;
        }
    }
}

int wait_for(pid_t child) {
    int status = 0;
    // Always, also after a stop: it would remain as a zombie.
    while (::waitpid(child, &status, 0) < 0) {
        if (errno != EINTR) require_success(errno, "waitpid");
    }
    return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

}  // namespace

ProcessResult run_process(const std::vector<std::string>& arguments, const ProcessOptions& options) {
    if (arguments.empty()) require_success(EINVAL, "no program is given");
    Pipe output;
    Pipe errors;
    const bool apart = options.error_output == ErrorOutput::apart;
    const auto child = start(arguments, options, output.writing, apart ? errors.writing : output.writing);
    // The child has its own copies by now. While this process holds one, the reading end never comes to its end.
    output.writing.close();
    errors.writing.close();
    ProcessResult result;
    std::array readings = {Reading{output.reading, result.output}, Reading{errors.reading, result.errors}};
    read_to_end(readings, child, options.interrupted);
    result.exit_code = wait_for(child);
    return result;
}

std::string host_name() {
    // POSIX allows 255 characters, and promises no zero byte behind a name that was cut.
    std::array<char, 256> buffer{};
    if (gethostname(buffer.data(), buffer.size() - 1) != 0) return {};
    return buffer.data();
}

}  // namespace rev::base
