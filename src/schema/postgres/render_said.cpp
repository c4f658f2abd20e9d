// Owners, grants, comments, security labels.
#include <algorithm>
#include <map>

#include "base/text.hpp"
#include "schema/postgres/names.hpp"
#include "schema/postgres/objects.hpp"
#include "schema/postgres/render.hpp"

namespace rev::schema::postgres {
namespace {

/// Of whom it is said: the object, or a part of it that is no fact.
ObjectName said_object(const Fact& said, const RenderContext& context) {
    const auto& name = said.id.name;
    const auto* parent = context.after.find(*said.parent);
    if (!parent) parent = context.before.find(*said.parent);
    if (!parent) return {};
    const auto& parent_name = parent->id.name;
    if (name.front() == "index" && parent->id.kind != Kind::index) return {"INDEX", qualified(std::span(name).subspan(1, 2))};
    if (name.front() == "column" && parent->id.kind != Kind::column)
        return {"COLUMN", qualified(std::span(name).subspan(1, parent_name.size() + 1))};
    return object_name(*parent);
}

std::string on_object(const Fact& said, const RenderContext& context) {
    const auto object = said_object(said, context);
    return object.kind + ' ' + object.name;
}

/// "SELECT, INSERT*": which privileges, and which of them may be passed on.
std::map<std::string, bool> privileges_in(const std::string& list) {
    std::map<std::string, bool> privileges;
    for (auto privilege : split_list(list)) {
        const auto passed_on = privilege.ends_with('*');
        if (passed_on) privilege.pop_back();
        if (!privilege.empty()) privileges.emplace(privilege, passed_on);
    }
    return privileges;
}

struct GrantTarget {
    std::string columns;  ///< " (c)" for a column's privileges
    std::string object;   ///< "TABLE s.t"
    std::string grantee;
};

GrantTarget grant_target(const Fact& grant, const RenderContext& context) {
    GrantTarget target{.columns = {}, .object = {}, .grantee = quote_role(grant.id.name.back())};
    const auto object = said_object(grant, context);
    if (object.kind == "COLUMN") {
        const auto& name = grant.id.name;
        target.columns = " (" + quote_name(name[name.size() - 2]) + ')';
        target.object = "TABLE " + qualified(std::span(name).subspan(1, name.size() - 3));
        return target;
    }
    auto kind = object.kind;
    if (kind == "VIEW" || kind == "MATERIALIZED VIEW" || kind == "FOREIGN TABLE") kind = "TABLE";
    if (kind == "AGGREGATE") kind = "FUNCTION";
    if (kind == "SERVER") kind = "FOREIGN SERVER";
    target.object = kind + ' ' + object.name;
    return target;
}

/// Of ALTER DEFAULT PRIVILEGES: names are {role, schema or nothing, kind, grantee}.
GrantTarget default_grant_target(const Fact& grant) {
    return {.columns = {}, .object = grant.id.name[2], .grantee = quote_role(grant.id.name[3])};
}

std::string default_prefix(const Fact& grant) {
    const auto& name = grant.id.name;
    std::string text = "ALTER DEFAULT PRIVILEGES";
    if (name[0] != "CURRENT_USER") text += " FOR ROLE " + quote_name(name[0]);
    if (!name[1].empty()) text += " IN SCHEMA " + quote_name(name[1]);
    return text + ' ';
}

std::string listed(const std::vector<std::string>& privileges, const std::string& columns) {
    std::vector<std::string> texts;
    for (const auto& privilege : privileges) texts.push_back(privilege + columns);
    return join(texts, ", ");
}

struct GrantChange {
    std::vector<std::string> grant, grant_to_pass_on, revoke, revoke_passing_on;
};

GrantChange compare_privileges(const std::string& before, const std::string& after) {
    const auto old_privileges = privileges_in(before);
    const auto privileges = privileges_in(after);
    GrantChange change;
    for (const auto& [privilege, passed_on] : old_privileges) {
        const auto found = privileges.find(privilege);
        if (found == privileges.end()) change.revoke.push_back(privilege);
        else if (passed_on && !found->second) change.revoke_passing_on.push_back(privilege);
    }
    for (const auto& [privilege, passed_on] : privileges) {
        const auto found = old_privileges.find(privilege);
        if (found != old_privileges.end() && (found->second || !passed_on)) continue;
        (passed_on ? change.grant_to_pass_on : change.grant).push_back(privilege);
    }
    return change;
}

}  // namespace

Statements change_grant(const Fact* before, const Fact* after, const RenderContext& context) {
    const auto& fact = after ? *after : *before;
    const auto by_default = fact.id.kind == Kind::default_grant;
    const auto target = by_default ? default_grant_target(fact) : grant_target(fact, context);
    const auto prefix = by_default ? default_prefix(fact) : std::string();
    const auto& usual = note_of(fact, "usual");
    const auto change =
        compare_privileges(before ? attribute_of(*before, "privileges") : usual, after ? attribute_of(*after, "privileges") : usual);
    Statements statements;
    const auto add = [&](const std::vector<std::string>& privileges, const char* verb, const char* toward, const char* behind) {
        if (privileges.empty()) return;
        statements.push_back(statement(prefix + verb + listed(privileges, target.columns) + " ON " + target.object + toward +
                                           target.grantee + behind,
                                       fact, HazardKind::changes_permissions, "who may do what is another"));
    };
    add(change.revoke, "REVOKE ", " FROM ", "");
    add(change.revoke_passing_on, "REVOKE GRANT OPTION FOR ", " FROM ", "");
    add(change.grant, "GRANT ", " TO ", "");
    add(change.grant_to_pass_on, "GRANT ", " TO ", " WITH GRANT OPTION");
    return statements;
}

Statements create_said(const Fact& fact, const RenderContext& context) {
    switch (fact.id.kind) {
        case Kind::owner:
            return {statement("ALTER " + on_object(fact, context) + " OWNER TO " + quote_role(attribute_of(fact, "role")), fact,
                              HazardKind::changes_permissions, "the owner is another")};
        case Kind::comment:
            return {statement("COMMENT ON " + on_object(fact, context) + " IS " + quote_text(attribute_of(fact, "text")), fact)};
        case Kind::security_label:
            return {statement("SECURITY LABEL FOR " + quote_name(fact.id.name.back()) + " ON " + on_object(fact, context) + " IS " +
                                  quote_text(attribute_of(fact, "label")),
                              fact)};
        default: return change_grant(nullptr, &fact, context);
    }
}

Statements drop_said(const Fact& fact, const RenderContext& context) {
    switch (fact.id.kind) {
        case Kind::owner:
            return {statement("ALTER " + on_object(fact, context) + " OWNER TO CURRENT_USER", fact,
                              HazardKind::changes_permissions, "the owner is another")};
        case Kind::comment: return {statement("COMMENT ON " + on_object(fact, context) + " IS NULL", fact)};
        case Kind::security_label:
            return {statement("SECURITY LABEL FOR " + quote_name(fact.id.name.back()) + " ON " + on_object(fact, context) + " IS NULL",
                              fact)};
        default: return change_grant(&fact, nullptr, context);
    }
}

}  // namespace rev::schema::postgres
