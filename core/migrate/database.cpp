#include "core/migrate/database.h"

#include <fmt/format.h>

#include "core/migrate/open_transaction.h"
#include "core/migrate/statement_rules.h"
#include "core/sql/splitter.h"

namespace quarry::migrate {

void Database::run(const Script& script) {
    const std::unique_ptr<Session> session = this->session();
    if (!script.transactional) {
        for (const sql::Section& one : script.statements) session->run(script, one, script.sql_of(one));
        return;
    }
    OpenTransaction transaction(*session);
    for (const sql::Section& one : script.statements) session->run(script, one, script.sql_of(one));
    transaction.commit(script.path);
}

std::unique_ptr<Database> open_database(const db::DatabaseUrl& url, const DatabaseOptions& options) {
    return url.dialect == sql::Dialect::sqlite ? open_sqlite_database(url.path, options)
                                               : open_postgresql_database(url.url, options);
}

Script read_script(sql::Dialect dialect, std::string path, std::string text) {
    Script script;
    script.is_migration = false;
    script.path = std::move(path);
    script.text = std::make_shared<const std::string>(std::move(text));
    const sql::SourceText source = script.source();
    source.require_text();
    sql::Splitter splitter(dialect, source, {0, script.text->size()}, sql::Splitter::LastSemicolon::optional);
    while (const auto statement = splitter.next()) {
        const std::string_view sql = script.sql_of(*statement);
        if (const auto refusal = refuse_statement(dialect, sql, true)) {
            throw source.error_at(statement->start, refusal->problem, refusal->hint);
        }
        script.statements.push_back(*statement);
    }
    return script;
}

}  // namespace quarry::migrate
