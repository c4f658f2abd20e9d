#include "import/adopt.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "base/files.hpp"
#include "import/checksums.hpp"
#include "import/compose.hpp"
#include "import/differences.hpp"
#include "import/new_project.hpp"
#include "import/scratch.hpp"
#include "import/trial.hpp"
#include "rev/stop.hpp"
#include "script/file_name.hpp"
#include "script/listing.hpp"

namespace rev::foreign {
namespace {

// As many as in the ids that rev makes up; of the same schema it is the same each time.
constexpr std::size_t id_digits = 12;

RevisionHeader header_of(const std::string& sql) {
    RevisionHeader header;
    header.revision.id = sha256_hex(sql).substr(0, id_digits);
    header.revision.message = "schema as it is";
    header.description =
        "What the database held when its history began. There is no downgrade: nobody wants to drop it.";
    return header;
}

// PostgreSQL numbers its versions so: 180004 is 18.4.
constexpr int versions_of_a_major = 10'000;

}  // namespace

Draft draft_of_schema(const std::filesystem::path& directory, const std::string& sql, Dialect dialect) {
    const auto file = directory / "alembic.yaml";
    if (base::is_there(file))
        throw Error(ExitCode::usage, error_codes::project_exists, script::shown_path(file) + " is there already")
            .with_hint("`rev status` shows where its database stands; nothing was changed");
    const std::vector dialects{dialect};
    auto project = new_project(directory, Numbering::random, {}, dialects);
    Draft draft;
    draft.config = std::move(project.config);
    draft.files = std::move(project.files);
    draft.remarks = std::move(project.remarks);
    auto header = header_of(sql);
    const auto& revision = header.revision;
    const auto path = draft.config.version_locations.front() /
                      script::revision_file_name(draft.config, {revision.id, revision.message, {}, revision.id});
    header.revision.path = script::shown_path(path);
    Sections sections;
    sections.up = sql;
    draft.files.push_back({path, compose_revision(header, sections, header.revision.path)});
    draft.graph.push_back(header.revision);
    draft.revisions.push_back({header.revision.id, {}, {}, header.revision.path});
    return draft;
}

schema::Model without_permissions(const schema::Model& model) {
    const auto is_kept = [](const schema::Fact& fact) {
        const auto kind = fact.id.kind;
        if (kind != schema::Kind::owner && kind != schema::Kind::grant && kind != schema::Kind::default_grant)
            return true;
        // Those of the schema public are in a new database as well; all others name roles, which a scratch server
        // lacks.
        return fact.id.name.size() > 1 && fact.id.name[0] == "schema" && fact.id.name[1] == "public";
    };
    std::vector<schema::Fact> facts;
    std::ranges::copy_if(model.facts(), std::back_inserter(facts), is_kept);
    return {model.dialect(),
            model.server_version(),
            std::move(facts),
            {model.unmodelled().begin(), model.unmodelled().end()}};
}

std::vector<std::string> differences_from(const schema::Model& model, const Draft& draft, std::string& why_not) {
    try {
        const DraftProject project(draft);
        const auto place = open_scratch_place(model.dialect(), {});
        TrialDatabase trial(*place, draft.config);
        project.run(trial.database(), project.plan_all({draft.revisions.front().id}, model.dialect()));
        const auto made = without_permissions(trial.model());
        const bool is_same_version =
            made.server_version() / versions_of_a_major == model.server_version() / versions_of_a_major;
        // Another major version may print the same definition in other words, and each would be told as a difference.
        if (model.dialect() == Dialect::sqlite || is_same_version) return differences(model, made);
        why_not = "the database is of another version than the server programs here";
    } catch (const Error& error) {
        // Where it cannot be tried, the project is made all the same, and it is said that it was not tried.
        if (stop_requested()) throw;
        why_not = error.what();
    }
    return {};
}

}  // namespace rev::foreign
