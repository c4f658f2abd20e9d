#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "schema/model.hpp"

namespace rev::foreign {

/// The models of a database behind one migration after the other, each kept as what it has otherwise than the one
/// before. A value.
class SchemaTrail {
public:
    void add(std::string version, const schema::Model& model);

private:
    friend class SchemaTrailReader;

    struct Step {
        std::string version;
        std::vector<schema::Fact> set;
        std::vector<schema::FactId> gone;
    };
    std::vector<Step> steps_;
    schema::Model last_;
};

/// Makes the models again, in order.
class SchemaTrailReader {
public:
    /// trail: must outlive it.
    explicit SchemaTrailReader(const SchemaTrail& trail) : trail_(trail) {}

    /// Behind the migration of that version, which is not before one that was asked for; nullopt: it is not in it.
    [[nodiscard]] std::optional<schema::Model> model_behind(const std::string& version);

private:
    const SchemaTrail& trail_;
    std::size_t next_ = 0;
    std::map<schema::FactId, schema::Fact> facts_;
};

}  // namespace rev::foreign
