#pragma once

#include <span>
#include <string>

#include "core/migrate/migration_list.h"
#include "core/store/postgresql/server_connection.h"
#include "core/store/store.h"

namespace quarry::store {

/// The migrations of a knowledge base in PostgreSQL, compiled in from migrations/postgresql/*.sql, by version.
[[nodiscard]] std::span<const migrate::EmbeddedMigration> postgresql_base_migrations();

}  // namespace quarry::store

namespace quarry::store::postgresql {

/// Whether a database has the tables of a knowledge base. Throws Error as connecting does.
[[nodiscard]] bool has_base(const std::string& url);

/// What `quarry doctor` says of a server.
struct ServerFacts {
    std::string version;  ///< "15.20"
    /// Of pgvector: the version that the database has, or that it could have; empty for none.
    std::string installed_pgvector, available_pgvector;
    std::string pgvector_problem;  ///< Why what is installed is not used; else empty.
    bool has_vector_index = false;
};
[[nodiscard]] ServerFacts describe_server(const std::string& url);

/// Throws Error(failed) for a database whose migrations would be those of a base and that is not one.
void check_can_migrate(const std::string& url);

/// Throws Error(failed) for a database that has tables of something else and not those of a knowledge base.
void check_is_base(ServerConnection& server, StoreMode mode);

/// Makes the newest schema where there is no table of it, or applies what is missing of it. Throws Error: locked,
/// failed where the role may not create tables.
void create_schema(ServerConnection& server);

/// Proves that the schema is this binary's: throws Error schema_newer, migration_edited, migrations_pending.
void check_schema(ServerConnection& server);

/// A base of this binary's schema, by the connections of this process; `cancel` as of ServerConnection. Throws Error as
/// `open_store` does.
[[nodiscard]] ServerConnection connect_to_base(const std::string& url, StoreMode mode, ConnectionUse use,
                                               const Cancellation* cancel);

/// Opens a base on a server; as `open_store` does it.
[[nodiscard]] std::unique_ptr<Store> open_server_store(const std::string& url, StoreMode mode);

}  // namespace quarry::store::postgresql
