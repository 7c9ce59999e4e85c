#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "core/base/error.h"

namespace quarry::db {

/// What the PostgreSQL server said against a statement, or in a notice. Fields that it did not give are empty.
struct PostgresqlFailure {
    std::string sqlstate;  ///< Five characters, "42P01"; "08006" when the server was lost.
    std::string severity;  ///< "ERROR", "FATAL", "PANIC"; of a notice "NOTICE", "WARNING", ...
    std::string message;
    std::string detail;
    std::string hint;
    std::string where;  ///< The functions that it happened in, innermost first.
    std::string schema;
    std::string table;
    std::string column;
    std::string data_type;
    std::string constraint;
    std::optional<std::size_t> offset;  ///< Byte of the statement that it points to.
};

/// Why a statement was refused, as quarry's error: the server's message and detail are the causes; the hint is ours
/// where a cure is known, else the server's. Lock timeouts and deadlocks -> ErrorCode::locked; else failed.
/// `doing` says what was attempted.
[[nodiscard]] Error postgresql_error(const PostgresqlFailure& failure, std::string_view doing);

/// Why no connection came about, with the server's code where it gave one.
class PostgresqlConnectError final : public Error {
public:
    PostgresqlConnectError(Error error, std::string sqlstate, bool is_away)
        : Error(std::move(error)), sqlstate_(std::move(sqlstate)), is_away_(is_away) {}
    /// Empty when no server answered.
    [[nodiscard]] const std::string& sqlstate() const noexcept { return sqlstate_; }
    /// Whether the server cannot be reached, starts or stops, or takes nobody in now: it may do so later.
    [[nodiscard]] bool is_away() const noexcept { return is_away_; }

private:
    std::string sqlstate_;
    bool is_away_;
};

/// `text` is libpq's message, with SQLSTATE codes (verbose); `url` is for people, without its password.
[[nodiscard]] PostgresqlConnectError postgresql_connect_error(std::string_view url, std::string_view text);

}  // namespace quarry::db
