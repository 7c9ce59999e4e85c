// Other tools' migrations: what their reader accepts is converted, or refused with its place; what Alembic printed is
// cut or refused. The result is what quarry's reader accepts, with the same statements.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "core/base/file.h"
#include "core/migrate/import.h"
#include "core/migrate/import_convert.h"

namespace {

using quarry::Error;
using quarry::migrate::ForeignTool;
using quarry::migrate::MigrationFile;
using quarry::migrate::MigrationText;
using quarry::migrate::parse_migration;
using quarry::migrate::Script;
using quarry::sql::Dialect;

void require(bool holds) {
    if (!holds) std::abort();
}

/// The statements of a script as one text, without what may differ: a semicolon at the end.
std::string statements_of(const Script& script) {
    std::string all;
    for (const auto& statement : script.statements) {
        std::string_view sql = script.sql_of(statement);
        if (sql.ends_with(';')) sql.remove_suffix(1);
        sql = sql.substr(0, sql.find_last_not_of(" \t\r\n") + 1);
        all.append(sql).append("\n;\n");
    }
    return all;
}

void require_same(const Script& before, const Script& after) {
    require(before.transactional == after.transactional);
    if (!before.statements.empty()) require(statements_of(before) == statements_of(after));
}

void check(Dialect dialect, ForeignTool tool, const MigrationText& text) {
    try {
        std::vector<quarry::migrate::PassedOver> passed_over, again;
        const auto converted = quarry::migrate::convert_migration(dialect, tool, text, passed_over);
        if (converted.text.empty()) return require(!passed_over.empty());
        const MigrationFile before = parse_foreign_migration(dialect, text, again);
        const MigrationFile after =
            parse_migration(dialect, {text.path, converted.text, std::nullopt, {}, MigrationText::Kind::sections});
        require_same(before.up, after.up);
        if (after.down && before.down) require_same(*before.down, *after.down);
        require(after.down || !before.down || before.down->statements.empty());
    } catch (const Error& error) {
        require(error.message().find("0001_fuzz.") != std::string::npos);
    }
}

void check_alembic(Dialect dialect, const std::filesystem::path& file) {
    quarry::migrate::ImportedFolder folder;
    try {
        folder = quarry::migrate::read_foreign_folder({{}, file, file, ForeignTool::alembic, dialect, {}});
    } catch (const Error&) {
        return;
    }
    for (const auto& one : folder.migrations) {
        (void)parse_migration(dialect, {one.file_name, one.text, std::nullopt, {}, MigrationText::Kind::sections});
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string text(reinterpret_cast<const char*>(data), size);
    static const quarry::TemporaryDirectory directory;
    const std::filesystem::path file = directory.path() / "alembic.sql";
    const bool alembic = text.find("-- Running") != std::string::npos;
    if (alembic) quarry::write_file_atomically(file, text);
    for (const Dialect dialect : {Dialect::sqlite, Dialect::postgresql}) {
        const MigrationText sections{"0001_fuzz.sql", text, std::nullopt, {}, MigrationText::Kind::sections};
        check(dialect, ForeignTool::dbmate, sections);
        check(dialect, ForeignTool::goose, sections);
        const std::size_t half = text.size() / 2;
        check(dialect, ForeignTool::golang_migrate,
              {"0001_fuzz.up.sql", text.substr(0, half), "0001_fuzz.down.sql", text.substr(half),
               MigrationText::Kind::pair});
        check(dialect, ForeignTool::golang_migrate,
              {"0001_fuzz.up.sql", text, std::nullopt, {}, MigrationText::Kind::pair});
        if (alembic) check_alembic(dialect, file);
    }
    return 0;
}
