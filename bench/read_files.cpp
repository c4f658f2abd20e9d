// The baseline: lists a folder, then opens, reads and closes each file in it, and does nothing else. The plainest loop
// that any tool which looks at all revision files has to do at least.
#include <dirent.h>
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <string>
#include <vector>

int main(int argc, char** argv) {
    if (argc != 2) {
        std::fprintf(stderr, "usage: read_files FOLDER\n");
        return 2;
    }
    DIR* folder = opendir(argv[1]);
    if (folder == nullptr) {
        std::perror(argv[1]);
        return 1;
    }
    std::vector<std::string> names;
    while (const dirent* entry = readdir(folder)) {
        if (entry->d_name[0] != '.') names.emplace_back(entry->d_name);
    }
    std::sort(names.begin(), names.end());

    std::vector<char> buffer(1 << 16);
    unsigned long long bytes = 0;
    for (const auto& name : names) {
        const int file = openat(dirfd(folder), name.c_str(), O_RDONLY | O_CLOEXEC);
        if (file < 0) {
            std::perror(name.c_str());
            return 1;
        }
        for (ssize_t got = 0; (got = read(file, buffer.data(), buffer.size())) > 0;) bytes += static_cast<size_t>(got);
        close(file);
    }
    closedir(folder);
    std::printf("%zu files, %llu bytes\n", names.size(), bytes);
}
