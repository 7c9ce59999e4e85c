#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "cli/migrate_options.h"
#include "core/migrate/replay.h"

namespace quarry::cli {

/// The options of the commands that compare schemas: --schema, --dev-url, --rename, --not-renamed, --backfill,
/// --concurrent-indexes, --dialect.
class SchemaOptions {
public:
    explicit SchemaOptions(const MigrateOptions& migrate) : migrate_(migrate) {}

    /// `with_diff`: those that decide a difference, too.
    void add_to(OptionTable& options, bool with_diff);

    /// The wanted schema: --schema, else the setting, else schema.sql here if there is one.
    [[nodiscard]] std::optional<migrate::SchemaSource> wanted(const Context& context) const;
    /// The same; throws Error(usage) when there is none.
    [[nodiscard]] migrate::SchemaSource require_wanted(const Context& context) const;
    /// The folder of migrations: --dir, the setting, or migrations here.
    [[nodiscard]] std::filesystem::path folder(const Context& context) const;
    /// That folder as a schema; an empty one when nobody named it and it is not there.
    [[nodiscard]] migrate::SchemaSource migrations(const Context& context) const;
    /// What loads the sources; the engine is the one that a URL among them says, else --dialect, else that of the
    /// configured database, else SQLite.
    [[nodiscard]] migrate::SchemaLoader loader(const Context& context,
                                               const std::vector<migrate::SchemaSource>& sources) const;
    [[nodiscard]] sql::Dialect dialect(const Context& context, const std::vector<migrate::SchemaSource>& sources) const;
    /// With the renames that the wanted schema's SQL declares. Asks on a terminal.
    [[nodiscard]] schema::DiffOptions diff_options(const Context& context, const migrate::SchemaSource& to,
                                                   sql::Dialect dialect) const;

private:
    const MigrateOptions& migrate_;
    std::string schema_;
    std::string dev_url_;
    std::string dialect_;
    std::vector<std::string> renames_;
    std::vector<std::string> not_renamed_;
    std::vector<std::string> backfills_;
    bool concurrent_indexes_ = false;
};

}  // namespace quarry::cli
