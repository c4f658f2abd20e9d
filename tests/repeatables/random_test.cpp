// Random objects that need each other, random edits, downgrades and failures between runs: after each run to the heads
// every object is as its file says.
#include <map>
#include <random>
#include <set>
#include <vector>

#include "repeatables/repeatable_project.hpp"

namespace rev::test {
namespace {

/// What a file says.
struct Object {
    int number = 0;               ///< its value is this and those of what it needs
    std::set<std::string> needs;  ///< names
    bool drops_first = false;
    bool can_be_dropped = false;
};

class Story {
public:
    Story(DatabaseProject::Kind kind, unsigned seed) : project_(kind), random_(seed) {
        for (int at = 0; at < 4; ++at) add_object();
    }

    void run(int rounds) {
        for (int round = 0; round < rounds; ++round) {
            CAPTURE(round);
            for (auto edits = random_() % 4; edits > 0; --edits) edit();
            write_all();
            if (random_() % 3 == 0) add_revision();
            if (random_() % 4 == 0 && revisions_ > 0) go_down();
            if (random_() % 4 == 0) fail();
            expect(project_, random_() % 4 == 0 ? "upgrade heads --transaction all" : "upgrade heads");
            is_up_ = true;
            check();
            CHECK(has(expect(project_, "upgrade heads").err, "Nothing to do"));
        }
    }

private:
    [[nodiscard]] bool chance(unsigned of) { return random_() % of == 0; }

    /// Names are made in no order, and an object needs only such as were made before it.
    void add_object() {
        auto name = std::string(1, static_cast<char>('a' + random_() % 26)) + std::to_string(made_.size());
        Object object{.number = static_cast<int>(random_() % 100), .needs = {}};
        choose_needs(object, made_.size());
        object.drops_first = chance(3);
        object.can_be_dropped = object.drops_first || chance(2);
        made_.push_back(name);
        objects_[name] = object;
    }

    void choose_needs(Object& object, std::size_t before) {
        object.needs.clear();
        for (std::size_t at = 0; at < before; ++at)
            if (objects_.contains(made_[at]) && chance(3)) object.needs.insert(made_[at]);
    }

    void edit() {
        if (made_.size() < 9 && chance(3)) return add_object();
        const auto at = random_() % made_.size();
        const auto found = objects_.find(made_[at]);
        if (found == objects_.end()) return;
        auto& object = found->second;
        switch (random_() % 4) {
            case 0:
                object.number += 1;
                return;
            case 1:
                return choose_needs(object, at);
            case 2:
                object.drops_first = !object.drops_first;
                object.can_be_dropped = object.drops_first || chance(2);
                return;
            default:
                for (const auto& [name, other] : objects_)
                    if (other.needs.contains(made_[at])) return;
                objects_.erase(found);  // its object stays, and nothing is said of it any more
        }
    }

    void write_all() const {
        std::filesystem::remove_all(project_.path() / "objects");
        std::filesystem::create_directory(project_.path() / "objects");
        for (const auto& [name, object] : objects_) write(name, object, "");
    }

    void write(const std::string& name, const Object& object, const std::string& more) const {
        std::string header = object.drops_first ? "-- drop_before_upgrade: true\n" : "";
        std::string select = "SELECT CAST(" + std::to_string(object.number);
        std::string needs;
        for (const auto& need : object.needs) {
            needs += (needs.empty() ? "" : ", ") + need;
            select += " + (SELECT value FROM " + need + ")";
        }
        if (!needs.empty()) header += "-- needs: " + needs + "\n";
        const auto create = project_.is_sqlite() ? "DROP VIEW IF EXISTS " + name + ";\nCREATE VIEW "
                                                 : std::string("CREATE OR REPLACE VIEW ");
        const auto drop = "DROP VIEW IF EXISTS " + name + (project_.is_sqlite() ? ";" : " CASCADE;");
        project_.object({.name = name,
                         .apply = create + name + " AS " + select + " AS integer) AS value;" + more,
                         .drop = object.can_be_dropped ? drop : "",
                         .header = header});
    }

    void add_revision() {
        ++revisions_;
        project_.revision({.id = "r" + std::to_string(revisions_),
                           .revises = revisions_ == 1 ? "a1" : "r" + std::to_string(revisions_ - 1),
                           .upgrade = "SELECT 1;",
                           .downgrade = "SELECT 1;"});
    }

    void go_down() {
        if (is_up_) expect(project_, "downgrade -1 --yes");
    }

    /// One object or a new revision fails, and is mended.
    void fail() {
        const auto name = made_[random_() % made_.size()];
        const auto found = objects_.find(name);
        if (found != objects_.end() && chance(2)) {
            write(name, found->second, "\nSELECT * FROM nowhere;");
            expect(project_, "upgrade heads", 5);
            write_all();
            return;
        }
        add_revision();
        const auto file = "versions/r" + std::to_string(revisions_) + ".sql";
        const auto text = project_.read(file);
        project_.write(file, text.substr(0, text.find("SELECT 1;")) + "SELECT * FROM nowhere;\n");
        expect(project_, "upgrade heads", 5);
        project_.write(file, text);
    }

    [[nodiscard]] int value_of(const std::string& name) const {
        const auto& object = objects_.at(name);
        int value = object.number;
        for (const auto& need : object.needs) value += value_of(need);
        return value;
    }

    void check() const {
        std::string sql = "SELECT 0";
        std::string expected = "0";
        for (const auto& [name, object] : objects_) {
            sql += " || ' ' || (SELECT value FROM " + name + ")";
            expected += " " + std::to_string(value_of(name));
        }
        CHECK(project_.query(sql) == expected);
        CHECK(!has(expect(project_, "status").out, "missing"));
    }

    RepeatableProject project_;
    std::mt19937 random_;
    std::vector<std::string> made_;          ///< names, in the order in which they were made
    std::map<std::string, Object> objects_;  ///< those that have a file
    int revisions_ = 0;
    bool is_up_ = false;  ///< the database is at some revision
};

TEST_CASE("after each run to the heads every object is as its file says") {
    for (const auto kind : both)
        for (const unsigned seed : {1U, 2U, 3U}) {
            CAPTURE(seed);
            Story(kind, seed).run(12);
        }
}

}  // namespace
}  // namespace rev::test
