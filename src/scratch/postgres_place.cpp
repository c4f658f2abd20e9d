#include "scratch/postgres_place.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "base/text.hpp"
#include "scratch/orphans.hpp"
#include "scratch/own_server.hpp"
#include "scratch/run_sql.hpp"

namespace rev::scratch {
namespace {

/// to_jsonb(): the columns of other versions are absent instead of an error.
constexpr const char* facts_of_database =
    "SELECT current_setting('server_version_num'), pg_encoding_to_char(d.encoding), d.datcollate, d.datctype, "
    "to_jsonb(d) ->> 'datlocprovider', coalesce(to_jsonb(d) ->> 'daticulocale', to_jsonb(d) ->> 'datlocale'), "
    "current_user::text FROM pg_database d WHERE d.datname = current_database()";
constexpr const char* facts_of_roles = "SELECT rolname FROM pg_roles WHERE rolname !~ '^pg_' ORDER BY 1";
constexpr const char* facts_of_extensions =
    "SELECT e.extname, n.nspname FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace "
    "WHERE e.extname <> 'plpgsql' ORDER BY 1";

int to_int(const std::string& text) {
    int number = 0;
    std::from_chars(text.data(), text.data() + text.size(), number);
    return number;
}

DatabaseUrl with_database(DatabaseUrl url, const std::string& name) {
    url.database = name;
    // A dbname in the query would go over the path.
    url.query.erase("dbname");
    return url;
}

/// A database on a server where others may be at work; or on one of our own, which goes as a whole.
class PostgresScratch final : public ScratchDatabase {
public:
    PostgresScratch(Database& server, const DatabaseUrl& server_url, std::string name, const OpenOptions& options)
        : server_(server), name_(std::move(name)), url_(with_database(server_url, name_)) {
        try {
            database_ = open_database(url_, options);
        } catch (const Error&) {
            // The destructor of what was never constructed does not run.
            drop();
            throw;
        }
    }
    ~PostgresScratch() override {
        // Our own session first: FORCE would end it from without.
        database_.reset();
        drop();
    }
    PostgresScratch(const PostgresScratch&) = delete;
    PostgresScratch& operator=(const PostgresScratch&) = delete;

    Database& database() override { return *database_; }
    [[nodiscard]] const DatabaseUrl& url() const override { return url_; }

private:
    /// What cannot be dropped now is an orphan, which a later command drops.
    void drop() noexcept {
        for (int tries = 0; tries < 2; ++tries) {
            try {
                if (!server_.is_alive()) server_.reconnect();
                return run_sql(server_,
                               fmt::format("DROP DATABASE IF EXISTS {} WITH (FORCE)", server_.quote_identifier(name_)));
            } catch (const std::exception&) {
                continue;
            }
        }
    }

    Database& server_;
    std::string name_;
    DatabaseUrl url_;
    std::unique_ptr<Database> database_;
};

class PostgresPlace final : public Place {
public:
    PostgresPlace(DatabaseUrl server_url, std::unique_ptr<OwnServer> own_server, std::optional<TargetFacts> target,
                  std::function<bool()> interrupted)
        : server_url_(std::move(server_url)),
          own_server_(std::move(own_server)),
          target_(std::move(target)),
          interrupted_(std::move(interrupted)),
          server_(open_database(server_url_, {})),  // is not interrupted: it has to clean up
          facts_(read_target_facts(*server_)) {}

    /// Whether it can be used at all: makes a database and drops it.
    void refuse_unless_usable() { kept_ = make({}); }
    void tell_whom(std::function<void(const std::string& text)> announce) { announce_ = std::move(announce); }
    [[nodiscard]] const TargetFacts& facts() const noexcept { return facts_; }

    // Owners, grants and policies name them. Nobody can log in with one.
    void create_missing_roles() {
        if (!target_) return;
        for (const auto& role : target_->roles)
            if (std::ranges::find(facts_.roles, role) == facts_.roles.end())
                run_sql(*server_, "CREATE ROLE " + server_->quote_identifier(role) + " NOLOGIN");
    }

    std::unique_ptr<ScratchDatabase> make(const std::vector<Extension>& extensions) override {
        if (extensions.empty() && kept_) return std::exchange(kept_, nullptr);
        const auto name = scratch_name(server_time());
        create(name);
        OpenOptions options;
        options.interrupted = interrupted_;
        auto made = std::make_unique<PostgresScratch>(*server_, server_url_, name, std::move(options));
        announce(name);
        for (const auto& extension : extensions) create_extension(made->database(), extension);
        return made;
    }

    [[nodiscard]] std::vector<Extension> target_extensions() const override {
        return target_ ? target_->extensions : std::vector<Extension>();
    }

private:
    /// Once: the others have names of the same kind, and the same end.
    void announce(const std::string& name) {
        if (!announce_) return;
        std::exchange(announce_, nullptr)(
            fmt::format("Scratch: database {} on {}; it is dropped at the end", name, server_url_.display()));
    }

    long long server_time() {
        const auto rows = server_->query("SELECT floor(extract(epoch FROM clock_timestamp()))::bigint::text");
        return std::stoll(db::text_at(rows.at(0), 0));
    }

    /// With the target's encoding and locale; another server may not have that locale: then without.
    void create(const std::string& name) {
        // template0 alone may be copied with another encoding and locale, and nobody has put anything into it.
        const auto start = "CREATE DATABASE " + server_->quote_identifier(name) + " TEMPLATE template0";
        const auto like_target = start + locale_clauses(target_ ? *target_ : facts_);
        try {
            run_sql(*server_, like_target);
        } catch (const CommandError& error) {
            const bool is_other_server = target_ && own_server_ != nullptr;
            if (!is_other_server || error.connection_lost) throw;
            run_sql(*server_, start);
        }
    }

    std::string locale_clauses(const TargetFacts& facts) {
        std::string clauses =
            fmt::format(" ENCODING {} LC_COLLATE {} LC_CTYPE {}", server_->quote_literal(facts.encoding),
                        server_->quote_literal(facts.collate), server_->quote_literal(facts.ctype));
        if (facts.provider_locale.empty()) return clauses;
        const auto locale = server_->quote_literal(facts.provider_locale);
        if (facts.provider == "i") clauses += " LOCALE_PROVIDER icu ICU_LOCALE " + locale;
        if (facts.provider == "b") clauses += " LOCALE_PROVIDER builtin BUILTIN_LOCALE " + locale;
        return clauses;
    }

    static void create_extension(Database& database, const Extension& extension) {
        const auto schema = database.quote_identifier(extension.schema);
        if (extension.schema != "pg_catalog") run_sql(database, "CREATE SCHEMA IF NOT EXISTS " + schema);
        // CASCADE brings along what it needs; so one that comes later in the list may be there already.
        run_sql(database, fmt::format("CREATE EXTENSION IF NOT EXISTS {} SCHEMA {} CASCADE",
                                      database.quote_identifier(extension.name), schema));
    }

    DatabaseUrl server_url_;
    std::unique_ptr<OwnServer> own_server_;
    std::optional<TargetFacts> target_;
    std::function<bool()> interrupted_;
    std::unique_ptr<Database> server_;
    TargetFacts facts_;
    std::function<void(const std::string& text)> announce_;
    std::unique_ptr<ScratchDatabase> kept_;
};

/// Tries one way after the other, and keeps why each is none.
class PlaceFinder {
public:
    explicit PlaceFinder(const PlaceRequest& request) : request_(request) {
        if (!request.target) return;
        OpenOptions options;
        options.read_only = true;
        target_ = read_target_facts(*open_database(*request.target, options));
    }

    std::unique_ptr<Place> find() {
        // From the one that disturbs nobody to the one that costs the most time.
        for (const auto way : {Way::url, Way::database, Way::server}) {
            if (request_.way && *request_.way != way) continue;
            if (auto place = try_way(way)) return place;
        }
        throw none();
    }

private:
    std::unique_ptr<Place> try_way(Way way) {
        try {
            if (way == Way::url) return on_scratch_url();
            if (way == Way::database) return on_target();
            return on_own_server();
        } catch (const Error& error) {
            // A setting that is wrong is told: another way, taken without a word, would hide it.
            if (error.code() == error_codes::scratch_version) throw;
            if (request_.interrupted && request_.interrupted()) throw;
            why_not(way, error.what());
            return nullptr;
        }
    }

    std::unique_ptr<Place> why_not(Way way, const std::string& reason) {
        reasons_.push_back(fmt::format("{}: {}", way_name(way), reason));
        return nullptr;
    }

    void tell(const std::string& text) const {
        if (request_.tell) request_.tell(text);
    }

    std::unique_ptr<PostgresPlace> usable(DatabaseUrl url, std::unique_ptr<OwnServer> own_server) {
        auto place =
            std::make_unique<PostgresPlace>(std::move(url), std::move(own_server), target_, request_.interrupted);
        return place;
    }

    std::unique_ptr<Place> on_scratch_url() {
        if (request_.scratch_url.empty()) return why_not(Way::url, "scratch_url is not set in alembic.yaml");
        const auto url = parse_database_url(request_.scratch_url);
        auto place = usable(url, nullptr);
        refuse_other_version(place->facts());
        drop_orphans(*open_database(url, {}));
        place->refuse_unless_usable();
        tell(fmt::format("Scratch: databases on {}", url.display()));
        return place;
    }

    void refuse_other_version(const TargetFacts& scratch) const {
        if (!target_ || target_->major() == scratch.major()) return;
        throw Error(ExitCode::database, error_codes::scratch_version,
                    fmt::format("the server of scratch_url is PostgreSQL {}, and the database is on PostgreSQL {}",
                                scratch.major(), target_->major()))
            .with_hint("both have to be of one major version: they spell definitions differently");
    }

    std::unique_ptr<Place> on_target() {
        if (!request_.target) return why_not(Way::database, "there is no database whose server could be used");
        if (!request_.reaches_beyond.empty())
            return why_not(Way::database, "what is to run reaches beyond its database: " + request_.reaches_beyond);
        if (request_.is_protected && !request_.way)
            return why_not(Way::database,
                           "its environment says `protected: true`; --scratch database does it all the same");
        auto place = usable(*request_.target, nullptr);
        place->tell_whom(request_.announce);
        drop_orphans(*open_database(*request_.target, {}));
        place->refuse_unless_usable();
        tell(fmt::format("Scratch: databases on {}", request_.target->display()));
        return place;
    }

    std::unique_ptr<Place> on_own_server() {
        const int wanted = target_ ? target_->major() : 0;
        const auto programs = find_server_programs(wanted);
        if (!programs)
            return why_not(Way::server, wanted == 0
                                            ? std::string("initdb and postgres are not here")
                                            : fmt::format("initdb and postgres of version {} are not here", wanted));
        auto server =
            std::make_unique<OwnServer>(*programs, target_ ? target_->user : "postgres", request_.interrupted);
        const auto url = server->url();
        auto place = usable(url, std::move(server));
        place->create_missing_roles();
        tell(fmt::format("Scratch: a server of its own, with the programs of {}", programs->string()));
        return place;
    }

    [[nodiscard]] Error none() const {
        return Error(ExitCode::database, error_codes::no_scratch,
                     "there is no place for a scratch database of PostgreSQL")
            .with_detail(base::join(reasons_, "\n"))
            .with_hint(
                "set scratch_url in alembic.yaml to a server on which databases may be made (GRANT or ALTER ROLE "
                "... CREATEDB), or install PostgreSQL's server programs here; `--scratch database` uses a "
                "protected server, `--scratch transaction` loads a desired schema in a transaction that is "
                "rolled back");
    }

    const PlaceRequest& request_;
    std::optional<TargetFacts> target_;
    std::vector<std::string> reasons_;
};

}  // namespace

TargetFacts read_target_facts(Database& database) {
    const std::array queries = {Query{facts_of_database}, Query{facts_of_roles}, Query{facts_of_extensions}};
    const auto answers = database.query_all(queries);
    const auto& row = answers.at(0).at(0);
    TargetFacts facts{.version = to_int(db::text_at(row, 0)),
                      .encoding = db::text_at(row, 1),
                      .collate = db::text_at(row, 2),
                      .ctype = db::text_at(row, 3),
                      .provider = db::text_at(row, 4),
                      .provider_locale = db::text_at(row, 5),
                      .user = db::text_at(row, 6)};
    for (const auto& role : answers.at(1)) facts.roles.push_back(db::text_at(role, 0));
    for (const auto& extension : answers.at(2))
        facts.extensions.push_back({db::text_at(extension, 0), db::text_at(extension, 1)});
    return facts;
}

std::unique_ptr<Place> open_postgres_place(const PlaceRequest& request) { return PlaceFinder(request).find(); }

}  // namespace rev::scratch
