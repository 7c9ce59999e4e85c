#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <string_view>

#include "core/sql/dialect.h"

namespace quarry::db {

/// A database as people write it.
struct DatabaseUrl {
    sql::Dialect dialect = sql::Dialect::sqlite;
    std::filesystem::path path;  ///< Of a SQLite database.
    std::string url;             ///< Of a PostgreSQL one, as libpq takes it; its password may be in it.
};

/// Reads "sqlite:app.db", "sqlite:///srv/app.db", a bare path, "postgresql://user@host/name" or "postgres://...".
/// Opens nothing.
///
/// Throws Error(usage), with the URL's password left out, for another engine, an unknown scheme, a SQLite database
/// in memory (it would be gone at once), options after "?" of a SQLite path, and nothing at all.
[[nodiscard]] DatabaseUrl parse_database_url(std::string_view url);

/// What a PostgreSQL URL says of user, password and database ("dbname"), and behind "?", by libpq's names and decoded;
/// the last one counts.
[[nodiscard]] std::map<std::string, std::string> url_settings(std::string_view url);

}  // namespace quarry::db
