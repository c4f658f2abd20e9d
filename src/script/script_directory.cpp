#include "rev/script_directory.hpp"

#include <fmt/format.h>

#include "base/parallel.hpp"
#include "script/header_reader.hpp"
#include "script/listing.hpp"

namespace rev {

namespace fs = std::filesystem;

namespace {

/// Reads every header of a listing and gives it to `store`, with its index, on several threads.
template <typename Store>
void read_headers(const Listing& listing, const Store& store) {
    for_each_index(listing.files.size(), [&] {
        return [&, reader = HeaderReader()](std::size_t index) mutable {
            const auto& file = listing.files[index];
            const auto& folder = listing.folders[file.folder];
            store(index, reader.read(folder.descriptor.number(), file.name.c_str(), folder.shown_prefix + file.name,
                                     file.surely_regular));
        };
    });
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
