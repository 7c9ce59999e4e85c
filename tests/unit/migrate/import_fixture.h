#pragma once

#include <fmt/format.h>

#include "core/migrate/import.h"
#include "support.h"

namespace quarry::migrate::test {

inline std::vector<std::string> file_names_of(const ImportedFolder& folder) {
    std::vector<std::string> names;
    for (const ImportedMigration& one : folder.migrations) names.push_back(one.file_name);
    return names;
}

/// What stands in the way: "old/1_a.sql:1:1: what", with "safe: " in front where quarry can mend it.
inline std::vector<std::string> obstacles_of(const ImportedFolder& folder) {
    std::vector<std::string> lines;
    for (const ImportObstacle& one : folder.obstacles) {
        EXPECT_NE(one.remedy, "");
        const std::string place = std::filesystem::path(one.place()).filename().string();
        lines.push_back(fmt::format("{}{}: {}", one.safe ? "safe: " : "", place, one.what));
    }
    return lines;
}

/// A folder of another tool's, and the place for its database.
class ImportTest : public testing::Test {
protected:
    ImportTest() { std::filesystem::create_directory(old()); }

    [[nodiscard]] std::filesystem::path root() const { return directory_.path(); }
    [[nodiscard]] std::filesystem::path old() const { return root() / "old"; }
    [[nodiscard]] std::filesystem::path fresh() const { return root() / "migrations"; }
    void write(const std::string& name, const std::string& text) const { write_file_atomically(old() / name, text); }

    [[nodiscard]] ImportedFolder read(std::optional<sql::Dialect> dialect = sql::Dialect::sqlite,
                                      std::optional<ForeignTool> tool = {}) const {
        return read_foreign_folder({old(), {}, {}, tool, dialect, {}});
    }
    /// With what `change` sets.
    [[nodiscard]] ImportedFolder read_with(const std::function<void(ImportSource&)>& change,
                                           sql::Dialect dialect = sql::Dialect::sqlite) const {
        ImportSource source{old(), {}, {}, {}, dialect, {}};
        change(source);
        return read_foreign_folder(source);
    }
    [[nodiscard]] std::string only_text() const {
        const ImportedFolder folder = read();
        return folder.migrations.size() == 1 ? folder.migrations.front().text : std::string("not one migration");
    }

    [[nodiscard]] db::DatabaseUrl sqlite() const { return {sql::Dialect::sqlite, root() / "app.db", {}}; }
    void run_sql(const std::string& sql) const { db::open_sqlite(root() / "app.db", db::SqliteMode::create).exec(sql); }

private:
    TemporaryDirectory directory_;
};

}  // namespace quarry::migrate::test
