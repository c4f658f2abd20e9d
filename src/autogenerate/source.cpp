#include "autogenerate/source.hpp"

#include "db/database_url.hpp"

namespace rev::autogenerate {
namespace {

/// A label may have a `/` too, so that alone makes no path.
Source::Kind kind_of(std::string_view text) {
    if (text == "database") return Source::Kind::database;
    if (text == "schema") return Source::Kind::desired;
    if (text.find("://") != std::string_view::npos) return Source::Kind::url;
    const bool begins_as_path = text.starts_with('/') || text.starts_with("./") || text.starts_with("../");
    const bool ends_as_path = text.ends_with('/') || text.ends_with(".sql");
    return begins_as_path || ends_as_path ? Source::Kind::path : Source::Kind::target;
}

}  // namespace

Source parse_source(std::string_view text) { return {kind_of(text), std::string(text)}; }

std::string describe(const Source& source) {
    switch (source.kind) {
        case Source::Kind::database:
            return "the database";
        case Source::Kind::desired:
            return "the desired schema";
        case Source::Kind::url:
            return parse_database_url(source.text).display();
        case Source::Kind::path:
            return source.text;
        case Source::Kind::target:
            break;
    }
    return "the revisions up to " + source.text;
}

}  // namespace rev::autogenerate
