#pragma once

#include <chrono>
#include <functional>
#include <string>

#include "core/db/database_url.h"
#include "core/migrate/database.h"

namespace quarry::migrate {

/// Whether a database is there. A server's is looked for from its database `postgres`; throws Error: usage when the URL
/// names none, and as PostgresqlConnection::connect does.
[[nodiscard]] bool database_exists(const db::DatabaseUrl& url, const DatabaseOptions& options);

/// Makes an empty database; false when it was there. Throws as `database_exists`, and what the server or SQLite says.
bool make_database(const db::DatabaseUrl& url, const DatabaseOptions& options);

/// Drops a database with all that it holds, of SQLite with the files beside it; false when it was not there. Throws as
/// `database_exists`; locked for one that is in use; failed for a file that is no SQLite database; usage for the
/// server's own database `postgres`.
bool drop_database(const db::DatabaseUrl& url, const DatabaseOptions& options);

struct WaitOptions {
    std::chrono::milliseconds timeout{60'000};
    const Cancellation* cancel = nullptr;  ///< Borrowed for the call.
    /// Told after each attempt that failed: how long it has been, and why. May be absent.
    std::function<void(std::chrono::milliseconds, const Error&)> on_attempt{};
};

struct WaitResult {
    std::chrono::milliseconds waited{};
    bool exists = true;  ///< The database, on that server.
};

/// Waits until a server accepts connections, whether or not the database is there. Throws the last attempt's error when
/// the time is over, at once for what waiting does not cure (user and password), and interrupted.
WaitResult wait_for_server(const std::string& url, const WaitOptions& options);

}  // namespace quarry::migrate
