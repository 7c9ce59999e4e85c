#include "core/migrate/scratch_server.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/db/postgresql.h"
#include "core/migrate/trial_guard.h"
#include "core/sql/lexemes.h"

namespace quarry::migrate {
namespace {

/// What changes how a server reads and shows the same SQL.
constexpr const char* server_settings_sql = R"(
SELECT name, reset_val FROM pg_catalog.pg_settings
WHERE name IN ('TimeZone', 'DateStyle', 'IntervalStyle', 'default_text_search_config', 'default_toast_compression',
               'xmlbinary', 'xmloption', 'quote_all_identifiers', 'array_nulls')
  AND reset_val <> '')";
/// Extensions that the database has, and whether the server had to load their code at its start.
constexpr const char* extensions_sql = R"(
SELECT extname, extname = ANY (pg_catalog.string_to_array(pg_catalog.replace(
    (SELECT setting FROM pg_catalog.pg_settings WHERE name = 'shared_preload_libraries'), ' ', ''), ','))
FROM pg_catalog.pg_extension)";
constexpr const char* roles_sql = R"(
SELECT rolname,
       pg_catalog.concat_ws(' ', CASE WHEN rolinherit THEN 'INHERIT' ELSE 'NOINHERIT' END,
                            CASE WHEN rolcanlogin THEN 'LOGIN' END, CASE WHEN rolcreaterole THEN 'CREATEROLE' END,
                            CASE WHEN rolcreatedb THEN 'CREATEDB' END)
FROM pg_catalog.pg_roles WHERE rolname NOT LIKE 'pg\_%' AND rolname <> session_user ORDER BY rolname)";
constexpr const char* memberships_sql = R"(
SELECT DISTINCT role.rolname, member.rolname
FROM pg_catalog.pg_auth_members m JOIN pg_catalog.pg_roles role ON role.oid = m.roleid
JOIN pg_catalog.pg_roles member ON member.oid = m.member
WHERE role.rolname NOT LIKE 'pg\_%' AND member.rolname NOT LIKE 'pg\_%')";
/// What every session of the login begins with. Lists are kept as SQL, other values as they are.
constexpr const char* login_settings_sql = R"(
SELECT pg_catalog.quote_ident(pg_catalog.split_part(one, '=', 1)),
       CASE WHEN pg_catalog.split_part(one, '=', 1) IN ('search_path', 'temp_tablespaces', 'session_preload_libraries',
                                                        'local_preload_libraries')
            THEN pg_catalog.substr(one, pg_catalog.strpos(one, '=') + 1)
            ELSE pg_catalog.quote_literal(pg_catalog.substr(one, pg_catalog.strpos(one, '=') + 1)) END
FROM pg_catalog.pg_db_role_setting s CROSS JOIN pg_catalog.unnest(s.setconfig) AS one
WHERE s.setdatabase = 0 AND s.setrole IN (0, (SELECT oid FROM pg_catalog.pg_roles WHERE rolname = session_user))
ORDER BY s.setrole)";

/// All that a server's databases have in common.
constexpr const char* shared_state_sql = R"(
SELECT pg_catalog.md5(pg_catalog.string_agg(line, E'\n' ORDER BY line)) FROM (
    SELECT 'role ' || r::text AS line FROM pg_catalog.pg_authid r
    UNION ALL SELECT 'member ' || m::text FROM pg_catalog.pg_auth_members m
    UNION ALL SELECT 'setting ' || s::text FROM pg_catalog.pg_db_role_setting s
    UNION ALL SELECT pg_catalog.concat_ws(' ', 'database', d.datname, d.datdba, d.datacl, d.datconnlimit)
              FROM pg_catalog.pg_database d
    UNION ALL SELECT 'tablespace ' || t::text FROM pg_catalog.pg_tablespace t
    UNION ALL SELECT 'comment ' || c::text FROM pg_catalog.pg_shdescription c
    UNION ALL SELECT 'label ' || l::text FROM pg_catalog.pg_shseclabel l
    UNION ALL SELECT 'slot ' || slot_name FROM pg_catalog.pg_replication_slots
    UNION ALL SELECT 'origin ' || roname FROM pg_catalog.pg_replication_origin
    UNION ALL SELECT pg_catalog.concat_ws(' ', 'file', name, setting) FROM pg_catalog.pg_file_settings
) AS lines)";

using Pairs = std::vector<std::pair<std::string, std::string>>;

Pairs pairs_of(db::PostgresqlConnection& connection, const char* sql) {
    const db::PostgresqlResult rows = connection.query(sql);
    Pairs pairs;
    for (std::size_t row = 0; row < rows.rows(); ++row) pairs.emplace_back(rows.text(row, 0), rows.text(row, 1));
    return pairs;
}

std::string quoted_role(std::string_view name) { return sql::quote_name(sql::Dialect::postgresql, name); }

}  // namespace

/// What is known of the server that is migrated.
struct ScratchServer::Target {
    int major = 0;
    std::string login;
    Pairs settings, extensions, roles, memberships, login_settings;
};

struct ScratchServer::Private {
    explicit Private(const db::ServerPrograms& programs, const db::PrivateServerOptions& options)
        : server(programs, options) {}

    [[nodiscard]] std::string shared_state() const {
        auto connection = db::PostgresqlConnection::connect(server.superuser_url());
        return std::string(connection.query(shared_state_sql).text(0, 0));
    }

    db::PrivateServer server;
    std::set<std::string> copied_roles;
    std::string first_state;
};

ScratchServer::ScratchServer(ScratchServerOptions options)
    : options_(std::move(options)), idle_(std::make_shared<std::vector<std::unique_ptr<Private>>>()) {
    // A migration is run in several databases.
    options_.note = [note = std::move(options_.note),
                     told = std::make_shared<std::set<std::string>>()](const std::string& text) {
        if (told->insert(text).second) note(text);
    };
}
ScratchServer::~ScratchServer() = default;

void ScratchServer::read_target() {
    db::PostgresqlOptions connection_options;
    connection_options.cancel = options_.database.cancel;
    auto connection = db::PostgresqlConnection::connect(options_.url, connection_options);
    constexpr int versions_per_major = 10'000;
    const db::PostgresqlResult login = connection.query("SELECT session_user");
    target_ =
        std::make_unique<Target>(Target{connection.server_version() / versions_per_major, std::string(login.text(0, 0)),
                                        pairs_of(connection, server_settings_sql), pairs_of(connection, extensions_sql),
                                        pairs_of(connection, roles_sql), pairs_of(connection, memberships_sql),
                                        pairs_of(connection, login_settings_sql)});
}

std::unique_ptr<ScratchServer::Private> ScratchServer::start_private() const {
    db::PrivateServerOptions options;
    options.cache_folder = options_.cache_folder;
    options.cancel = options_.database.cancel;
    std::string preloaded;
    if (target_) {
        options.login = target_->login;
        options.settings = target_->settings;
        for (const auto& [name, is_preloaded] : target_->extensions) {
            if (is_preloaded == "t") preloaded += (preloaded.empty() ? "" : ",") + name;
        }
    }
    if (!preloaded.empty()) options.settings.emplace_back("shared_preload_libraries", preloaded);
    auto server = std::make_unique<Private>(*programs_, options);
    if (target_) prepare(*server);
    server->first_state = server->shared_state();
    return server;
}

/// Gives the private server what the target's has, so that migrations run there as they do on the other.
void ScratchServer::prepare(Private& server) const {
    auto connection = db::PostgresqlConnection::connect(server.server.superuser_url());
    std::set<std::string> available;
    for (const auto& [name, ignored] :
         pairs_of(connection, "SELECT name, '' FROM pg_catalog.pg_available_extensions")) {
        available.insert(name);
    }
    for (const auto& [name, ignored] : target_->extensions) {
        if (available.contains(name)) continue;
        throw Error(ErrorCode::failed,
                    fmt::format("the PostgreSQL server that is installed here has no extension {}", name));
    }
    connection.query("BEGIN");
    for (const auto& [name, attributes] : target_->roles) {
        connection.query(fmt::format("CREATE ROLE {} {}", quoted_role(name), attributes));
        server.copied_roles.insert(name);
    }
    for (const auto& [role, member] : target_->memberships) {
        connection.query(fmt::format("GRANT {} TO {}", quoted_role(role), quoted_role(member)));
    }
    connection.query("COMMIT");
    for (const auto& [name, value] : target_->login_settings) {
        // One that belongs to a library that is not there changes nothing here.
        (void)connection.run(fmt::format("ALTER ROLE {} SET {} TO {}", quoted_role(target_->login), name, value));
    }
}

/// A private server that comes back when the result goes, unless more than a database was changed on it.
std::shared_ptr<ScratchServer::Private> ScratchServer::lend_private() {
    std::unique_ptr<Private> server;
    if (idle_->empty()) {
        server = start_private();
    } else {
        server = std::move(idle_->back());
        idle_->pop_back();
    }
    return {server.release(), [idle = std::weak_ptr(idle_)](Private* back) {
                std::unique_ptr<Private> returned(back);
                const auto kept = idle.lock();
                if (!kept) return;
                try {
                    if (returned->shared_state() == returned->first_state) kept->push_back(std::move(returned));
                } catch (const std::exception&) {
                    // It ended, or does not answer: the next one is new.
                }
            }};
}

std::unique_ptr<Database> ScratchServer::make() {
    const auto guarded = [&](TrialBarrier barrier) { return std::make_shared<TrialGuard>(barrier, options_.note); };
    if (options_.is_dev) {
        return postgresql_scratch_database({options_.url, {}, nullptr, guarded(TrialBarrier::dev_server), true}, true,
                                           options_.database);
    }
    if (!decided_) {
        if (!options_.url.empty()) read_target();
        for (db::ServerPrograms& one : options_.find_programs()) {
            if (!programs_ && (!target_ || one.major == target_->major)) programs_ = std::move(one);
        }
        decided_ = true;
    }
    if (programs_) {
        try {
            const std::shared_ptr<Private> server = lend_private();
            has_private_ = true;
            return postgresql_scratch_database(
                {server->server.url(), server->copied_roles, server, guarded(TrialBarrier::sandbox)}, false,
                options_.database);
        } catch (const Error& error) {
            // Not after one has worked: what fills a disk would choose where the rest is tried.
            if (error.code() == ErrorCode::interrupted || !target_ || has_private_) throw;
            programs_.reset();
            options_.note(fmt::format("migrations are tried out on the target's own server: {}", error.message()));
        }
    }
    if (options_.url.empty()) {
        throw Error(ErrorCode::usage, "PostgreSQL's SQL needs a server, and none is known",
                    "install PostgreSQL's server here, or name one where a temporary database may be made: --dev-url "
                    "postgresql://USER@HOST/DATABASE");
    }
    return postgresql_scratch_database({options_.url, {}, nullptr, guarded(TrialBarrier::text)}, false,
                                       options_.database);
}

}  // namespace quarry::migrate
