// The statements are in the files: Alembic runs them without rev and without its folder.
#include "import/alembic_files.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "sql/statements.hpp"

namespace rev::foreign {
namespace {

/// As a literal of Python, in one line.
std::string python_text(std::string_view text) {
    std::string result = "\"";
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (c == '"' || c == '\\') {
            result += '\\';
            result += c;
        } else if (c == '\n') {
            result += "\\n";
        } else if (byte < 0x20 || byte == 0x7f) {
            result += fmt::format("\\x{:02x}", byte);
        } else {
            result += c;
        }
    }
    return result + '"';
}

/// None, one text or a tuple.
std::string python_names(const std::vector<std::string>& names) {
    if (names.empty()) return "None";
    if (names.size() == 1) return python_text(names.front());
    std::string text = "(";
    for (const auto& name : names) text += python_text(name) + ", ";
    text.back() = ')';
    return text;
}

/// What every file begins with. description: lines, for the docstring.
std::string beginning(const Revision& revision, const std::vector<RevisionId>& revises,
                      const std::string& description) {
    auto text =
        fmt::format("{}\n\nRevision ID: {}\nRevises: {}\n", description, revision.id, base::join(revises, ", "));
    if (!revision.created.empty()) text += "Create Date: " + revision.created + "\n";
    std::string quoted;
    for (const char c : text) {
        if (c == '\\' || c == '"') quoted += '\\';
        quoted += c;
    }
    return fmt::format(
        "\"\"\"{}\"\"\"\nimport re\n\nfrom alembic import op\nfrom sqlalchemy import text\n\nrevision = "
        "{}\ndown_revision = {}\nbranch_labels = {}\ndepends_on = "
        "{}\n",
        quoted, python_text(revision.id), python_names(revises), python_names(revision.branch_labels),
        python_names(revision.depends_on));
}

/// Sends statements past SQLAlchemy's own reading of `:` and `%`. What a revision of rev sets ends with it, where
/// Alembic runs all of a call in one session.
constexpr std::string_view runner = R"py(

def settings(bind):
    return bind.execute(text(
        "SELECT name, pg_catalog.current_setting(name) FROM pg_catalog.pg_settings WHERE source"
        " OPERATOR(pg_catalog.=) 'session' AND name OPERATOR(pg_catalog.!~) '^transaction_'"
        " UNION ALL SELECT 'role', pg_catalog.current_setting('role')")).fetchall()


def restore(bind, before):
    for sql in ("RESET ROLE", "RESET ALL"):
        bind.exec_driver_sql(sql)
    for name, value in before:
        bind.execute(text("SELECT pg_catalog.set_config(:name, :value, false)"), {"name": name, "value": value})


def run(sections):
    context = op.get_context()
    statements = sections.get(context.dialect.name, sections.get(""))
    if statements is None:
        raise NotImplementedError("revision %s has no such section for %s" % (revision, context.dialect.name))
    if isinstance(statements, str):
        raise NotImplementedError(statements)
    sets = re.compile(r"\b(SET|RESET|DISCARD|set_config)\b", re.I)
    keeps = context.dialect.name == "postgresql" and not context.as_sql and any(sets.search(sql) for sql, _ in statements)
    before = settings(op.get_bind()) if keeps else None
    for sql, data in statements:
        if context.as_sql:
            context.impl.static_output(sql + ";" + ("\n" + data + "\\.\n" if data is not None else ""))
        elif data is not None:
            import io

            op.get_bind().connection.cursor().copy_expert(sql, io.StringIO(data))
        else:
            op.get_bind().exec_driver_sql(sql, execution_options={"no_parameters": True})
    if keeps:
        restore(op.get_bind(), before)
)py";

/// One direction as a list for run().
class Direction {
public:
    Direction(const RevisionFile& file, SectionKind kind) : file_(file), kind_(kind) {}

    [[nodiscard]] std::string text() const {
        std::string entries;
        for (const auto& section : file_.sections)
            if (section.kind == kind_) entries += entry(section);
        return entries.empty() ? std::string() : "{\n" + entries + "}";
    }

private:
    [[nodiscard]] std::string entry(const Section& section) const {
        const auto name = section.dialect ? std::string(dialect_name(*section.dialect)) : std::string();
        if (section.todo)
            return fmt::format("    {}: {},\n", python_text(name), python_text("this section is still to be written"));
        if (!file_.header.variables.empty())
            return fmt::format("    {}: {},\n", python_text(name),
                               python_text("it has variables, which only rev fills in: run `rev upgrade`"));
        std::string list;
        const auto dialect = section.dialect.value_or(likely_dialect(file_.text_of(section)));
        for (const auto& statement : split_statements(file_.text_of(section), dialect)) {
            const auto data = statement.kind == StatementKind::copy_from_stdin ? python_text(statement.copy_data)
                                                                               : std::string("None");
            list += fmt::format("        ({}, {}),\n", python_text(statement.text), data);
        }
        return fmt::format("    {}: [\n{}    ],\n", python_text(name), list);
    }

    /// Triggers of SQLite have semicolons in them, which PostgreSQL's grammar does not know.
    static Dialect likely_dialect(std::string_view sql) {
        const auto statements = split_statements(sql, Dialect::postgresql);
        const bool parses =
            std::ranges::none_of(statements, [](const Statement& each) { return find_syntax_error(each).has_value(); });
        return parses ? Dialect::postgresql : Dialect::sqlite;
    }

    const RevisionFile& file_;
    SectionKind kind_;
};

std::string function(std::string_view name, const std::string& sections, bool in_transaction,
                     const std::string& before = {}) {
    auto text = fmt::format("\n\ndef {}():\n{}", name, before);
    if (sections.empty())
        return text + fmt::format("    raise NotImplementedError(\"revision %s has no {}\" % revision)\n", name);
    if (in_transaction) return text + fmt::format("    run({})\n", sections);
    return text + fmt::format("    with op.get_context().autocommit_block():\n        run({})\n", sections);
}

/// A squash begins where what it stands for began, in one run.
std::string guard_of(const Revision& revision) {
    if (revision.squashes.size() < 2) return {};
    return fmt::format(
        "    if {0} not in op.get_context().opts.get(\"rev_begun\", ()):\n        raise NotImplementedError(\n         "
        "   "
        "\"the database is within the squash {1}: bring it to {1} with `rev upgrade {1}` first\")\n",
        python_text(revision.squashes.front()), revision.id);
}

std::string python_text_of(const Revision& revision, const RevisionFile& file, const std::vector<RevisionId>& revises) {
    const auto message = revision.message.empty() ? revision.id : revision.message;
    const bool in_transaction = file.header.transaction.value_or(true);
    auto text = beginning(revision, revises, message);
    text += runner;
    text += function("upgrade", Direction(file, SectionKind::upgrade).text(), in_transaction, guard_of(revision));
    return text + function("downgrade", Direction(file, SectionKind::downgrade).text(), in_transaction);
}

/// For an id within a squash. Nothing of it can be run alone.
std::string stub_text(const RevisionId& id, const Revision& squash, const std::vector<RevisionId>& revises,
                      bool is_first) {
    const Revision stub{id, revises, {}, {}, {}, {}, {}, {}};
    auto text = beginning(stub, revises, fmt::format("part of the squash {}", squash.id));
    text += "\n\ndef upgrade():\n    begun = op.get_context().opts.setdefault(\"rev_begun\", set())\n";
    if (is_first) {
        text += "    begun.add(revision)\n";
    } else {
        text += fmt::format(
            "    if {} not in begun:\n        raise NotImplementedError(\n            \"the database is within the "
            "squash {}, "
            "which only rev takes apart: run `rev upgrade {}` first\")\n",
            python_text(squash.squashes.front()), squash.id, squash.id);
    }
    return text + "\n\ndef downgrade():\n    pass\n";
}

std::string file_name(const RevisionId& id, const std::string& message) {
    std::string slug;
    for (const char c : base::lower_case(message)) {
        const bool plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
        if (plain) {
            slug += c;
        } else if (!slug.empty() && slug.back() != '_') {
            slug += '_';
        }
    }
    constexpr std::size_t most = 40;
    slug = slug.substr(0, most);
    while (slug.ends_with('_')) slug.pop_back();
    return slug.empty() ? id + ".py" : fmt::format("{}_{}.py", id, slug);
}

}  // namespace

std::vector<NewFile> alembic_files(const ScriptDirectory& scripts, const Graph& graph,
                                   const std::filesystem::path& directory) {
    std::vector<NewFile> files;
    for (const auto& revision : graph.revisions()) {
        auto revises = revision.revises;
        for (std::size_t at = 0; at + 1 < revision.squashes.size(); ++at) {
            const auto& id = revision.squashes[at];
            if (graph.find(id) != nullptr && graph.find(id)->id == id) continue;
            files.push_back({directory / file_name(id, "part of a squash"), stub_text(id, revision, revises, at == 0)});
            revises = {id};
        }
        files.push_back({directory / file_name(revision.id, revision.message),
                         python_text_of(revision, scripts.read(revision), revises)});
    }
    return files;
}

}  // namespace rev::foreign
