#include "schema/schemas.hpp"

#include <set>

namespace rev::schema {

std::vector<std::string> schemas_of(std::initializer_list<const Model*> models) {
    std::set<std::string> schemas = {"public"};
    for (const auto* model : models) {
        if (model->dialect() != Dialect::postgresql) continue;
        for (const auto& fact : model->facts())
            if (fact.id.kind == Kind::schema || (fact.id.kind == Kind::table && fact.id.name.size() > 1))
                schemas.insert(fact.id.name.front());
    }
    return {schemas.begin(), schemas.end()};
}

}  // namespace rev::schema
