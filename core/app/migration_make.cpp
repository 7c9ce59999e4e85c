// Makes, drops and waits for the database that migrations are for.
#include <fmt/format.h>

#include <system_error>

#include "core/app/migration_service.h"
#include "core/base/file.h"
#include "core/base/text.h"
#include "core/migrate/make_database.h"
#include "core/store/sqlite/base_schema.h"

namespace quarry::app {
namespace {

void refuse_base(const MigrationDatabases& databases, const char* doing) {
    if (!databases.is_knowledge_base()) return;
    throw Error(ErrorCode::usage, fmt::format("--database base is quarry's own knowledge base: it is not {}", doing),
                "leave out --database base; quarry ingest makes a base, and removing its folder .quarry removes it");
}

/// Whether a SQLite file says that it is a knowledge base (application id in the header, sqlite.org/fileformat2.html).
bool is_base_file(const std::filesystem::path& path) {
    constexpr std::size_t application_id_at = 68;
    std::error_code ignored;
    if (!std::filesystem::is_regular_file(path, ignored)) return false;
    const std::string header = read_beginning({}, path.string(), 100);
    std::int64_t id = 0;
    for (std::size_t i = 0; i < 4 && header.size() == 100; ++i) {
        id = id * 256 + static_cast<unsigned char>(header[application_id_at + i]);
    }
    return id == store::knowledge_base_application_id;
}

}  // namespace

DatabaseReport MigrationService::make_database() const {
    refuse_base(databases_, "made here");
    const db::DatabaseUrl database = databases_.require_database();
    databases_.require_trusted_url("url");
    return {database_name_of(database), !migrate::make_database(database, databases_.database_options())};
}

DatabaseReport MigrationService::find_droppable() const {
    refuse_base(databases_, "dropped");
    const db::DatabaseUrl database = databases_.require_database();
    databases_.require_trusted_url("url");
    if (database.dialect == sql::Dialect::sqlite && is_base_file(database.path)) {
        throw Error(ErrorCode::usage,
                    fmt::format("{} is a knowledge base of quarry: it is not dropped", database_name_of(database)),
                    "check --url; if you mean it, remove the file yourself");
    }
    return {database_name_of(database), migrate::database_exists(database, databases_.database_options())};
}

DatabaseReport MigrationService::drop_database() const {
    DatabaseReport report = find_droppable();
    report.exists = migrate::drop_database(databases_.require_database(), databases_.database_options());
    return report;
}

DatabaseWait MigrationService::wait(std::chrono::seconds timeout) const {
    refuse_base(databases_, "waited for");
    const db::DatabaseUrl database = databases_.require_database();
    if (database.dialect == sql::Dialect::sqlite) {
        return {std::chrono::milliseconds(0), migrate::database_exists(database, {})};
    }
    databases_.require_trusted_url("url");
    const std::string name = strip_terminal_controls(database_name_of(database));
    migrate::WaitOptions options{timeout, &services_.cancel, {}};
    bool told = false;
    options.on_attempt = [&](std::chrono::milliseconds waited, const Error& error) {
        if (!told) {
            const std::string why = error.causes().empty() ? std::string() : error.causes().front();
            services_.notices.remark(fmt::format("waiting for {}: {}", name, one_line(why, 200)));
            told = true;
        }
        services_.notices.progress(fmt::format("waiting for {}, {} s", name, waited.count() / 1000));
    };
    const migrate::WaitResult waited = migrate::wait_for_server(database.url, options);
    services_.notices.progress("");
    return {waited.waited, waited.exists};
}

}  // namespace quarry::app
