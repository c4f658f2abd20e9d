// Schemas of one database share a connection: each run gets it as a Database of its own, whose end closes nothing but
// leaves no transaction open to the next.

#include "fleet/borrowed_database.hpp"

namespace rev::fleet {
namespace {

class BorrowedDatabase final : public Database {
public:
    explicit BorrowedDatabase(Database& database) : database_(database) {}
    ~BorrowedDatabase() override {
        try {
            if (database_.is_alive()) database_.rollback();
        } catch (const Error&) {  // the connection is gone, and what was open with it
        }
    }
    BorrowedDatabase(const BorrowedDatabase&) = delete;
    BorrowedDatabase& operator=(const BorrowedDatabase&) = delete;

    [[nodiscard]] Dialect dialect() const noexcept override { return database_.dialect(); }
    [[nodiscard]] ServerInfo server_info() override { return database_.server_info(); }
    [[nodiscard]] std::string quote_identifier(std::string_view name) const override {
        return database_.quote_identifier(name);
    }
    [[nodiscard]] std::string quote_literal(std::string_view value) const override {
        return database_.quote_literal(value);
    }
    [[nodiscard]] bool has_table(std::string_view schema, std::string_view table) override {
        return database_.has_table(schema, table);
    }
    [[nodiscard]] std::vector<SqlRow> query(std::string_view sql, std::span<const SqlValue> parameters) override {
        return database_.query(sql, parameters);
    }
    [[nodiscard]] std::vector<SqlRow> query_in_session(std::string_view sql,
                                                       std::span<const SqlValue> parameters) override {
        return database_.query_in_session(sql, parameters);
    }
    void query_each(std::string_view sql, const std::function<void(const SqlRow& row)>& take) override {
        database_.query_each(sql, take);
    }
    [[nodiscard]] std::vector<std::vector<SqlRow>> query_all(std::span<const Query> queries) override {
        return database_.query_all(queries);
    }
    BatchResult run(std::span<const Command> commands) override { return database_.run(commands); }
    [[nodiscard]] Backslash backslash() override { return database_.backslash(); }
    [[nodiscard]] bool can_hold(std::string_view text) override { return database_.can_hold(text); }
    void set_patience(std::chrono::milliseconds longest) override { database_.set_patience(longest); }
    void set_search_path(std::string_view path) override { database_.set_search_path(path); }
    void rollback() override { database_.rollback(); }
    [[nodiscard]] bool in_transaction() override { return database_.in_transaction(); }
    bool set_foreign_keys(bool enforced) override { return database_.set_foreign_keys(enforced); }
    [[nodiscard]] std::vector<ForeignKeyViolation> foreign_key_violations() override {
        return database_.foreign_key_violations();
    }
    void back_up(const std::filesystem::path& file) override { database_.back_up(file); }
    [[nodiscard]] std::vector<TableWrite> take_table_writes() override { return database_.take_table_writes(); }
    [[nodiscard]] bool try_lock(std::string_view key) override { return database_.try_lock(key); }
    [[nodiscard]] std::optional<LockHolder> lock_holder(std::string_view key) override {
        return database_.lock_holder(key);
    }
    [[nodiscard]] std::optional<std::vector<std::vector<SqlRow>>> try_lock_and_ask(
        std::string_view key, std::span<const Query> queries) override {
        return database_.try_lock_and_ask(key, queries);
    }
    [[nodiscard]] bool has_lock_ready(std::string_view key) override { return database_.has_lock_ready(key); }
    void unlock(std::string_view key) override { database_.unlock_later(key); }
    [[nodiscard]] std::string keep_lock_sql() const override { return database_.keep_lock_sql(); }
    void set_lease_table(std::string_view name, LeaseTable state) override { database_.set_lease_table(name, state); }
    [[nodiscard]] bool needs_lease() const override { return database_.needs_lease(); }
    [[nodiscard]] bool saw_lease_table() const override { return database_.saw_lease_table(); }
    [[nodiscard]] std::string lease_sql() const override { return database_.lease_sql(); }
    [[nodiscard]] Capabilities capabilities(std::string_view schema) override { return database_.capabilities(schema); }
    [[nodiscard]] bool has_transactional_ddl() override { return database_.has_transactional_ddl(); }
    [[nodiscard]] bool shares_session() override { return database_.shares_session(); }
    [[nodiscard]] bool reads_only_by_default() override { return database_.reads_only_by_default(); }
    void set_last_insert_rowid(long long rowid) override { database_.set_last_insert_rowid(rowid); }
    [[nodiscard]] bool is_alive() noexcept override { return database_.is_alive(); }
    void reconnect() override { database_.reconnect(); }

private:
    Database& database_;
};

}  // namespace

std::unique_ptr<Database> borrow(Database& database) { return std::make_unique<BorrowedDatabase>(database); }

}  // namespace rev::fleet
