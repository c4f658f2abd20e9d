#pragma once

#include <cstddef>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "rev/database.hpp"

namespace rev {

/// A part of an exchange's text, and the command it came from.
struct ExchangePart {
    std::size_t command = 0;
    Command::Kind kind = Command::Kind::sql;
    std::size_t begin = 0;          ///< in the exchange's text
    std::size_t end = 0;            ///< likewise
    std::size_t results = 0;        ///< how many the server sends; 0 for SQL of a revision: unknown
    bool in_transaction = false;    ///< one that Command::Kind::begin opened
    std::size_t source_offset = 0;  ///< SQL of a revision: where this part begins in the command's SQL

    [[nodiscard]] bool is_source() const noexcept { return results == 0; }
};

/// One query message, which the server answers with one result for each statement.
struct Exchange {
    std::string text;
    std::vector<ExchangePart> parts;  ///< in the order of the text
    bool is_copy = false;             ///< alone; the data is the command's
};

/// Cuts commands into exchanges: as few as possible, each sent only after the one before it succeeded.
class ExchangeWriter {
public:
    using Quote = std::function<std::string(std::string_view)>;
    using Send = std::function<void(const Exchange&)>;

    /// in_transaction: whether one that Command::Kind::begin opened is open at the start. read_only: the session's
    /// setting, which a reset must keep.
    ExchangeWriter(bool in_transaction, bool read_only, Quote quote_literal, Send send)
        : in_transaction_(in_transaction),
          read_only_(read_only),
          quote_literal_(std::move(quote_literal)),
          send_(std::move(send)) {}

    void add(const Command& command, std::size_t index);
    /// Sends what is left.
    void finish() { flush(); }
    /// Whether a transaction is open when all is sent.
    [[nodiscard]] bool in_transaction() const noexcept { return in_transaction_; }

private:
    void add_own(const Command& command, std::size_t index, std::string_view sql, std::size_t results);
    void add_limit(const Command& command, std::size_t index);
    void add_reset(const Command& command, std::size_t index);
    void add_sql(const Command& command, std::size_t index);
    void add_source(const Command& command, std::size_t index, std::size_t begin, std::size_t end);
    void send_alone(const Command& command, std::size_t index);
    void mark_end_of_source();
    void flush();

    bool in_transaction_;
    bool read_only_;
    bool reset_in_transaction_ = false;
    Quote quote_literal_;
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
[[nodiscard]] std::string reset_settings_sql(bool read_only);
[[nodiscard]] std::string reset_objects_sql();

}  // namespace rev
