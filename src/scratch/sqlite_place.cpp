#include "scratch/sqlite_place.hpp"

#include <fmt/format.h>

#include <utility>

#include "db/drivers.hpp"
#include "scratch/scratch_folder.hpp"

namespace rev::scratch {
namespace {

DatabaseUrl url_of(const std::filesystem::path& file) {
    DatabaseUrl url;
    url.dialect = Dialect::sqlite;
    url.database = file.string();
    return url;
}

class SqliteScratch final : public ScratchDatabase {
public:
    SqliteScratch(const std::filesystem::path& file, std::function<bool()> interrupted) : url_(url_of(file)) {
        OpenOptions options;
        options.interrupted = std::move(interrupted);
        database_ = db::open_short_lived_sqlite(url_, options);
    }

    Database& database() override { return *database_; }
    [[nodiscard]] const DatabaseUrl& url() const override { return url_; }

private:
    DatabaseUrl url_;
    std::unique_ptr<Database> database_;
};

class SqlitePlace final : public Place {
public:
    explicit SqlitePlace(const PlaceRequest& request) : interrupted_(request.interrupted) {
        if (request.tell) request.tell(fmt::format("Scratch: SQLite files in {}", folder_.path().string()));
    }

    std::unique_ptr<ScratchDatabase> make(const std::vector<Extension>& /*extensions*/) override {
        // A file of its own each time: the one before may still be open.
        return std::make_unique<SqliteScratch>(folder_.path() / fmt::format("{}.db", ++made_), interrupted_);
    }

private:
    ScratchFolder folder_;
    std::function<bool()> interrupted_;
    int made_ = 0;
};

}  // namespace

std::unique_ptr<Place> open_sqlite_place(const PlaceRequest& request) { return std::make_unique<SqlitePlace>(request); }

}  // namespace rev::scratch
