#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rev::sql {

/// A node of a parse tree of PostgreSQL's grammar. What is absent reads as an empty node, so that a path through a tree
/// needs no questions on its way. Names are those of PostgreSQL's nodes and fields.
class Node {
public:
    /// none: absent.
    enum class Kind { none, truth, number, text, list, object };

    /// The member of that name of an object.
    [[nodiscard]] const Node& operator[](std::string_view member) const;
    /// The item of a list.
    [[nodiscard]] const Node& operator[](std::size_t index) const;
    /// Whether it is absent, or there.
    [[nodiscard]] bool is_none() const { return kind == Kind::none; }
    [[nodiscard]] explicit operator bool() const { return kind != Kind::none; }
    /// Of an object's member: whether it is there, whether it is true (or a number other than 0), its text. What is
    /// absent is false, and empty.
    [[nodiscard]] bool has(std::string_view member) const { return !(*this)[member].is_none(); }
    [[nodiscard]] bool flag(std::string_view member) const { return (*this)[member].number != 0; }
    [[nodiscard]] const std::string& string(std::string_view member) const { return (*this)[member].text; }
    /// Items of a list, members of an object; else none.
    [[nodiscard]] const std::vector<Node>& items() const { return children; }
    [[nodiscard]] bool empty() const { return children.empty(); }
    [[nodiscard]] std::size_t size() const { return children.size(); }
    /// Of a node that is wrapped in its type's name, as in {"ColumnRef": {...}}: that name, else empty.
    [[nodiscard]] std::string_view type() const;
    /// What the wrapping holds; the node itself if there is none.
    [[nodiscard]] const Node& body() const;

    std::string name;  ///< of a member within its object
    std::string text;
    long long number = 0;  ///< truth: 0 or 1
    std::vector<Node> children;
    Kind kind = Kind::none;
};

/// The tree of one statement, wrapped in its type's name, such as {"AlterTableStmt": {...}}; nullopt if the grammar
/// does not take it. statement: without NUL characters and without COPY's data.
[[nodiscard]] std::optional<Node> parse_statement(const std::string& statement);

/// Trees of what a block or function of PL/pgSQL runs, as far as its text says; definition: a whole DO or CREATE
/// FUNCTION statement. Empty where nothing can be told.
[[nodiscard]] std::vector<Node> parse_plpgsql(const std::string& definition);

/// The texts in a list of String nodes.
[[nodiscard]] std::vector<std::string> strings_of(const Node& list);

/// Calls `visit` for the node and all below it, parents first.
template <typename Visit>
void walk(const Node& node, const Visit& visit) {
    visit(node);
    for (const Node& child : node.children) walk(child, visit);
}

}  // namespace rev::sql
