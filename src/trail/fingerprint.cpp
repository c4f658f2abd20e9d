#include "trail/fingerprint.hpp"

#include <algorithm>
#include <utility>

#include "base/text.hpp"
#include "rev/stop.hpp"

namespace rev::trail {
namespace {

/// sqlite_schema has everything that a model is made of.
class SqliteFingerprints final : public Fingerprints {
public:
    SqliteFingerprints(Database& database, std::unique_ptr<Database> kept, std::vector<std::string> own)
        : database_(database), kept_(std::move(kept)), own_(std::move(own)) {}

    Look look(const scratch::KeptQuestion* /*with*/) override {
        std::vector<std::string> parts;
        for (auto& row : database_.query("SELECT tbl_name, type || ' ' || name || ' ' || tbl_name || ' ' || "
                                         "coalesce(sql, '') FROM main.sqlite_schema"))
            if (std::ranges::find(own_, base::lower_case(row.at(0).value_or(""))) == own_.end())
                parts.push_back(std::move(row.at(1)).value_or(""));
        // A table that is made anew goes to the end of sqlite_schema, and the schema is the same.
        std::ranges::sort(parts);
        const auto whole = base::join(parts, "\n");
        // What a step has touched is not told apart: where it does the same to an equal schema, all behind it is equal,
        // too.
        return {.whole = whole, .touched = whole, .answer = {}};
    }
    void begin_step() override {}

private:
    Database& database_;
    std::unique_ptr<Database> kept_;  ///< the same, unless it is somebody else's
    std::vector<std::string> own_;
};

}  // namespace

std::unique_ptr<Database> open_reader(const DatabaseUrl& url) {
    OpenOptions options;
    options.interrupted = stop_requested;
    return open_database(url, options);
}

std::unique_ptr<Fingerprints> open_fingerprints(const DatabaseUrl& url, std::vector<std::string> own,
                                                Database* writer) {
    if (url.dialect == Dialect::sqlite && writer != nullptr)
        return std::make_unique<SqliteFingerprints>(*writer, nullptr, std::move(own));
    auto database = open_reader(url);
    if (url.dialect == Dialect::postgresql) return make_postgres_fingerprints(std::move(database), writer);
    auto& opened = *database;
    return std::make_unique<SqliteFingerprints>(opened, std::move(database), std::move(own));
}

}  // namespace rev::trail
