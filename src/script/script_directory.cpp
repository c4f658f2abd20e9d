#include "script/script_directory.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <functional>
#include <mutex>
#include <optional>
#include <utility>

#include "base/thread_pool.hpp"
#include "script/header_reader.hpp"
#include "script/listing.hpp"
#include "script/repeatables.hpp"

namespace rev::script {

namespace fs = std::filesystem;

namespace {

/// Reads every header of a listing and gives it to `store`, with its index and its reader, on several threads.
template <typename Store>
void read_listed_headers(base::ThreadPool& pool, const Listing& listing, const Store& store) {
    pool.for_each_index(listing.files.size(), [&] {
        return [&, reader = HeaderReader()](std::size_t index) mutable {
            auto header = reader.read(listing, index);
            store(index, std::move(header), reader);
        };
    });
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
        // Added before it is asked, so that no two threads both take the last room. A text that was too much still
        // counts: then none is kept any more, which is only slower.
        if (!text || kept_.fetch_add(text->size()) + text->size() > most_kept) return;
        texts_[index] = *text;
    }

    [[nodiscard]] std::vector<std::string> take() && { return std::move(texts_); }

private:
    static constexpr std::size_t most_kept = std::size_t{64} << 20;
    std::vector<std::string> texts_;
    std::atomic<std::size_t> kept_ = 0;
};

Error duplicate_path(std::string_view path) {
    return Error(ExitCode::graph, error_codes::duplicate_path, fmt::format("two revision files have the path {}", path))
        .with_location({std::string(path), 0, 0, {}})
        .with_hint("give each its own; messages and the log name files by their path");
}

}  // namespace

/// call_once tries again after an Error, which is thrown to each who asks.
struct ScriptDirectory::LazyRepeatables {
    std::once_flag once;
    Repeatables repeatables;
};

ScriptDirectory::ScriptDirectory(Config config)
    : config_(std::move(config)), repeatables_(std::make_shared<LazyRepeatables>()) {
    std::error_code deleted;
    // Kept now, as paths of revisions are relative to it, whatever becomes of the process's own.
    working_directory_ = fs::current_path(deleted);
}

ScriptDirectory::ScriptDirectory(Config config, std::span<const RevisionText> texts)
    : config_(std::move(config)),
      texts_(Texts{{texts.begin(), texts.end()}, {}}),
      repeatables_(std::make_shared<LazyRepeatables>()) {
    for (const auto& file : texts)
        if (!texts_->of.emplace(file.path, file.text).second) throw duplicate_path(file.path);
}

/// Reads every header. make_room: told how many there are. store: given each, with its index and, unless that would be
/// in memory anyway, the whole text where it was read.
template <typename MakeRoom, typename Store>
void ScriptDirectory::read_headers(const MakeRoom& make_room, const Store& store) const {
    if (!texts_) {
        const auto listing = list_revision_files(config_);
        make_room(listing.files.size());
        return read_listed_headers(*pool_, listing,
                                   [&](std::size_t index, RevisionHeader header, const HeaderReader& reader) {
                                       store(index, std::move(header), reader.whole_text());
                                   });
    }
    make_room(texts_->all.size());
    for (std::size_t index = 0; const auto& file : texts_->all)
        store(index++, parse_header(file.text, file.path), std::optional<std::string_view>());
}

std::vector<RevisionHeader> ScriptDirectory::load_headers() const {
    std::vector<RevisionHeader> headers;
    read_headers([&](std::size_t count) { headers.resize(count); },
                 [&](std::size_t index, RevisionHeader header, auto) { headers[index] = std::move(header); });
    return headers;
}

Graph ScriptDirectory::load_graph() const {
    std::vector<Revision> revisions;
    read_headers(
        [&](std::size_t count) { revisions.resize(count); },
        [&](std::size_t index, RevisionHeader header, auto) { revisions[index] = std::move(header.revision); });
    return graph_of(std::move(revisions));
}

Graph ScriptDirectory::load_graph_and_files() {
    std::vector<Revision> revisions;
    std::optional<TextKeeper> keeper;
    read_headers(
        [&](std::size_t count) {
            revisions.resize(count);
            keeper.emplace(count);
        },
        [&](std::size_t index, RevisionHeader header, std::optional<std::string_view> text) {
            revisions[index] = std::move(header.revision);
            keeper->keep(index, text);
        });
    auto graph = graph_of(std::move(revisions));
    // By address: the graph holds the revisions in one array, in the order in which they were read.
    kept_ = {graph.revisions().data(), std::move(*keeper).take()};
    return graph;
}

const std::string* ScriptDirectory::Kept::find(const Revision& revision) const {
    const auto* const end = first + texts.size();
    // `<` of pointers into different arrays is unspecified, std::less is not.
    if (std::less()(&revision, first) || !std::less()(&revision, end)) return nullptr;
    const auto& text = texts[static_cast<std::size_t>(&revision - first)];
    return text.empty() ? nullptr : &text;
}

const Repeatables& ScriptDirectory::repeatables() const {
    if (!texts_ && !config_.repeatable_locations.empty())
        std::call_once(repeatables_->once, [&] { repeatables_->repeatables = load_repeatables(config_); });
    return repeatables_->repeatables;
}

const RevisionFile& ScriptDirectory::read(const Repeatable& repeatable) const {
    return repeatables().file_of(repeatable);
}

RevisionFile ScriptDirectory::read(const Revision& revision) const {
    if (const auto* kept = kept_.find(revision)) {
        auto file = parse_revision_file(*kept, revision.path);
        // The memory of a graph that is gone may have become another's.
        if (file.header.revision.id == revision.id) return file;  // else of another graph
    }
    auto file = texts_ ? parse_revision_file(std::string(texts_->of.at(revision.path)), revision.path)
                       : read_revision_file(working_directory_ / revision.path, revision.path);
    const auto& found = file.header.revision.id;
    if (found != revision.id) {
        throw Error(ExitCode::graph, error_codes::revision_changed,
                    fmt::format("{} holds revision {} now, it was {}", revision.path, found, revision.id))
            .with_location({revision.path, file.header.revision_line, 0, {}})
            .with_hint("another program may be changing the folder; run the command again");
    }
    return file;
}

}  // namespace rev::script
