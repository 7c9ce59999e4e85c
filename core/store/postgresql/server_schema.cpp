#include "core/store/postgresql/server_schema.h"

#include <fmt/format.h>

#include <memory>
#include <utility>

#include "core/base/error.h"
#include "core/migrate/migrator.h"
#include "core/migrate/postgresql_session.h"
#include "core/store/base_address.h"
#include "core/store/postgresql/pgvector_index.h"
#include "core/store/postgresql/postgresql_store.h"
#include "core/store/sqlite/base_schema.h"

namespace quarry::store::postgresql {
namespace {

constexpr const char* count_own_tables =
    "SELECT count(*) FROM pg_class WHERE relnamespace = pg_catalog.to_regnamespace(pg_catalog.quote_ident(pg_catalog.current_schema()::text))"
    " AND relkind IN ('r', 'p') AND relname IN ('settings', 'counters', 'documents', 'segment_terms', 'chunk_texts')";
constexpr std::int64_t own_tables = 5;
constexpr const char* has_ledger =
    "SELECT pg_catalog.to_regclass(pg_catalog.quote_ident(pg_catalog.current_schema()::text) || "
    "'.quarry_migrations')::text";
constexpr const char* read_ledger =
    "SELECT pg_catalog.string_agg(pg_catalog.concat_ws(' ', version, checksum, applied_at), ',' ORDER BY version)"
    " FROM quarry_migrations";
constexpr const char* count_tables =
    "SELECT count(*) FROM pg_class WHERE relnamespace = pg_catalog.to_regnamespace(pg_catalog.quote_ident(pg_catalog.current_schema()::text))"
    " AND relkind IN ('r', 'p', 'v', 'm', 'f')";

std::int64_t number_of(ServerConnection& server, const char* sql) { return server.query(sql).integer(0, 0); }

/// What tells one state of the schema from another, as long as nobody changes it by hand; empty where there is no base.
std::string ledger_of(ServerConnection& server, bool was_there) {
    if (!was_there && server.query(has_ledger).is_null(0, 0)) return {};
    try {
        return server.query(read_ledger).text(0, 0);
    } catch (const Error& error) {
        if (error.code() == ErrorCode::interrupted) throw;
        return {};  // removed since, or not ours to read: the whole check says so
    }
}

migrate::Migrator migrator(ServerConnection& server) {
    migrate::MigratorOptions options;
    options.quarry_version = knowledge_base_version();
    options.single_transaction = true;
    migrate::PostgresqlSession::Options session;
    session.url = server.url();
    return {std::make_unique<migrate::PostgresqlSession>(server.connection(), std::move(session)),
            migrate::MigrationList::from_memory(postgresql_base_migrations()), std::move(options)};
}

/// Whether the connection does not work any more, or had to be made again.
bool was_lost(ServerConnection& server) {
    const std::uint64_t before = server.connections();
    try {
        server.run("SELECT 1");
    } catch (const Error& error) {
        return error.code() == ErrorCode::base_away;
    }
    return server.connections() != before;
}

Error missing_base(const std::string& url) {
    return Error(ErrorCode::failed, fmt::format("there is no knowledge base {}", url),
                 "make one from your documents: quarry ingest PATH");
}

}  // namespace

bool has_base(const std::string& url) {
    check_server_base(url);
    ServerConnection server(url);
    return number_of(server, count_own_tables) == own_tables;
}

ServerFacts describe_server(const std::string& url) {
    check_server_base(url);
    ServerConnection server(url);
    ServerFacts facts;
    const int version = server.connection().server_version();
    facts.version = fmt::format("{}.{}", version / 10'000, version % 10'000);
    const Pgvector pgvector = Pgvector::of(server);
    facts.installed_pgvector = pgvector.installed;
    facts.available_pgvector = pgvector.available;
    facts.pgvector_problem = pgvector.problem();
    facts.has_vector_index = pgvector.is_usable() && PgvectorIndex::bytes(server) > 0;
    return facts;
}

void check_can_migrate(const std::string& url) {
    check_server_base(url);
    ServerConnection server(url);
    check_is_base(server, StoreMode::create);
}

void check_is_base(ServerConnection& server, StoreMode mode) {
    const std::int64_t own = number_of(server, count_own_tables);
    if (own == own_tables) return;
    if (number_of(server, count_tables) == 0) {
        if (mode == StoreMode::create) return;
        throw missing_base(server.url());
    }
    throw Error(ErrorCode::failed, fmt::format("cannot use the knowledge base {}", server.url()),
                "give the base a database of its own, or a schema: postgresql://HOST/DATABASE?options=-csearch_path%3D"
                "SCHEMA")
        .because("the database has tables, but not those of a knowledge base");
}

void create_schema(ServerConnection& server) {
    if (number_of(server, count_own_tables) == own_tables) return;
    try {
        migrator(server).up();
    } catch (Error& error) {
        throw std::move(error).while_doing(fmt::format("cannot make the knowledge base {}", server.url()));
    }
}

void check_schema(ServerConnection& server) {
    try {
        migrator(server).check();
    } catch (Error& error) {
        const std::string doing = fmt::format("cannot use the knowledge base {}", server.url());
        if (error.code() != ErrorCode::migrations_pending) throw std::move(error).while_doing(doing);
        throw std::move(error).while_doing(doing).with_hint("apply them with: quarry migrate up --database base");
    }
}

ServerConnection connect_to_base(const std::string& url, StoreMode mode, ConnectionUse use,
                                 const Cancellation* cancel) {
    check_server_base(url);
    auto pool = ServerPool::of(url);
    ServerConnection server(pool, use, cancel);
    std::string ledger = ledger_of(server, pool->has_approved());
    if (!pool->is_approved(ledger)) {
        ServerConnection own(url, cancel);
        try {
            check_is_base(own, mode);
            if (mode == StoreMode::create) create_schema(own);
            check_schema(own);
        } catch (const Error& error) {
            // Migrations say what failed, not that it was the connection.
            if (error.code() != ErrorCode::failed || !was_lost(own)) throw;
            throw Error(error).with_code(ErrorCode::base_away);
        }
        if (!ledger.empty()) pool->approve(std::move(ledger));
    }
    return server;
}

std::unique_ptr<Store> open_server_store(const std::string& url, StoreMode mode) {
    return std::make_unique<PostgresqlStore>(connect_to_base(url, mode, ConnectionUse::whole, process_cancellation()));
}

}  // namespace quarry::store::postgresql
