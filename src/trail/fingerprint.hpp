#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "db/database.hpp"
#include "db/database_url.hpp"
#include "scratch/kept_queries.hpp"

namespace rev::trail {

/// What a look at a schema tells.
struct Look {
    /// Equal for two moments of one database: the models are equal, too. Unequal: they may be.
    std::string whole;
    /// What was made, changed or taken away since the look before, by names: the same text for the same step on an
    /// equal schema, also of another database. Another text: it may be the same all the same.
    std::string touched;
    /// To the question that was asked with it; nullopt: none was.
    std::optional<std::vector<SqlRow>> answer = {};
};

/// Tells at little cost whether a schema is as it was, so that a whole model is read only where it is not. Asks over a
/// connection of its own, so that nothing that a revision sets in its session counts, and what it asks stays prepared.
class Fingerprints {
public:
    virtual ~Fingerprints() = default;

    /// One exchange, where nothing is gone that was there when the step began. with: a question about the same moment;
    /// null: none. Only where there are kept_queries() is it answered.
    [[nodiscard]] virtual Look look(const scratch::KeptQuestion* with) = 0;
    [[nodiscard]] Look look() { return look(nullptr); }
    /// The looks from now on are at what one step does, and undoes: what it takes away of its own is known to be gone.
    /// Asks nothing.
    virtual void begin_step() = 0;
    /// For other questions over the connection that is only read from; null: there is none.
    [[nodiscard]] virtual scratch::KeptQueries* kept_queries() { return nullptr; }
};

/// A connection that only reads, and that a stop interrupts.
[[nodiscard]] std::unique_ptr<Database> open_reader(const DatabaseUrl& url);

/// own: names of rev's own tables, in lower case, whatever their schema. writer: the connection that alone changes the
/// database; null: it is not known. On SQLite that one is asked, as another one would have to read the whole schema
/// anew behind each change; on PostgreSQL it hands on what it has counted, so that only catalogs are read that have
/// changed.
[[nodiscard]] std::unique_ptr<Fingerprints> open_fingerprints(const DatabaseUrl& url, std::vector<std::string> own,
                                                              Database* writer = nullptr);

/// PostgreSQL's. database: a connection of their own; writer: see open_fingerprints().
[[nodiscard]] std::unique_ptr<Fingerprints> make_postgres_fingerprints(std::unique_ptr<Database> database,
                                                                       Database* writer);

}  // namespace rev::trail
