#pragma once

#include <gtest/gtest.h>

#include <string>

#include "core/base/error.h"
#include "core/db/postgresql.h"
#include "core/store/store.h"
#include "tests/support/error_of.h"
#include "tests/support/postgresql_server.h"

namespace quarry::store {

/// A database of its own with a base in it.
class ServerBase : public ::testing::Test {
protected:
    [[nodiscard]] static db::PostgresqlConnection administrator() {
        return db::PostgresqlConnection::connect(test::postgresql_server().url());
    }
    void run(const std::string& sql) const { db::PostgresqlConnection::connect(url_).query(sql); }
    /// Ends every other session of the database.
    void end_sessions() const {
        db::PostgresqlConnection connection = db::PostgresqlConnection::connect(url_);
        connection.query("SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                         " WHERE datname = current_database() AND pid <> pg_backend_pid()");
    }
    [[nodiscard]] Error open_error(StoreMode mode, const std::string& url) const {
        return test::error_of([&] { static_cast<void>(open_store(url, mode)); });
    }

    std::string url_ = test::postgresql_server().make_database();
};

}  // namespace quarry::store
