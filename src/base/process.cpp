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
#include <string_view>
#include <system_error>

#include "base/files.hpp"

extern char** environ;  // NOLINT: POSIX has no other name for it

namespace rev {

namespace {

void require_success(int error_number, const std::string& what) {
    if (error_number != 0) throw std::system_error(error_number, std::generic_category(), what);
}

/// posix_spawn's list of what to do with files, as an object.
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
    [[nodiscard]] const posix_spawn_file_actions_t* get() const noexcept { return &actions_; }

private:
    posix_spawn_file_actions_t actions_{};
};

/// This process's environment with changes, as "NAME=value".
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

/// As the system takes a list of texts. They must outlive the result.
std::vector<char*> pointers_to(const std::vector<std::string>& texts) {
    std::vector<char*> pointers;
    for (const auto& text : texts) pointers.push_back(const_cast<char*>(text.c_str()));
    pointers.push_back(nullptr);
    return pointers;
}

void write_all(int file, std::string_view text) {
    while (!text.empty()) {
        const auto written = ::write(file, text.data(), text.size());
        if (written < 0 && errno != EINTR) require_success(errno, "write");
        if (written > 0) text.remove_prefix(static_cast<std::size_t>(written));
    }
}

/// A file in memory with the text, at its start. A pipe would fill up while the program waits for its output to be
/// read.
FileDescriptor file_of(std::string_view text) {
    FileDescriptor file(::memfd_create("input", MFD_CLOEXEC));
    if (!file.is_open()) require_success(errno, "memfd_create");
    write_all(file.number(), text);
    if (::lseek(file.number(), 0, SEEK_SET) != 0) require_success(errno, "lseek");
    return file;
}

pid_t start(const std::vector<std::string>& arguments, const ProcessOptions& options, const FileDescriptor& output) {
    FileActions actions;
    FileDescriptor input;
    if (options.input.empty()) {
        actions.open(STDIN_FILENO, "/dev/null", O_RDONLY);
    } else {
        input = file_of(options.input);
        actions.duplicate(input.number(), STDIN_FILENO);
    }
    actions.duplicate(output.number(), STDOUT_FILENO);
    if (options.errors == ProcessOptions::Errors::dropped)
        actions.open(STDERR_FILENO, "/dev/null", O_WRONLY);
    else
        actions.duplicate(output.number(), STDERR_FILENO);
    const auto environment = changed_environment(options.environment);

    const auto argument_list = pointers_to(arguments);
    const auto variable_list = pointers_to(environment);
    pid_t child = 0;
    require_success(
        posix_spawnp(&child, argument_list[0], actions.get(), nullptr, argument_list.data(), variable_list.data()),
        arguments.front());
    return child;
}

/// Waits until there is something to read, or the end; tells `child` to stop when it should.
void wait_for_output(const FileDescriptor& in, pid_t child, const std::function<bool()>& interrupted) {
    constexpr int between_questions = 100;  // milliseconds
    if (!interrupted) return;
    pollfd waiting{in.number(), POLLIN, 0};
    for (bool told = false; ::poll(&waiting, 1, between_questions) <= 0;) {
        if (told || !interrupted()) continue;
        ::kill(child, SIGTERM);
        told = true;
    }
}

std::string read_to_end(const FileDescriptor& in, pid_t child, const std::function<bool()>& interrupted) {
    std::string text;
    std::array<char, 65536> buffer{};
    for (;;) {
        wait_for_output(in, child, interrupted);
        const auto count = ::read(in.number(), buffer.data(), buffer.size());
        if (count < 0 && errno == EINTR) continue;
        if (count <= 0) return text;
        text.append(buffer.data(), static_cast<std::size_t>(count));
    }
}

int wait_for(pid_t child) {
    int status = 0;
    while (::waitpid(child, &status, 0) < 0) {
        if (errno != EINTR) require_success(errno, "waitpid");
    }
    return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

}  // namespace

ProcessResult run_process(const std::vector<std::string>& arguments, const ProcessOptions& options) {
    if (arguments.empty()) require_success(EINVAL, "no program is given");
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) require_success(errno, "pipe");
    const FileDescriptor reading(ends[0]);
    FileDescriptor writing(ends[1]);
    const auto child = start(arguments, options, writing);
    writing.close();
    ProcessResult result;
    result.output = read_to_end(reading, child, options.interrupted);
    result.exit_code = wait_for(child);
    return result;
}

}  // namespace rev
