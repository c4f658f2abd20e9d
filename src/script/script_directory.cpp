#include "rev/script_directory.hpp"

#include <fmt/format.h>

#include <atomic>
#include <optional>
#include <utility>

#include "base/parallel.hpp"
#include "script/header_reader.hpp"
#include "script/listing.hpp"

namespace rev {

namespace fs = std::filesystem;

namespace {

/// Reads every header of a listing and gives it to `store`, with its index and its reader, on several threads.
template <typename Store>
void read_headers(const Listing& listing, const Store& store) {
    for_each_index(listing.files.size(), [&] {
        return [&, reader = HeaderReader()](std::size_t index) mutable {
            const auto& file = listing.files[index];
            const auto& folder = listing.folders[file.folder];
            auto header = reader.read(folder.descriptor.number(), file.name.c_str(), folder.shown_prefix + file.name,
                                      file.surely_regular);
            store(index, std::move(header), reader);
        };
    });
}

/// also: told the index and the reader of each.
template <typename Also>
std::vector<Revision> load_revisions(const Listing& listing, const Also& also) {
    std::vector<Revision> revisions(listing.files.size());
    read_headers(listing, [&](std::size_t index, RevisionHeader header, const HeaderReader& reader) {
        revisions[index] = std::move(header.revision);
        also(index, reader);
    });
    return revisions;
}

Graph graph_of(std::vector<Revision> revisions) {
    try {
        return Graph(std::move(revisions));
    } catch (const GraphError& error) {
        throw to_error(error);
    }
}

/// Texts of files, by index, up to a size in all.
class TextKeeper {
public:
    explicit TextKeeper(std::size_t files) : texts_(files) {}

    /// Called on several threads, for each index once.
    void keep(std::size_t index, std::optional<std::string_view> text) {
        if (!text || kept_.fetch_add(text->size()) + text->size() > most_kept) return;
        texts_[index] = *text;
    }

    [[nodiscard]] std::unordered_map<RevisionId, std::string> by_id(const std::vector<Revision>& revisions) && {
        std::unordered_map<RevisionId, std::string> found;
        found.reserve(revisions.size());
        for (std::size_t index = 0; index < revisions.size(); ++index)
            if (!texts_[index].empty()) found.emplace(revisions[index].id, std::move(texts_[index]));
        return found;
    }

private:
    static constexpr std::size_t most_kept = std::size_t{64} << 20;
    std::vector<std::string> texts_;
    std::atomic<std::size_t> kept_ = 0;
};

}  // namespace

std::vector<RevisionHeader> ScriptDirectory::load_headers() const {
    const auto listing = list_revision_files(config_);
    std::vector<RevisionHeader> headers(listing.files.size());
    read_headers(listing, [&](std::size_t index, RevisionHeader header, const HeaderReader&) {
        headers[index] = std::move(header);
    });
    return headers;
}

Graph ScriptDirectory::load_graph() const {
    auto revisions = load_revisions(list_revision_files(config_), [](std::size_t, const HeaderReader&) {});
    return graph_of(std::move(revisions));
}

Graph ScriptDirectory::load_graph_and_files() {
    auto listing = list_revision_files(config_);
    TextKeeper keeper(listing.files.size());
    auto revisions = load_revisions(
        listing, [&](std::size_t index, const HeaderReader& reader) { keeper.keep(index, reader.whole_text()); });
    listing = {};
    kept_ = std::move(keeper).by_id(revisions);
    return graph_of(std::move(revisions));
}

RevisionFile ScriptDirectory::read(const Revision& revision) const {
    const auto kept = kept_.find(revision.id);
    if (kept != kept_.end()) return parse_revision_file(kept->second, revision.path);
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
