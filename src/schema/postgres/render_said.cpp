// Owners, grants, comments, security labels.
#include <algorithm>
#include <map>
#include <set>

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
    const auto* old_parent = context.before.find(*said.parent);
    if (!parent) parent = old_parent;
    if (!parent) return {};
    const auto& parent_name = parent->id.name;
    if (name.front() == "identity sequence") {
        // An identity that goes has its sequence until then.
        const auto goes = attribute_of(*parent, "identity").empty() && old_parent;
        return {"SEQUENCE", identity_sequence_of(goes ? *old_parent : *parent)};
    }
    if (name.front() == "index" && parent->id.kind != Kind::index)
        return {"INDEX", qualified(std::span(name).subspan(1, 2))};
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
    for (auto privilege : base::split_list(list)) {
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
    // GRANT has no words of its own for these.
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
    return base::join(texts, ", ");
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
        if (found == privileges.end())
            change.revoke.push_back(privilege);
        else if (passed_on && !found->second)
            change.revoke_passing_on.push_back(privilege);
    }
    for (const auto& [privilege, passed_on] : privileges) {
        const auto found = old_privileges.find(privilege);
        if (found != old_privileges.end() && (found->second || !passed_on)) continue;
        (passed_on ? change.grant_to_pass_on : change.grant).push_back(privilege);
    }
    return change;
}

/// ALTER DEFAULT PRIVILEGES ... ON what; empty: on nothing of the kind.
std::string_view default_grant_kind(Kind kind) {
    switch (kind) {
        case Kind::table:
        case Kind::view:
        case Kind::materialized_view:
            return "TABLES";
        case Kind::sequence:
            return "SEQUENCES";
        case Kind::routine:
        case Kind::aggregate:
            return "ROUTINES";
        case Kind::type_enum:
        case Kind::type_composite:
        case Kind::type_range:
        case Kind::base_type:
        case Kind::domain:
            return "TYPES";
        case Kind::schema:
            return "SCHEMAS";
        default:
            return "";
    }
}

/// Without any grant and default privileges. The owner's are not known here: they are never asked for.
std::string usual_privileges(const std::string& grantee, Kind kind) {
    if (grantee != "PUBLIC") return "";
    const auto of = default_grant_kind(kind);
    return of == "ROUTINES" ? "EXECUTE" : of == "TYPES" ? "USAGE" : "";
}

std::string usual_for(const std::string& grantee, Kind kind, const std::vector<const Fact*>& default_grants) {
    for (const auto* grant : default_grants)
        // What is said for all schemas takes the place of the usual; what is said for one comes on top.
        if (grant->id.name[1].empty() && grant->id.name[3] == grantee && grant->id.name[2] == default_grant_kind(kind))
            return note_of(*grant, "usual");
    return usual_privileges(grantee, kind);
}

std::set<std::string> privilege_set(const std::string& list) {
    std::set<std::string> privileges;
    for (const auto& privilege : base::split_list(list))
        if (!privilege.empty()) privileges.insert(privilege);
    return privileges;
}

}  // namespace

Statements change_grant(const Fact* before, const Fact* after, const RenderContext& context) {
    const auto& fact = after ? *after : *before;
    const auto by_default = fact.id.kind == Kind::default_grant;
    const auto target = by_default ? default_grant_target(fact) : grant_target(fact, context);
    const auto prefix = by_default ? default_prefix(fact) : std::string();
    const auto& usual = note_of(fact, "usual");
    const auto change = compare_privileges(before ? attribute_of(*before, "privileges") : usual,
                                           after ? attribute_of(*after, "privileges") : usual);
    Statements statements;
    const auto add = [&](const std::vector<std::string>& privileges, const char* verb, const char* toward,
                         const char* behind) {
        if (privileges.empty()) return;
        statements.push_back(statement(prefix + verb + listed(privileges, target.columns) + " ON " + target.object +
                                           toward + target.grantee + behind,
                                       fact, HazardKind::changes_permissions, "who may do what is another"));
    };
    // REVOKE first: GRANT OPTION FOR takes back the right to pass on and leaves the privilege.
    add(change.revoke, "REVOKE ", " FROM ", "");
    add(change.revoke_passing_on, "REVOKE GRANT OPTION FOR ", " FROM ", "");
    add(change.grant, "GRANT ", " TO ", "");
    add(change.grant_to_pass_on, "GRANT ", " TO ", " WITH GRANT OPTION");
    return statements;
}

Statements take_back_default_grants(const Fact& object, const std::vector<const Fact*>& default_grants,
                                    const RenderContext& context) {
    const auto kind = default_grant_kind(object.id.kind);
    if (kind.empty() ||
        object.id.name.size() > (object.id.kind == Kind::routine || object.id.kind == Kind::aggregate ? 3U : 2U))
        return {};
    std::map<std::string, std::set<std::string>> given;
    for (const auto* grant : default_grants) {
        const auto& name = grant->id.name;
        if (name[0] != "CURRENT_USER" || name[2] != kind || (!name[1].empty() && name[1] != object.id.name[0]))
            continue;
        // What is said for one schema comes on top.
        if (!name[1].empty() && name[3] == "CURRENT_USER") continue;
        auto& privileges = given[name[3]];
        if (!name[1].empty() && privileges.empty())
            privileges = privilege_set(usual_privileges(name[3], object.id.kind));
        for (const auto& privilege : privilege_set(attribute_of(*grant, "privileges"))) privileges.insert(privilege);
    }
    Statements statements;
    for (const auto& [grantee, privileges] : given) {
        Fact has{{Kind::grant, {std::string(to_string(object.id.kind))}}, object.id, {}, {}, {}};
        has.id.name.insert(has.id.name.end(), object.id.name.begin(), object.id.name.end());
        has.id.name.push_back(grantee);
        const auto* wanted = context.after.find(has.id);
        has.attributes["privileges"] = base::join(std::vector(privileges.begin(), privileges.end()), ", ");
        has.notes["usual"] = usual_for(grantee, object.id.kind, default_grants);
        for (auto& one : change_grant(&has, wanted, context)) statements.push_back(std::move(one));
    }
    return statements;
}

namespace {

/// As SQL: what is said of an object of which nobody has said anything.
std::string usual_comment(const Fact& comment, const RenderContext& context) {
    // What CREATE DATABASE says of it.
    if (comment.id.name == std::vector<std::string>{"schema", "public"}) return "'standard public schema'";
    const auto* object = comment.parent ? context.after.find(*comment.parent) : nullptr;
    if (object == nullptr || object->id.kind != Kind::extension) return "NULL";
    const auto& usual = note_of(*object, "usual comment");
    return usual.empty() ? "NULL" : quote_text(usual);
}

}  // namespace

Statements create_said(const Fact& fact, const RenderContext& context) {
    switch (fact.id.kind) {
        case Kind::owner:
            return {
                statement("ALTER " + on_object(fact, context) + " OWNER TO " + quote_role(attribute_of(fact, "role")),
                          fact, HazardKind::changes_permissions, "the owner is another")};
        case Kind::comment:
            return {statement(
                "COMMENT ON " + on_object(fact, context) + " IS " + quote_text(attribute_of(fact, "text")), fact)};
        case Kind::security_label:
            return {statement("SECURITY LABEL FOR " + quote_name(fact.id.name.back()) + " ON " +
                                  on_object(fact, context) + " IS " + quote_text(attribute_of(fact, "label")),
                              fact)};
        default:
            return change_grant(nullptr, &fact, context);
    }
}

Statements drop_said(const Fact& fact, const RenderContext& context) {
    switch (fact.id.kind) {
        case Kind::owner:
            return {statement("ALTER " + on_object(fact, context) + " OWNER TO CURRENT_USER", fact,
                              HazardKind::changes_permissions, "the owner is another")};
        case Kind::comment: {
            return {statement("COMMENT ON " + on_object(fact, context) + " IS " + usual_comment(fact, context), fact)};
        }
        case Kind::security_label:
            return {statement("SECURITY LABEL FOR " + quote_name(fact.id.name.back()) + " ON " +
                                  on_object(fact, context) + " IS NULL",
                              fact)};
        default:
            return change_grant(&fact, nullptr, context);
    }
}

}  // namespace rev::schema::postgres
