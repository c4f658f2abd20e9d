#include "app/hints.hpp"

#include "app/sections.hpp"
#include "schema/hints.hpp"

namespace rev::app {

schema::Hints read_hints(const Desired& desired) {
    schema::Hints hints;
    for (const auto& ddl : desired.texts) {
        const auto found = schema::read_hints(ddl.text, desired.model.dialect(), ddl.shown);
        hints.renames.insert(hints.renames.end(), found.renames.begin(), found.renames.end());
        hints.using_expressions.insert(hints.using_expressions.end(), found.using_expressions.begin(),
                                       found.using_expressions.end());
    }
    return hints;
}

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
