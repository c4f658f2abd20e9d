#include "schema/sqlite_grid.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <initializer_list>

#include "catalog/sqlite/read_sqlite_model.hpp"
#include "db/database.hpp"
#include "schema/hints.hpp"
#include "support/program.hpp"

namespace rev::test {
namespace {

using schema::Change;
using schema::Fact;
using schema::FactId;
using schema::Kind;
using schema::Model;

Model model_of(const std::filesystem::path& file, const std::string& sql) {
    const auto database = open_database(parse_database_url("sqlite:///" + file.string()), {});
    const std::array<Command, 1> commands{Command{.kind = Command::Kind::sql, .sql = sql}};
    database->run(commands);
    return catalog::read_sqlite_model(*database, {});
}

bool is_part_of_name(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }

bool mentions(const std::string& text, const std::string& name) {
    for (auto at = text.find(name); at != std::string::npos; at = text.find(name, at + 1)) {
        const auto end = at + name.size();
        const auto begins = at == 0 || !is_part_of_name(text[at - 1]);
        if (begins && (end == text.size() || !is_part_of_name(text[end]))) return true;
    }
    return false;
}

bool mentions(const Fact& fact, const std::string& name) {
    return std::ranges::any_of(fact.attributes,
                               [&](const auto& attribute) { return mentions(attribute.second, name); });
}

bool is_about(const Fact& fact, const FactId& table) {
    return fact.parent == table || std::ranges::find(fact.depends_on, table) != fact.depends_on.end();
}

std::string_view event_of(Change::Action action) {
    switch (action) {
        case Change::Action::add:
            return "add";
        case Change::Action::drop:
            return "drop";
        case Change::Action::alter:
            return "change";
        case Change::Action::rename:
            return "rename";
    }
    return {};
}

/// Up one way and down the other: what is added is dropped as well.
void insert_event(GridCells& cells, Kind kind, Change::Action action, const std::string& type) {
    const auto insert = [&](Change::Action each) {
        cells.insert({kind, std::string(event_of(each)) + (type.empty() ? "" : ' ' + type)});
    };
    insert(action);
    if (action == Change::Action::add) insert(Change::Action::drop);
    if (action == Change::Action::drop) insert(Change::Action::add);
}

std::string under(const Fact& user, const FactId& table) {
    if (user.id.kind != Kind::constraint) return "under " + std::string(to_string(user.id.kind));
    return user.parent == table ? "under constraint" : "under foreign key";
}

class GridReader {
public:
    explicit GridReader(const SchemaPair& pair) : from_(model_of(folder_.path() / "from.db", pair.from)) {
        to_ = model_of(folder_.path() / "to.db", pair.to);
        options_.hints = schema::read_hints(pair.to, Dialect::sqlite);
    }

    GridCells read() {
        for (const auto& change : compare(from_, to_, options_.hints)) {
            const auto* fact = to_.find(change.id) != nullptr ? to_.find(change.id) : from_.find(change.id);
            const auto type =
                fact != nullptr && change.id.kind == Kind::constraint ? fact->attributes.at("type") : std::string();
            insert_event(cells_, change.id.kind, change.action, type);
            if (change.id.kind == Kind::column && change.action != Change::Action::add) users_of_column(change.id);
            if (change.id.kind == Kind::view && change.action == Change::Action::alter) users_of(change.id);
            if (change.id.kind == Kind::column || change.id.kind == Kind::constraint)
                users_of({Kind::table, {change.id.name.front()}});
        }
        for (const auto& rename : options_.hints.renames) {
            if (rename.from.kind == Kind::column) users_of_column(rename.from);
            if (rename.from.kind == Kind::table) users_of(rename.from);
        }
        return std::move(cells_);
    }

private:
    /// What is about a table or a view, or has a part of it, while that changes.
    void users_of(const FactId& id) {
        for (const auto* model : {&from_, &to_})
            for (const auto& fact : model->facts())
                if (fact.id.kind != Kind::column && is_about(fact, id)) cells_.insert({id.kind, under(fact, id)});
    }

    void users_of_column(const FactId& column) {
        const FactId table{Kind::table, {column.name.front()}};
        for (const auto& fact : from_.facts())
            if (fact.id != column && is_about(fact, table) && mentions(fact, column.name.back()))
                cells_.insert({Kind::column, under(fact, table)});
    }

    TemporaryFolder folder_;
    Model from_;
    Model to_;
    schema::MigrationOptions options_;
    GridCells cells_;
};

}  // namespace

GridCells cells_of(const SchemaPair& pair) { return GridReader(pair).read(); }

GridCells wanted_sqlite_cells() {
    GridCells cells;
    const auto want = [&](Kind kind, std::initializer_list<const char*> events) {
        for (const auto* event : events) cells.insert({kind, event});
    };
    want(Kind::table, {"add", "drop", "change", "rename", "under index", "under view", "under trigger",
                       "under constraint", "under foreign key"});
    want(Kind::column, {"add", "drop", "change", "rename", "under column", "under constraint", "under index",
                        "under view", "under trigger", "under foreign key"});
    want(Kind::constraint,
         {"add check", "drop check", "change check", "add unique", "drop unique", "change unique", "add primary key",
          "drop primary key", "change primary key", "add foreign key", "drop foreign key", "change foreign key"});
    want(Kind::index, {"add", "drop", "change"});
    want(Kind::view, {"add", "drop", "change", "under view", "under trigger"});
    want(Kind::trigger, {"add", "drop", "change"});
    want(Kind::virtual_table, {"add", "drop", "change", "rename"});
    return cells;
}

}  // namespace rev::test
