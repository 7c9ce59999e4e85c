// What is migrated, as messages name it.
#include "core/app/migration_target.h"

#include <fmt/format.h>

#include "core/base/error.h"
#include "core/base/redact_url.h"
#include "core/base/text.h"
#include "core/config/dotenv.h"

namespace quarry::app {

bool has_password(std::string_view url) { return redact_url(url) != url; }

std::string database_name_of(const db::DatabaseUrl& database) {
    return redact_url(database.dialect == sql::Dialect::sqlite ? database.path.string() : database.url);
}

bool MigrationSubject::named_by_variable() const {
    return named_by.find(config::database_variable) != std::string::npos;
}

std::string MigrationSubject::name() const { return database_name_of(database); }

std::string MigrationSubject::label() const {
    const std::string shown = strip_terminal_controls(name());
    return is_knowledge_base ? "the knowledge base " + shown : shown;
}

std::string count_migrations(std::size_t count) { return fmt::format("{} migration{}", count, count == 1 ? "" : "s"); }

std::optional<sql::Dialect> parse_dialect(std::string_view name) {
    if (name.empty()) return std::nullopt;
    for (const sql::Dialect dialect : {sql::Dialect::sqlite, sql::Dialect::postgresql}) {
        if (name == sql::dialect_name(dialect)) return dialect;
    }
    throw Error(ErrorCode::usage, fmt::format("\"{}\" is not a dialect", name), "it is sqlite or postgresql");
}

}  // namespace quarry::app
