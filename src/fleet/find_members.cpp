#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <set>
#include <sstream>
#include <system_error>

#include "app/connect.hpp"
#include "base/files.hpp"
#include "base/process.hpp"
#include "base/text.hpp"
#include "db/database.hpp"
#include "fleet/member.hpp"

namespace rev::fleet {
namespace {

// One member that cannot be had is a fault of that member; a source that cannot be asked is an error of the whole.
namespace fs = std::filesystem;

Error bad_source(const std::string& message) { return Error(ExitCode::usage, error_codes::bad_fleet, message); }

std::unique_ptr<Database> open_server(const DatabaseUrl& url, const Config& config) {
    return open_database(url, app::reading_options(config));
}

Member without_name(std::size_t row) {
    // A member all the same: whoever rolls out has to see that the query has a row that cannot be used.
    Member member{.name = fmt::format("(row {})", row), .url = {}};
    member.fault = Error(ExitCode::usage, error_codes::bad_member, fmt::format("row {} of the query has no name", row))
                       .with_hint("its column `name` is empty or NULL");
    return member;
}

/// The query may have any columns: each row comes as one line for each of them.
std::string by_columns(std::string query) {
    // The query is put into parentheses, where a `;` would end it.
    while (!query.empty() && (query.back() == ';' || query.back() == ' ' || query.back() == '\n')) query.pop_back();
    // By JSON, as rev knows neither the number nor the types of the columns. The line ends keep a comment at the
    // query's end from taking the parenthesis with it. row_number() tells rows apart that are equal.
    return fmt::format(
        "SELECT rows.number, columns.key, columns.value FROM (SELECT pg_catalog.row_number() OVER () AS number,"
        " pg_catalog.row_to_json(asked.*) AS row FROM (\n{}\n) AS asked) AS rows"
        " CROSS JOIN LATERAL pg_catalog.json_each_text(rows.row) AS columns",
        query);
}

std::vector<SqlRow> ask_for_rows(Database& database, const std::string& query) {
    try {
        // In the session's search_path: it is the project's own query, and names its tables.
        return database.query_in_session(by_columns(query));
    } catch (const Error& error) {
        throw bad_source(fmt::format("the query of fleet.schemas fails: {}", error.what()))
            .with_detail(error.detail())
            .with_sqlstate(error.sqlstate())
            .with_hint("it is asked as SELECT ... FROM (query), with the search_path of the URL");
    }
}

std::vector<Member> schemas_of_query(const Config& config) {
    const SharedUrl url = server_url(config);
    const auto database = open_server(*url, config);
    std::vector<std::map<std::string, std::string>> rows;
    std::string number;
    for (const auto& row : ask_for_rows(*database, config.fleet.query)) {
        if (rows.empty() || number != row[0]) rows.emplace_back();
        number = row[0].value_or("");
        // NULL is no value: the variable stays unset for that member.
        if (row[2]) rows.back()[row[1].value_or("")] = *row[2];
    }
    std::vector<Member> members;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const auto name = rows[i].find("name");
        if (name == rows[i].end() || name->second.empty()) {
            members.push_back(without_name(i + 1));
            continue;
        }
        Member member{.name = name->second, .url = url, .schema = name->second};
        rows[i].erase(name);
        member.variables = std::move(rows[i]);
        members.push_back(std::move(member));
    }
    // A query without the column would make a list of faults in which nobody sees the one mistake.
    const bool has_names = std::ranges::any_of(members, [](const auto& member) { return !member.fault; });
    if (!members.empty() && !has_names)
        throw bad_source("the query of fleet.schemas has no column `name`")
            .with_hint("write SELECT schema_name AS name ...");
    return members;
}

bool fits_any(std::string_view name, const std::vector<std::string>& patterns) {
    return std::ranges::any_of(
        patterns, [&](const auto& pattern) { return base::fits(name, pattern, base::Wildcards::stars_and_marks); });
}

std::vector<Member> schemas_by_pattern(const Config& config) {
    const SharedUrl url = server_url(config);
    std::vector<Member> members;
    // The catalog's pattern language is not ours, so all names come, and are compared here. One by one, as there may be
    // many thousands.
    open_server(*url, config)
        ->query_each(
            "SELECT nspname FROM pg_catalog.pg_namespace WHERE nspname NOT LIKE 'pg\\_%'"
            " AND nspname <> 'information_schema' ORDER BY nspname",
            [&](const SqlRow& row) {
                if (fits_any(*row[0], config.fleet.patterns))
                    members.push_back({.name = *row[0], .url = url, .schema = *row[0]});
            });
    return members;
}

std::vector<Member> databases_by_pattern(const Config& config) {
    const auto url = server_url(config);
    std::vector<Member> members;
    for (const auto& row : open_server(url, config)
                               // template0 takes no connections, and template1 would hand its tables on to every new
                               // database.
                               ->query("SELECT datname FROM pg_catalog.pg_database WHERE datallowconn"
                                       " AND NOT datistemplate ORDER BY datname"))
        if (fits_any(*row[0], config.fleet.patterns))
            members.push_back({.name = *row[0], .url = other_database(url, *row[0])});
    return members;
}

/// The folder that a pattern of paths begins with: what comes before its first `*` or `?`.
fs::path folder_of(const fs::path& pattern) {
    fs::path folder;
    for (const auto& part : pattern.parent_path()) {
        if (part.string().find_first_of("*?") != std::string::npos) break;
        folder /= part;
    }
    return folder;
}

/// rev's own file beside a database, and what SQLite keeps there.
bool is_beside_database(const std::string& name) {
    constexpr std::string_view ends[] = {"-wal", "-shm", "-journal", "-rev-lock"};
    return std::ranges::any_of(ends, [&](auto end) { return name.ends_with(end); });
}

/// Not a pipe, which to open is to wait. A link that leads nowhere is a member that cannot be opened.
bool may_be_database(fs::file_type type) {
    return type == fs::file_type::regular || type == fs::file_type::not_found || type == fs::file_type::unknown ||
           type == fs::file_type::none;
}

std::vector<Member> files_by_pattern(const Config& config, MissingFolder missing) {
    // A set: two patterns may find the same file, and the order is then the same everywhere.
    std::set<std::string> files;
    for (const auto& pattern : config.fleet.patterns) {
        const auto whole = (config.directory / pattern).lexically_normal();
        std::error_code failure;
        // By increment(), as `++` throws where a folder further down cannot be read.
        for (fs::recursive_directory_iterator next(folder_of(whole), failure), end; !failure && next != end;
             next.increment(failure)) {
            const auto path = next->path().string();
            std::error_code ignored;  // of a link that leads nowhere
            if (may_be_database(next->status(ignored).type()) && !is_beside_database(path) &&
                base::fits(path, whole.string(), base::Wildcards::stars_and_marks))
                files.insert(path);
        }
        const bool is_missing = failure == std::errc::no_such_file_or_directory;
        if (failure && !(is_missing && missing == MissingFolder::empty))
            throw bad_source(
                fmt::format("the files {} cannot be listed: {}", base::printable(pattern), failure.message()))
                .with_hint(is_missing
                               ? "correct the pattern; or `rev fleet create NAME` makes the first, and its folder"
                               : "");
    }
    std::vector<Member> members;
    for (const auto& file : files)
        members.push_back(
            {.name = fs::path(file).lexically_relative(config.directory).string(), .url = url_of_file(file)});
    return members;
}

std::string name_of(const DatabaseUrl& url) {
    return url.dialect == Dialect::sqlite ? fs::path(url.database).filename().string() : url.database;
}

/// "NAME URL KEY=VALUE ...", or the URL alone, whose database is the name then.
Member member_of_line(std::string_view line) {
    Member member;
    std::istringstream words{std::string(line)};
    std::string word;
    words >> word;
    // No name holds it, and every URL does.
    if (word.find("://") == std::string::npos) {
        member.name = word;
        word.clear();
        words >> word;
    }
    try {
        member.url = parse_database_url(word);
        if (member.name.empty()) member.name = name_of(*member.url);
    } catch (const Error& error) {
        if (member.name.empty()) member.name = "(no name)";
        member.fault = error;
    }
    while (words >> word) {
        const auto equals = word.find('=');
        if (equals != std::string::npos) member.variables[word.substr(0, equals)] = word.substr(equals + 1);
    }
    return member;
}

std::vector<Member> members_of_lines(std::string_view text) {
    std::vector<Member> members;
    for (const auto& line : base::split_list(text, '\n'))
        if (!line.empty() && !line.starts_with('#')) members.push_back(member_of_line(line));
    return members;
}

std::vector<Member> members_of_file(const Config& config) {
    try {
        return members_of_lines(base::read_text_file(config.fleet.urls));
    } catch (const std::system_error& error) {
        throw bad_source(fmt::format("cannot read {}", base::printable(config.fleet.urls.string())))
            .with_detail(error.code().message());
    }
}

std::vector<Member> members_of_command(const Config& config) {
    base::ProcessResult result;
    try {
        result = base::run_process(config.fleet.command);
    } catch (const std::system_error& error) {
        throw bad_source(fmt::format("cannot start {}: {}", base::printable_word(config.fleet.command.front()),
                                     error.code().message()));
    }
    // Half a list must not be taken for the whole fleet.
    if (result.exit_code != 0)
        throw bad_source(fmt::format("the command of fleet ended with {}", result.exit_code))
            .with_detail(std::string(base::trim(result.output)));
    return members_of_lines(result.output);
}

std::vector<Member> members_of_source(const Config& config, MissingFolder missing) {
    switch (config.fleet.source) {
        case FleetSource::none:
            break;
        case FleetSource::schema_query:
            return schemas_of_query(config);
        case FleetSource::schema_patterns:
            return schemas_by_pattern(config);
        case FleetSource::databases:
            return databases_by_pattern(config);
        case FleetSource::urls:
            return members_of_file(config);
        case FleetSource::command:
            return members_of_command(config);
        case FleetSource::files:
            return files_by_pattern(config, missing);
    }
    throw Error(ExitCode::usage, error_codes::no_fleet, "alembic.yaml names no fleet")
        .with_hint("write fleet: {schemas: [\"tenant_*\"]}, or another source of members; see docs/fleet.md");
}

/// The second member of a name would wait for the first one's lock, and count it twice.
void mark_namesakes(std::vector<Member>& members) {
    std::set<std::string> names;
    for (auto& member : members)
        if (!member.fault && !names.insert(member.name).second)
            member.fault =
                Error(ExitCode::usage, error_codes::bad_member,
                      fmt::format("{} is named twice; this is the second time", base::printable_word(member.name)));
}

}  // namespace

std::vector<Member> find_members(const Config& config, MissingFolder missing) {
    auto members = members_of_source(config, missing);
    mark_namesakes(members);
    return members;
}

}  // namespace rev::fleet
