#include "app/hints.hpp"

#include "app/sections.hpp"

namespace rev::app {

schema::Hints read_hints(const Desired& /*desired*/, const schema::Model& /*base*/) { return {}; }

std::string dump_text(const schema::Model& model) {
    const schema::Model nothing(model.dialect(), model.server_version(), {});
    std::string text;
    for (const auto& draft : plan_migration(nothing, model).revisions) {
        if (!text.empty()) text += '\n';
        text += section_text(draft.upgrade, Purpose::proof);
    }
    return text;
}

}  // namespace rev::app
