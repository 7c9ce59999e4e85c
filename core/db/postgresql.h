#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/cancel.h"
#include "core/db/postgresql_failure.h"

namespace quarry::db {

/// The rows that a statement gave, as text. A value: it outlives the connection.
class PostgresqlResult {
public:
    using Cell = std::optional<std::string>;

    PostgresqlResult() = default;
    PostgresqlResult(std::vector<std::string> names, std::vector<Cell> cells, std::string command_tag,
                     std::uint64_t affected_rows)
        : names_(std::move(names)),
          cells_(std::move(cells)),
          command_tag_(std::move(command_tag)),
          affected_rows_(affected_rows) {}

    [[nodiscard]] std::size_t rows() const noexcept { return names_.empty() ? 0 : cells_.size() / names_.size(); }
    [[nodiscard]] std::size_t columns() const noexcept { return names_.size(); }
    [[nodiscard]] bool empty() const noexcept { return cells_.empty(); }
    [[nodiscard]] const std::string& column_name(std::size_t column) const { return names_.at(column); }

    [[nodiscard]] bool is_null(std::size_t row, std::size_t column) const { return !cell(row, column); }
    /// "" for NULL. The view lives as long as the result.
    [[nodiscard]] std::string_view text(std::size_t row, std::size_t column) const {
        const Cell& value = cell(row, column);
        return value ? std::string_view(*value) : std::string_view{};
    }
    [[nodiscard]] const Cell& cell(std::size_t row, std::size_t column) const {
        return cells_.at(row * names_.size() + column);
    }

    /// "INSERT 0 3", "CREATE TABLE".
    [[nodiscard]] const std::string& command_tag() const noexcept { return command_tag_; }
    /// Rows that were read, inserted, updated or deleted.
    [[nodiscard]] std::uint64_t affected_rows() const noexcept { return affected_rows_; }

private:
    std::vector<std::string> names_;
    std::vector<Cell> cells_;  ///< Row by row.
    std::string command_tag_;
    std::uint64_t affected_rows_ = 0;
};

/// How a connection is made and used. What is referred to must outlive the connection.
struct PostgresqlOptions {
    const Cancellation* cancel = nullptr;      ///< Interrupts connecting and running statements.
    std::chrono::seconds connect_timeout{15};  ///< For all hosts together; connect_timeout in the URL goes before.
    std::string database;                      ///< In place of the URL's; empty for that.
    std::string application_name = "quarry";   ///< In pg_stat_activity; application_name in the URL goes before.
    std::function<void(const PostgresqlFailure&)> on_notice;  ///< NOTICE, WARNING, ...; dropped when absent.
};

/// What a session said with NOTIFY.
struct PostgresqlNotification {
    std::string channel, payload;
};

/// A refused statement; as Error it says what was being done.
class PostgresqlError final : public Error {
public:
    PostgresqlError(PostgresqlFailure failure, std::string_view doing)
        : Error(postgresql_error(failure, doing)), failure_(std::move(failure)) {}
    [[nodiscard]] const PostgresqlFailure& failure() const noexcept { return failure_; }

private:
    PostgresqlFailure failure_;
};

/// A connection to a PostgreSQL server (12 or later), in UTF-8 and with standard_conforming_strings on. libpq is
/// loaded when the first is made. Used by one thread; movable.
///
/// A statement is sent by the extended protocol: the server refuses a text with more than one. When the cancellation
/// is set while one runs, the server is asked to stop it, and Error(interrupted) is thrown; the connection stays
/// usable (an open transaction has failed then).
class PostgresqlConnection {
public:
    using Parameter = std::optional<std::string>;

    /// `url`: postgres://, postgresql:// or libpq's "key=value"; what it leaves open (password, host, ...) libpq takes
    /// from its own variables and files. Throws Error: usage for what is no such URL; failed, with the password left
    /// out and a hint for what can be cured, when there is no connection or the server is older than 12; interrupted.
    [[nodiscard]] static PostgresqlConnection connect(std::string_view url, const PostgresqlOptions& options = {});

    /// Of no server: only `alive`, `in_transaction` and what puts another one in its place may be called.
    PostgresqlConnection() noexcept;
    PostgresqlConnection(PostgresqlConnection&& other) noexcept;
    PostgresqlConnection& operator=(PostgresqlConnection&& other) noexcept;
    ~PostgresqlConnection();

    /// Runs one statement, with a text or NULL for each of $1, $2, ...; throws PostgresqlError, Error(interrupted).
    PostgresqlResult query(std::string_view sql, std::span<const Parameter> parameters = {});
    PostgresqlResult query(std::string_view sql, std::initializer_list<Parameter> parameters) {
        return query(sql, std::span<const Parameter>(parameters.begin(), parameters.size()));
    }
    /// The same with each value of the rows as the server holds it: integers big-endian, bytea as its bytes.
    PostgresqlResult query_binary(std::string_view sql, std::span<const Parameter> parameters);
    /// The same of a statement that is read, analysed and mostly planned by the server once, when it comes for the
    /// second time: for those that come often, with values for which the same plan does.
    PostgresqlResult query_prepared(std::string_view sql, std::span<const Parameter> parameters);
    /// Runs "COPY ... FROM STDIN" with rows in the format that it names; throws as `query` does.
    void copy_in(std::string_view sql, std::string_view rows);
    /// Runs one statement without parameters and drops its rows: nothing when it succeeded. Throws Error(interrupted).
    [[nodiscard]] std::optional<PostgresqlFailure> run(std::string_view sql);

    /// What sessions said on the channels that this one listens to (LISTEN) since the last call; waits for it, up to
    /// `most`. Outside of transactions. Throws PostgresqlError when the server was lost, Error(interrupted).
    [[nodiscard]] std::vector<PostgresqlNotification> notifications(std::chrono::milliseconds most);

    /// In place of that of the options; null: nothing interrupts.
    void set_cancellation(const Cancellation* cancel) noexcept;
    /// Whether a transaction is open, failed ones too.
    [[nodiscard]] bool in_transaction() const noexcept;
    /// Whether the server can still be reached, as far as the last statement showed.
    [[nodiscard]] bool alive() const noexcept;
    /// 150018 is 15.18.
    [[nodiscard]] int server_version() const noexcept;
    /// The process that serves this connection, as it said when the connection was made; a pooler has its own numbers.
    [[nodiscard]] int backend() const noexcept;
    /// For messages: without the password.
    [[nodiscard]] const std::string& url() const noexcept;

private:
    struct State;
    explicit PostgresqlConnection(std::unique_ptr<State> state) noexcept;

    std::unique_ptr<State> state_;
};

/// The version of libpq on this machine, "15.20"; nothing when it is not installed.
[[nodiscard]] std::optional<std::string> libpq_version();

}  // namespace quarry::db
