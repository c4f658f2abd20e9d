#include <cstdint>
#include <limits>
#include <ostream>
#include <utility>

#include "db/command_errors.hpp"
#include "db/limit_sql.hpp"
#include "db/sql_text.hpp"
#include "sql/literals.hpp"
#include "sql/names.hpp"

namespace rev::db {
namespace {

class SqlWriter final : public Database {
public:
    SqlWriter(Dialect dialect, std::ostream& out, ScriptReader reader)
        : dialect_(dialect),
          out_(out),
          for_shell_(reader == ScriptReader::shell || (reader == ScriptReader::usual && dialect == Dialect::sqlite)) {
        // Both shells go on after an error by default and would run the later revisions on a half-changed database.
        if (for_shell_) out_ << (is_postgres() ? "\\set ON_ERROR_STOP on\n\n" : ".bail on\n\n");
    }

    [[nodiscard]] Dialect dialect() const noexcept override { return dialect_; }
    [[nodiscard]] ServerInfo server_info() override { return {"", std::string(engine_name(dialect())), "", "", ""}; }
    /// As Alembic prints names: in quotes only where they are needed.
    [[nodiscard]] std::string quote_identifier(std::string_view name) const override {
        return sql::quoted_name(name, dialect_);
    }
    [[nodiscard]] std::string quote_literal(std::string_view value) const override {
        return sql::text_literal(value, dialect_);
    }
    // A script is for a database that nobody has looked at. The statements that make rev's tables say IF NOT EXISTS.
    [[nodiscard]] bool has_table(std::string_view, std::string_view) override { return false; }
    [[nodiscard]] std::vector<SqlRow> query(std::string_view, std::span<const SqlValue>) override { return {}; }
    BatchResult run(std::span<const Command> commands) override;
    void rollback() override {}
    [[nodiscard]] bool in_transaction() override { return in_transaction_; }
    bool set_foreign_keys(bool enforced) override;
    [[nodiscard]] std::vector<ForeignKeyViolation> foreign_key_violations() override { return {}; }
    void back_up(const std::filesystem::path&) override {
        throw Error(ExitCode::usage, error_codes::no_database, "a script has no database to back up");
    }
    // Who runs the script is to see to it that nobody else does.
    [[nodiscard]] bool try_lock(std::string_view) override { return true; }
    [[nodiscard]] std::optional<LockHolder> lock_holder(std::string_view) override { return std::nullopt; }
    void unlock(std::string_view) override {}
    [[nodiscard]] bool is_alive() noexcept override { return true; }
    void reconnect() override {}

private:
    [[nodiscard]] bool is_postgres() const { return dialect_ == Dialect::postgresql; }
    void write(const Command& command, std::size_t index);
    void write_sql(std::string_view sql);
    void write_limit(const Command& command);
    void write_reset();
    void write_timeout(std::int64_t milliseconds);
    void write_discard();
    void write_foreign_keys();
    void write_copy(const Command& command);
    [[nodiscard]] std::string with_literals(const Command& command) const;

    Dialect dialect_;
    std::ostream& out_;
    bool for_shell_;
    bool in_transaction_ = false;
    bool foreign_keys_ = false;          ///< SQLite's default
    bool has_limit_ = false;             ///< SQLite: the shell waits for locks
    bool touches_foreign_keys_ = false;  ///< a section may have set them
    bool locks_ = false;                 ///< PostgreSQL: a section may hold advisory locks of the session
    bool seeds_ = false;                 ///< PostgreSQL: a section may have seeded random()
};

BatchResult SqlWriter::run(std::span<const Command> commands) {
    for (std::size_t i = 0; i < commands.size(); ++i) write(commands[i], i);
    // Asked of the stream after each batch: a full disk otherwise leaves a script that looks complete.
    if (!out_) throw Error(ExitCode::usage, error_codes::write_failed, "the SQL could not be written");
    return {};
}

void SqlWriter::write(const Command& command, std::size_t index) {
    switch (command.kind) {
        case Command::Kind::sql:
        case Command::Kind::expect_empty:
            refuse_nul(command, index);
            return write_sql(command.sql);
        // As it is: that it hits one row is checked where there is a server; in a script nobody would see it.
        case Command::Kind::ask:  // there is nobody to ask
        case Command::Kind::fetch:
            return;
        case Command::Kind::change:
            out_ << with_literals(command) << ";\n\n";
            return;
        case Command::Kind::copy:
            refuse_nul(command, index);
            return write_copy(command);
        case Command::Kind::begin:
            out_ << (is_postgres() ? "BEGIN;\n\n" : "BEGIN IMMEDIATE;\n\n");
            in_transaction_ = true;
            return;
        case Command::Kind::commit:
            out_ << "COMMIT;\n\n";
            in_transaction_ = false;
            return;
        case Command::Kind::limit:
            return write_limit(command);
        case Command::Kind::reset:
            return write_reset();
        case Command::Kind::discard:
            return write_discard();
    }
}

/// As it is, with a `;` behind a last statement that has none.
void SqlWriter::write_sql(std::string_view sql) {
    // Only to know how the text ends. Its bytes are written unchanged, comments too.
    sql::StatementScanner scanner(sql, dialect_);
    bool terminated = true;
    while (scanner.next()) terminated = scanner.terminated();
    if (is_postgres())
        out_ << sql::with_spaced_colons(sql);
    else
        out_ << sql;
    if (!sql.empty() && sql.back() != '\n') out_ << '\n';
    // By the text, and rather once too often: setting them again harms nobody, a later step without them does.
    touches_foreign_keys_ = touches_foreign_keys_ || (!is_postgres() && sql::mentions(sql, "FOREIGN_KEYS"));
    locks_ = locks_ || (is_postgres() && sql::mentions(sql, "ADVISORY_LOCK"));
    seeds_ = seeds_ || (is_postgres() && sql::mentions(sql, "SETSEED"));
    if (!scanner.certain()) out_ << "*/\n";  // SQLite: the text ends inside a comment, and a script goes on
    if (!terminated) out_ << ";\n";
    out_ << '\n';
}

/// For SQLite it is a word to the shell, which knows no limit for a statement.
void SqlWriter::write_limit(const Command& command) {
    if (is_postgres()) {
        for (const auto& setting : limit_sql(command, in_transaction_)) out_ << setting << ";\n\n";
    } else if (command.lock_timeout) {
        // The shell's 0 means not to wait at all.
        constexpr auto no_limit = std::numeric_limits<std::int32_t>::max();
        const auto timeout = command.lock_timeout->count();
        write_timeout(timeout == 0 ? no_limit : timeout);
        has_limit_ = true;
    }
}

void SqlWriter::write_reset() {
    // SQLite ignores the pragma inside a transaction.
    if (!in_transaction_ && std::exchange(touches_foreign_keys_, false)) write_foreign_keys();
    if (is_postgres()) {
        // Without what set_search_path() said: a script is written for one place. Objects are discarded behind the
        // transaction, as in a run.
        out_ << "RESET SESSION AUTHORIZATION; RESET ROLE; RESET ALL;\n\n";
        if (!in_transaction_) write_discard();
    } else if (has_limit_ && !in_transaction_) {
        write_timeout(0);
        has_limit_ = false;
    }
}

void SqlWriter::write_timeout(std::int64_t milliseconds) {
    // The shell prints the value that a PRAGMA returns, and that would be among the script's output.
    if (for_shell_)
        out_ << ".timeout " << milliseconds << "\n\n";
    else
        out_ << "PRAGMA busy_timeout = " << milliseconds << ";\n\n";
}

/// SQLite's shell makes no new connection for a step, and has no word for this.
void SqlWriter::write_discard() {
    if (!is_postgres()) return;
    out_ << "CLOSE ALL; DEALLOCATE ALL; UNLISTEN *; DISCARD TEMP; DISCARD SEQUENCES;\n\n";
    // A word of the SQL alone tells it: there is nobody to ask for a script.
    if (std::exchange(locks_, false)) out_ << "SELECT pg_catalog.pg_advisory_unlock_all();\n\n";
    if (std::exchange(seeds_, false))
        out_ << "SELECT pg_catalog.setseed(pg_catalog.date_part('microseconds', pg_catalog.clock_timestamp()) "
                "OPERATOR(pg_catalog./) 60000000);\n\n";
}

void SqlWriter::write_copy(const Command& command) {
    // The data must begin on the line behind the `;`, and end with a line of its own: psql reads it so.
    out_ << command.sql << ";\n" << command.data;
    if (!command.data.empty() && command.data.back() != '\n') out_ << '\n';
    out_ << "\\.\n\n";
}

std::string SqlWriter::with_literals(const Command& command) const {
    return replace_placeholders(command.sql, [&](std::size_t index) {
        const auto& value = command.parameters.at(index);
        return value ? quote_literal(*value) : std::string("NULL");
    });
}

bool SqlWriter::set_foreign_keys(bool enforced) {
    const bool before = std::exchange(foreign_keys_, enforced);
    // Only a change is written: scripts are read by people.
    if (!is_postgres() && enforced != before) write_foreign_keys();
    return before;
}

void SqlWriter::write_foreign_keys() { out_ << "PRAGMA foreign_keys = " << (foreign_keys_ ? "ON" : "OFF") << ";\n\n"; }

}  // namespace

std::unique_ptr<Database> open_sql_writer(Dialect dialect, std::ostream& out, ScriptReader reader) {
    return std::make_unique<SqlWriter>(dialect, out, reader);
}

}  // namespace rev::db
