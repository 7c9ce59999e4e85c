// What is dangerous, wrong or unwise in migrations, and the rules that say so.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>

#include "core/app/lint_rules.h"
#include "core/app/migration_service.h"
#include "core/base/file.h"
#include "core/migrate/lint_migrations.h"
#include "core/migrate/replay.h"
#include "core/sql/postgresql_parser.h"
#include "core/sql_lint/pages.h"
#include "core/store/sqlite/base_schema.h"

namespace quarry::app {
namespace {

std::optional<std::int64_t> version_number(std::string_view text) {
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    return error == std::errc() && end == text.data() + text.size() ? std::optional(value) : std::nullopt;
}

/// "14" and "14.2" of PostgreSQL are 14; "3.45" and "3.45.1" of SQLite are 3045.
int server_number(sql::Dialect dialect, std::string_view text) {
    const std::size_t dot = std::min(text.find('.'), text.size());
    const auto major = version_number(text.substr(0, dot));
    const std::string_view rest = dot < text.size() ? text.substr(dot + 1) : std::string_view();
    const auto minor = version_number(rest.substr(0, rest.find('.')));
    const bool sqlite = dialect == sql::Dialect::sqlite;
    const bool valid = major && *major > 0 && *major < 1000 && (!sqlite || (minor && *minor >= 0 && *minor < 1000));
    if (valid) return static_cast<int>(sqlite ? *major * 1000 + *minor : *major);
    throw Error(ErrorCode::usage, fmt::format("\"{}\" is not a version of {}", text, sqlite ? "SQLite" : "PostgreSQL"),
                sqlite ? "write it as 3.40" : "write it as 14");
}

/// Whether migrations are SQL that PostgreSQL's own parser reads.
bool parses_as_postgresql(const migrate::MigrationList& list) {
    const auto parses = [&](const migrate::Migration& migration) {
        try {
            const migrate::Script up = list.load(migration, sql::Dialect::postgresql, migrate::Refused::kept).up;
            return std::all_of(up.statements.begin(), up.statements.end(), [&](sql::Section statement) {
                return sql::parse_postgresql(std::string(up.sql_of(statement))).is_object();
            });
        } catch (const Error&) {
            return false;
        }
    };
    return std::all_of(list.all().begin(), list.all().end(), parses) &&
           std::all_of(list.repeatable().begin(), list.repeatable().end(), parses);
}

/// Whether migrations are SQL that SQLite reads: they are run in memory until something else is wrong with them.
bool parses_as_sqlite(const migrate::MigrationList& list, const MigrationDatabases& databases) {
    try {
        migrate::replay(*migrate::sqlite_scratch_database(databases.database_options()), list,
                        databases.migrator_options());
    } catch (const Error& error) {
        if (error.code() == ErrorCode::interrupted) throw;
        return std::none_of(error.causes().begin(), error.causes().end(),
                            [](const std::string& cause) { return cause.find("syntax error") != std::string::npos; });
    }
    return true;
}

/// Whose SQL a folder has, where that can only be one of the two.
std::optional<sql::Dialect> dialect_of(const migrate::MigrationList& list, const MigrationDatabases& databases) {
    const bool postgresql = parses_as_postgresql(list);
    if (postgresql == parses_as_sqlite(list, databases)) return std::nullopt;
    return postgresql ? sql::Dialect::postgresql : sql::Dialect::sqlite;
}

sql::Dialect linted_dialect(const LintRequest& request, const MigrationDatabases& databases,
                            const migrate::MigrationList& list) {
    if (const auto said = parse_dialect(request.dialect)) return *said;
    if (const auto database = databases.database()) return database->dialect;
    if (const auto told = dialect_of(list, databases)) return *told;
    throw Error(ErrorCode::usage, "which dialect are the migrations? No database is given, and they may be either",
                "give --dialect sqlite or --dialect postgresql, or set migrate.url");
}

}  // namespace

LintReport MigrationService::lint(const LintRequest& request) const {
    const bool knowledge_base = databases_.is_knowledge_base();
    const std::filesystem::path folder = knowledge_base ? std::filesystem::path() : databases_.require_folder();
    const migrate::MigrationList list = knowledge_base
                                            ? migrate::MigrationList::from_memory(store::knowledge_base_migrations())
                                            : migrate::MigrationList::from_folder(folder);
    LintReport report;
    report.dialect = knowledge_base ? sql::Dialect::sqlite : linted_dialect(request, databases_, list);
    sql_lint::LintOptions options{report.dialect, 0, request.on, request.off, &services_.cancel};
    if (!request.server.empty()) options.server_version = server_number(report.dialect, request.server);
    std::optional<std::int64_t> since;
    if (!request.since.empty() && !(since = version_number(request.since))) {
        throw Error(ErrorCode::usage, fmt::format("\"{}\" is not a version", request.since),
                    "write it as in the file's name: 0042");
    }
    report.findings = migrate::lint_migrations(list, options, [&](const migrate::Migration& one) {
        services_.cancel.check();
        const bool yes = !since || one.part == migrate::FilePart::repeatable || one.version > *since;
        if (yes) report.files.push_back(one.path);
        return yes;
    });
    return report;
}

std::vector<LintRule> lint_rules() {
    std::vector<LintRule> rules;
    for (const sql_lint::Rule& rule : sql_lint::rules()) {
        rules.push_back({rule.id, rule.severity, sql_lint::engines_text(rule.engines), rule.summary, rule.by_default});
    }
    return rules;
}

std::string lint_rule_page(std::string_view id) { return sql_lint::rule_page(sql_lint::require_rule(id)); }

std::size_t write_lint_pages(const std::filesystem::path& folder) {
    std::filesystem::create_directories(folder);
    for (const sql_lint::Rule& rule : sql_lint::rules()) {
        write_file_atomically(folder / fmt::format("{}.md", rule.id), sql_lint::rule_page(rule));
    }
    write_file_atomically(folder / "README.md", sql_lint::index_page());
    return sql_lint::rules().size() + 1;
}

}  // namespace quarry::app
