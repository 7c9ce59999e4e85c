#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "core/base/cancel.h"
#include "core/db/postgresql.h"
#include "core/store/postgresql/server_pool.h"

namespace quarry::store::postgresql {

/// Rows with their values as the server holds them.
class Rows {
public:
    explicit Rows(db::PostgresqlResult result) : result_(std::move(result)) {}

    [[nodiscard]] std::size_t size() const noexcept { return result_.rows(); }
    [[nodiscard]] bool empty() const noexcept { return result_.empty(); }
    [[nodiscard]] bool is_null(std::size_t row, std::size_t column) const { return result_.is_null(row, column); }
    /// Of a column of integers of any size; 0 for NULL.
    [[nodiscard]] std::int64_t integer(std::size_t row, std::size_t column) const;
    /// The same where no value is negative; 0 for one that is, which somebody else has written.
    [[nodiscard]] std::size_t count(std::size_t row, std::size_t column) const;
    /// Of a column of double precision; 0 for NULL.
    [[nodiscard]] double real(std::size_t row, std::size_t column) const;
    /// Of a text or a bytea; valid as long as the rows.
    [[nodiscard]] std::string_view bytes(std::size_t row, std::size_t column) const { return result_.text(row, column); }
    [[nodiscard]] std::string text(std::size_t row, std::size_t column) const { return std::string(bytes(row, column)); }
    /// Rows that the statement changed.
    [[nodiscard]] std::uint64_t affected() const noexcept { return result_.affected_rows(); }

private:
    db::PostgresqlResult result_;
};

/// One of the rows, with its values by the names that a row of SQLite has them under (db::Query), so that what both
/// engines keep alike is read by one function. Borrows the rows.
class Row {
public:
    Row(const Rows& rows, std::size_t number) : rows_(rows), number_(number) {}

    [[nodiscard]] bool is_null(int column) const { return rows_.is_null(number_, at(column)); }
    [[nodiscard]] std::int64_t integer(int column) const { return rows_.integer(number_, at(column)); }
    [[nodiscard]] std::uint64_t count(int column) const { return rows_.count(number_, at(column)); }
    [[nodiscard]] double number(int column) const { return rows_.real(number_, at(column)); }
    [[nodiscard]] std::string text(int column) const { return rows_.text(number_, at(column)); }

private:
    [[nodiscard]] static std::size_t at(int column) { return static_cast<std::size_t>(column); }

    const Rows& rows_;
    std::size_t number_;
};

/// What `read` makes of each row; or of the first, if there is one.
template <typename Read>
auto each_of(const Rows& rows, const Read& read) {
    std::vector<decltype(read(Row(rows, 0)))> all;
    all.reserve(rows.size());
    for (std::size_t row = 0; row < rows.size(); ++row) all.push_back(read(Row(rows, row)));
    return all;
}
template <typename Read>
auto first_of(const Rows& rows, const Read& read) {
    return rows.empty() ? std::nullopt : std::optional(read(Row(rows, 0)));
}

using Parameter = db::PostgresqlConnection::Parameter;

/// A value for a column of bytea.
[[nodiscard]] Parameter bytea(std::string_view bytes);
/// Values for `= ANY ($1)` of a column of bigint, bytea, or text of letters and digits.
[[nodiscard]] Parameter bigints(std::span<const std::int64_t> values);
[[nodiscard]] Parameter byteas(std::span<const std::string> values);
[[nodiscard]] Parameter words(std::span<const std::string> values);
[[nodiscard]] Parameter number(std::int64_t value);
[[nodiscard]] inline Parameter number(std::size_t value) { return number(static_cast<std::int64_t>(value)); }
/// The same, or NULL for nothing.
[[nodiscard]] Parameter number(const std::optional<std::int64_t>& value);
[[nodiscard]] Parameter real(const std::optional<double>& value);
[[nodiscard]] Parameter flag(bool value);
/// A value for a column of text that has printable ASCII only. What is not that, which a client may ask for, becomes a
/// text that no row has.
[[nodiscard]] Parameter ascii(std::string_view value);

/// Rows for "COPY ... FROM STDIN (FORMAT binary)".
class CopyRows {
public:
    CopyRows& row(std::size_t columns);
    CopyRows& add(std::int64_t value);
    CopyRows& add(std::size_t value) { return add(static_cast<std::int64_t>(value)); }
    /// Of a column of 32 bits.
    CopyRows& add_small(int value);
    CopyRows& add(std::string_view bytes);
    CopyRows& add_null();

    [[nodiscard]] bool empty() const noexcept { return bytes_.empty(); }
    [[nodiscard]] std::size_t size() const noexcept { return bytes_.size(); }
    /// All of them, with what stands before and behind; leaves none.
    [[nodiscard]] std::string take();

private:
    void add_length(std::int32_t length);

    std::string bytes_;
};

/// A connection to the server of a base, which is made again when it was lost between two transactions: one of its own,
/// or one that it borrows from a pool for each statement or transaction. Errors are quarry's, with what was being done
/// and the base's address; base_away when the server went away. Used by one thread.
class ServerConnection {
public:
    /// Throws Error as connecting does, base_away for a server that is not reached, and failed for a server that is not
    /// in UTF-8 or is older than 13, and for a pooler that gives each transaction another session.
    ///
    /// `cancel` interrupts connecting and statements; null: nothing does, for statements that are short and are to be
    /// done when the process ends too.
    explicit ServerConnection(std::string url, const Cancellation* cancel = process_cancellation());
    /// One of a pool's. Connects with the first statement; throws then, also locked where none came free.
    ServerConnection(std::shared_ptr<ServerPool> pool, ConnectionUse use, const Cancellation* cancel);
    ServerConnection(ServerConnection&&) noexcept = default;
    ServerConnection& operator=(ServerConnection&&) = delete;
    ~ServerConnection() { give_back(); }

    [[nodiscard]] Rows query(std::string_view sql, std::span<const Parameter> parameters = {});
    [[nodiscard]] Rows query(std::string_view sql, std::initializer_list<Parameter> parameters) {
        return query(sql, std::span<const Parameter>(parameters.begin(), parameters.size()));
    }
    /// Runs a statement for what it changes; gives how many rows.
    std::uint64_t run(std::string_view sql, std::initializer_list<Parameter> parameters = {}) {
        return query(sql, parameters).affected();
    }
    /// How many connections were made, one after the other.
    [[nodiscard]] std::uint64_t connections() const noexcept { return connections_; }
    /// `into`: "chunks (id, document_id)".
    void copy(std::string_view into, CopyRows& rows);
    /// The same of lines with tabs between the columns, of values that have neither.
    void copy_text(std::string_view into, std::string_view lines);

    /// Begins a transaction in which all that is read is of one state of the base, or one that writes, which keeps
    /// other writers of this base out until it ends.
    void begin_reading();
    void begin_writing();
    /// Begins a transaction that writes what is kept beside the documents: other writers go on.
    void begin_side_writing();
    /// Throws Error(base_away) that says so when it cannot be known whether it was kept.
    void commit();
    void rollback() noexcept;
    [[nodiscard]] bool in_transaction() const noexcept { return open_; }
    /// In one that only reads.
    [[nodiscard]] bool is_reading() const noexcept { return open_ && !writing_; }
    /// How many transactions were begun: tells one from another.
    [[nodiscard]] std::uint64_t transactions() const noexcept { return transactions_; }

    [[nodiscard]] const std::string& url() const noexcept { return url_; }
    /// Its own, or what is borrowed now.
    [[nodiscard]] db::PostgresqlConnection& connection() { return connection_; }
    /// Its own, which it has no more.
    [[nodiscard]] db::PostgresqlConnection release() && { return std::move(connection_); }
    /// What was being done, for errors: "read the knowledge base URL".
    [[nodiscard]] std::string what(std::string_view doing) const;

private:
    /// Gives what was borrowed back when a statement outside of transactions, or a transaction, is done.
    class Borrowing {
    public:
        explicit Borrowing(ServerConnection& server) : server_(server) {}
        ~Borrowing() {
            if (!server_.open_) server_.give_back();
        }
        Borrowing(const Borrowing&) = delete;
        Borrowing& operator=(const Borrowing&) = delete;

    private:
        ServerConnection& server_;
    };
    void give_back() noexcept;
    void connect_again();
    void reconnect_if_lost();
    template <typename Work>
    auto guarded(Work&& work);
    /// The same at the beginning of something: done again where the connection had been lost meanwhile.
    template <typename Work>
    auto guarded_first(Work&& work);
    void begin_writing_with(std::initializer_list<const char*> statements);

    std::string url_;
    const Cancellation* cancel_;
    std::shared_ptr<ServerPool> pool_{};  ///< Null with a connection of its own.
    ConnectionUse use_ = ConnectionUse::whole;
    std::optional<ServerPool::Loan> loan_{};  ///< What was borrowed.
    db::PostgresqlConnection connection_;     ///< Empty while nothing is borrowed.
    bool open_ = false;     ///< A transaction.
    bool writing_ = false;  ///< It writes.
    std::uint64_t connections_ = 1;
    std::uint64_t transactions_ = 0;
};

/// All that is read while it lives is of one state of the base.
class ReadTransaction {
public:
    explicit ReadTransaction(ServerConnection& server) : server_(server), own_(!server.in_transaction()) {
        if (own_) server_.begin_reading();
    }
    ~ReadTransaction() {
        if (own_) server_.rollback();
    }
    ReadTransaction(const ReadTransaction&) = delete;
    ReadTransaction& operator=(const ReadTransaction&) = delete;

private:
    ServerConnection& server_;
    bool own_;
};

}  // namespace quarry::store::postgresql
