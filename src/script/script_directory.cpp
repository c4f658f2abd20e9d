#include "rev/script_directory.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <exception>
#include <mutex>
#include <thread>

#include "script/header_reader.hpp"
#include "script/listing.hpp"

namespace rev {

namespace fs = std::filesystem;

namespace {

/// Files that a thread takes at a time: enough that taking costs nothing, few enough that both end together.
constexpr std::size_t batch_size = 256;
constexpr unsigned most_threads = 2;

/// Reads every header of a listing on a few threads. Each result goes to its own index and, of several errors, the
/// one of the first file wins, so that the outcome does not depend on the threads.
template <typename Store>
class ParallelReader {
public:
    ParallelReader(const Listing& listing, Store store) : listing_(listing), store_(std::move(store)) {}

    void run() {
        const auto batches = (listing_.files.size() + batch_size - 1) / batch_size;
        const auto threads = std::min<std::size_t>({batches, most_threads, std::thread::hardware_concurrency()});
        std::vector<std::jthread> helpers;
        for (std::size_t i = 1; i < threads; ++i) helpers.emplace_back([this] { work(); });
        work();
        helpers.clear();
        if (error_) std::rethrow_exception(error_);
    }

private:
    void work() {
        HeaderReader reader;
        for (;;) {
            const auto first = next_.fetch_add(batch_size);
            // Files after one that failed no longer matter, those before it do.
            if (first >= std::min(listing_.files.size(), failed_.load())) return;
            read_batch(reader, first, std::min(first + batch_size, listing_.files.size()));
        }
    }

    void read_batch(HeaderReader& reader, std::size_t first, std::size_t last) {
        auto index = first;
        try {
            for (; index < last; ++index) store_(index, read_one(reader, listing_.files[index]));
        } catch (...) {
            note_failure(index, std::current_exception());
        }
    }

    [[nodiscard]] RevisionHeader read_one(HeaderReader& reader, const ListedFile& file) const {
        const auto& folder = listing_.folders[file.folder];
        return reader.read(folder.descriptor.number(), file.name.c_str(), folder.shown_prefix + file.name,
                           file.surely_regular);
    }

    void note_failure(std::size_t index, std::exception_ptr error) {
        const std::lock_guard lock(mutex_);
        if (index >= failed_) return;
        failed_ = index;
        error_ = std::move(error);
    }

    const Listing& listing_;
    Store store_;
    std::atomic<std::size_t> next_ = 0;
    std::atomic<std::size_t> failed_ = std::size_t(-1);
    std::mutex mutex_;
    std::exception_ptr error_;
};

template <typename Store>
void read_headers(const Listing& listing, Store store) {
    ParallelReader(listing, std::move(store)).run();
}

}  // namespace

std::vector<RevisionHeader> ScriptDirectory::load_headers() const {
    const auto listing = list_revision_files(config_);
    std::vector<RevisionHeader> headers(listing.files.size());
    read_headers(listing, [&](std::size_t index, RevisionHeader header) { headers[index] = std::move(header); });
    return headers;
}

Graph ScriptDirectory::load_graph() const {
    std::vector<Revision> revisions;
    {
        const auto listing = list_revision_files(config_);
        revisions.resize(listing.files.size());
        read_headers(listing,
                     [&](std::size_t index, RevisionHeader header) { revisions[index] = std::move(header.revision); });
    }
    try {
        return Graph(std::move(revisions));
    } catch (const GraphError& error) {
        throw to_error(error);
    }
}

RevisionFile ScriptDirectory::read(const Revision& revision) const {
    auto file = read_revision_file(fs::path(revision.path), revision.path);
    const auto& found = file.header.revision.id;
    if (found != revision.id) {
        throw Error(ExitCode::graph, "revision_changed",
                    fmt::format("{} holds revision {} now, it was {}", revision.path, found, revision.id))
            .with_location({revision.path, file.header.revision_line, 0, {}})
            .with_hint("another program may be changing the folder; run the command again");
    }
    return file;
}

}  // namespace rev
