#include "autogenerate/comparison.hpp"

#include <map>

#include "autogenerate/hints.hpp"
#include "schema/schemas.hpp"

namespace rev::autogenerate {
namespace {

bool is_live(const Source& source) { return source.kind == Source::Kind::database || source.kind == Source::Kind::url; }

/// The desired one with the texts that its hints are in.
schema::Model read_side(Workplace& place, const Source& source, const std::vector<std::string>& schemas,
                        std::optional<Desired>& desired) {
    if (source.kind != Source::Kind::desired) return place.read(source, schemas);
    desired = place.load_desired();
    return desired->model;
}

}  // namespace

std::vector<schema::Unmodelled> Comparison::unmodelled() const {
    std::map<std::string, schema::Unmodelled> by_kind;
    for (const auto* model : {&from, &to})
        for (const auto& each : model->unmodelled())
            if (auto& known = by_kind[each.kind]; each.count > known.count) known = each;
    std::vector<schema::Unmodelled> all;
    for (auto& [kind, each] : by_kind) all.push_back(std::move(each));
    return all;
}

Comparison compare_sources(Workplace& place, const Source& from, const Source& to) {
    Comparison comparison;
    std::optional<Desired> desired;
    // The live side last: the other one tells which of its schemas count.
    if (is_live(from) && !is_live(to)) {
        comparison.to = read_side(place, to, {}, desired);
        comparison.from = read_side(place, from, schema::schemas_of({&comparison.to}), desired);
    } else {
        comparison.from = read_side(place, from, {}, desired);
        const auto schemas =
            is_live(to) && !is_live(from) ? schema::schemas_of({&comparison.from}) : std::vector<std::string>();
        comparison.to = read_side(place, to, schemas, desired);
    }
    if (desired && to.kind == Source::Kind::desired) {
        comparison.hints = read_hints(*desired);
        complete_renames(comparison.hints, comparison.from, comparison.to);
    }
    comparison.changes = compare(comparison.from, comparison.to, comparison.hints);
    return comparison;
}

Comparison find_drift(Workplace& place) {
    return compare_sources(place, {Source::Kind::target, "current"}, {Source::Kind::database, "database"});
}

schema::Model read_for_dump(Workplace& place, const Source& source) { return place.read(source); }

}  // namespace rev::autogenerate
