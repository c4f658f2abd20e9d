#pragma once

#include <memory>
#include <string>
#include <vector>

#include "rev/database.hpp"
#include "rev/database_url.hpp"

namespace rev::trail {

/// Tells at little cost whether a schema is as it was, so that a whole model is read only where it is not. Asks over a
/// connection of its own, so that nothing that a revision sets in its session counts, and what it asks stays prepared.
class Fingerprints {
public:
    virtual ~Fingerprints() = default;

    /// Equal for two moments of one database: the models are equal, too. Unequal: they may be.
    [[nodiscard]] virtual std::string whole() = 0;
    /// What changes from now on is looked at by touched().
    virtual void begin_step() = 0;
    /// What the step has made, changed or taken away since begin_step(), by names: the same text for the same step on
    /// an equal schema, also of another database. Another text: it may be the same all the same.
    [[nodiscard]] virtual std::string touched() = 0;
};

/// own: names of rev's own tables, in lower case, whatever their schema.
[[nodiscard]] std::unique_ptr<Fingerprints> open_fingerprints(const DatabaseUrl& url, std::vector<std::string> own);

}  // namespace rev::trail
