#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "db/database.hpp"

namespace rev::db {

/// A part of an exchange's text, and the command it came from.
struct ExchangePart {
    std::size_t command = 0;
    Command::Kind kind = Command::Kind::sql;
    std::size_t begin = 0;                      ///< in the exchange's text
    std::size_t end = 0;                        ///< likewise
    std::size_t results = 0;                    ///< how many the server sends; 0 for SQL of a revision: unknown
    bool in_transaction = false;                ///< one that Command::Kind::begin opened
    std::size_t source_offset = 0;              ///< SQL of a revision: where this part begins in the command's SQL
    Backslash backslash = Backslash::ordinary;  ///< SQL of a revision: how its strings are read

    /// Whether it is SQL of a revision, and not rev's own.
    [[nodiscard]] bool is_source() const noexcept { return results == 0; }
};

/// One query message, which the server answers with one result for each statement.
struct Exchange {
    std::string text;
    std::vector<ExchangePart> parts;  ///< in the order of the text
    bool is_copy = false;             ///< alone; the data is the command's
};

/// The transaction that Command::Kind::begin opened.
struct OwnTransaction {
    bool is_open = false;
    bool changes_are_limited = false;  ///< its lock_timeout is that of rev's own changes
};

/// What the writer asks the session.
struct SessionFacts {
    std::function<std::string(std::string_view)> quote_literal;  ///< in ASCII, the same for every setting
    std::function<Backslash()> backslash;                        ///< how it reads strings now
    std::function<bool(std::string_view)> holds;                 ///< whether the database has all its characters
    bool read_only = false;                                      ///< it must change nothing
    std::chrono::milliseconds patience{0};                       ///< of rev's own changes, for one wait
    std::string_view search_path = {};                           ///< of Database::set_search_path; empty: the login's
    std::function<std::string()> end_functions = {};  ///< see end_functions_sql; empty: those functions are left alone
    bool is_shared = false;                           ///< a pooler gives the session to others between transactions
};

/// Cuts commands into exchanges: as few as possible, each sent only after the one before it succeeded. The server reads
/// a whole message before it runs any of it, so text whose meaning a setting decides begins a message of its own behind
/// statements that may have changed the setting: any may, by a function or a trigger.
class ExchangeWriter {
public:
    using Send = std::function<void(const Exchange&)>;

    /// transaction: as it is at the start.
    ExchangeWriter(OwnTransaction transaction, SessionFacts session, Send send)
        : transaction_(transaction), session_(std::move(session)), send_(std::move(send)) {}

    /// Before any command: statements of rev's own in the first exchange, and how many they are. They go with that
    /// where it fails.
    void begin_with(std::string_view sql, std::size_t statements);
    /// index: in the batch. Commands in their order; may send what is gathered so far, and throws what `send` does.
    void add(const Command& command, std::size_t index);
    /// Sends what is left.
    void finish();
    /// As it is when all is sent.
    [[nodiscard]] OwnTransaction transaction() const noexcept { return transaction_; }
    /// When all is sent: whether the session has the login's search_path, and its own is to be set before what comes.
    [[nodiscard]] bool search_path_is_due() const noexcept { return search_path_is_due_; }

private:
    void add_command(const Command& command, std::size_t index);
    void add_own(const Command& command, std::size_t index, std::string_view sql, std::size_t results);
    void add_limit(const Command& command, std::size_t index);
    void add_reset(const Command& command, std::size_t index);
    void add_local_search_path(const Command& command, std::size_t index);
    void add_end_of_objects(const Command& command, std::size_t index);
    void add_sql(const Command& command, std::size_t index);
    void add_pieces(const Command& command, std::size_t index);
    void add_change(const Command& command, std::size_t index);
    void add_source(const Command& command, std::size_t index, std::size_t begin, std::size_t end, Backslash backslash);
    [[nodiscard]] bool has_source() const;
    void send_alone(const Command& command, std::size_t index);
    void mark_end_of_source();
    void flush();

    OwnTransaction transaction_;
    bool reset_in_transaction_ = false;
    bool search_path_is_due_ = false;
    std::optional<std::size_t> objects_due_;  ///< index of the commit behind which the revision's objects are to end
    SessionFacts session_;
    Send send_;
    Exchange exchange_;
};

/// Names of the columns by which the results of rev's own SELECTs are told from a revision's.
inline constexpr std::string_view change_column = "rev:change";
inline constexpr std::string_view mark_column = "rev:mark";
/// What the failing cast of a guarded change shows before the number of rows.
inline constexpr std::string_view wrong_count_text = "rev:rows=";

/// Statements that give the session back as it was after connecting. Settings are reset inside a transaction, objects
/// behind it, where nothing uses them any more; where the transaction goes on with another revision, inside it too.
/// search_path: of Database::set_search_path; may be empty.
[[nodiscard]] std::string reset_settings_sql(std::string_view search_path);
[[nodiscard]] std::string reset_objects_sql();
/// One SELECT that ends what functions have left in the session: advisory locks other than the run lock, and the seed
/// of setseed(), in whose place comes a random one. run_locks: the numbers of those that the session holds. They are
/// never free meanwhile, and are taken again if the revision has released them.
[[nodiscard]] std::string end_functions_sql(std::span<const std::int64_t> run_locks);

}  // namespace rev::db
