#include "import/schema_trail.hpp"

#include <algorithm>
#include <utility>

namespace rev::foreign {

void SchemaTrail::add(std::string version, const schema::Model& model) {
    Step step;
    step.version = std::move(version);
    for (const auto& fact : model.facts()) {
        const auto* before = last_.find(fact.id);
        if (before == nullptr || !(*before == fact)) step.set.push_back(fact);
    }
    for (const auto& fact : last_.facts())
        if (model.find(fact.id) == nullptr) step.gone.push_back(fact.id);
    steps_.push_back(std::move(step));
    last_ = model;
}

std::optional<schema::Model> SchemaTrailReader::model_behind(const std::string& version) {
    const auto& steps = trail_.steps_;
    const auto found = std::find_if(steps.begin() + static_cast<std::ptrdiff_t>(next_), steps.end(),
                                    [&](const auto& step) { return step.version == version; });
    if (found == steps.end()) return std::nullopt;
    const auto end = static_cast<std::size_t>(found - steps.begin()) + 1;
    for (; next_ < end; ++next_) {
        for (const auto& id : steps[next_].gone) facts_.erase(id);
        for (const auto& fact : steps[next_].set) facts_.insert_or_assign(fact.id, fact);
    }
    std::vector<schema::Fact> facts;
    for (const auto& [id, fact] : facts_) facts.push_back(fact);
    return schema::Model(trail_.last_.dialect(), trail_.last_.server_version(), std::move(facts));
}

}  // namespace rev::foreign
