#include "core/migrate/squash.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <optional>
#include <system_error>

#include "core/base/file.h"
#include "core/base/hash.h"
#include "core/base/text.h"
#include "core/migrate/diff_text.h"
#include "core/migrate/row_dump.h"

namespace quarry::migrate {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t differences_shown = 20;
constexpr const char* unfinished = ".new";  ///< Behind the hidden name of a baseline whose squash goes on.
constexpr const char* archive_hint = "it has files that were folded before: delete it, or move it away";

/// What a database holds at a version.
struct Contents {
    std::unique_ptr<schema::Schema> schema;
    RowSnapshot rows;
    std::vector<std::string> counters;
};

Contents read_contents(Database& database, const std::vector<std::string>& ignored_tables) {
    return {database.read_schema(ignored_tables), read_rows(database, read_tables(database, ignored_tables)),
            read_counters(database)};
}

/// Lines on what differs; none when both are the same.
std::vector<std::string> schema_differences(const schema::Schema& wanted, const schema::Schema& got) {
    std::vector<std::string> lines;
    for (const schema::Change& change : wanted.diff(got, schema::DiffOptions::without_renames()).changes) {
        lines.push_back(change.text());
    }
    return lines;
}

std::vector<std::string> contents_differences(const Contents& wanted, const Contents& got) {
    std::vector<std::string> lines = schema_differences(*wanted.schema, *got.schema);
    const auto every_one = [](const std::string&, const std::string&) { return true; };
    for (std::string& line : row_differences(wanted.rows, got.rows, every_one)) lines.push_back(std::move(line));
    if (wanted.counters != got.counters) {
        lines.push_back(
            fmt::format("counters: {}, and were {}", fmt::join(got.counters, ", "), fmt::join(wanted.counters, ", ")));
    }
    return lines;
}

void require_same(const std::vector<std::string>& differences, const std::string& message) {
    if (differences.empty()) return;
    Error error(ErrorCode::failed, message, "nothing was changed; fold fewer migrations: name an older version");
    for (std::size_t i = 0; i < std::min(differences.size(), differences_shown); ++i) {
        error = std::move(error).because(differences[i]);
    }
    throw Error(std::move(error));
}

std::string statements_of(const std::vector<schema::Script>& scripts) {
    schema::Script all;
    for (const schema::Script& script : scripts) {
        all.transactional = all.transactional && script.transactional;
        all.statements.insert(all.statements.end(), script.statements.begin(), script.statements.end());
    }
    return diff_sql({all});
}

/// A section's text, which may not be empty.
std::string section_of(std::string_view marker, const std::string& sql) {
    return fmt::format("{}\n{}", marker, sql.empty() ? "SELECT 1;\n" : sql);
}

std::string baseline_text(const Squash& squash, const schema::Diff& from_empty, const RowDump& rows,
                          sql::Dialect dialect) {
    return fmt::format("-- Folded by quarry migrate squash: {} migrations, from {} to {}.\n{}\n{}",
                       squash.folded.size(), squash.folded.front().title(), squash.folded.back().title(),
                       section_of("-- quarry:up", with_rows(dialect, statements_of(from_empty.up), rows.sql)),
                       section_of("-- quarry:down", statements_of(from_empty.down)));
}

/// The folder as it will be, in a temporary one.
MigrationList stage(const fs::path& staged, const Squash& squash, const MigrationList& migrations) {
    write_file_atomically(staged / squash.path.filename(), squash.text);
    for (const auto& list : {migrations.all(), migrations.repeatable()}) {
        for (const Migration& migration : list) {
            if (migration.part != FilePart::repeatable && migration.version <= squash.version) continue;
            const MigrationText text = migrations.read(migration);
            write_file_atomically(staged / fs::path(migration.path).filename(), text.text);
            if (!migration.down_path.empty()) {
                write_file_atomically(staged / fs::path(migration.down_path).filename(), text.down_text);
            }
        }
    }
    return MigrationList::from_folder(staged);
}

class Squasher {
public:
    Squasher(const SchemaLoader& loader, const MigrationList& migrations, Squash squash)
        : loader_(loader), migrations_(migrations), squash_(std::move(squash)), options_(loader.migrator_options) {
        options_.order = Order::strict;
        options_.single_transaction = false;
        options_.on_done = nullptr;
    }

    Squash run() {
        replay_folded();
        prove();
        return std::move(squash_);
    }

private:
    void up(Database& database, const MigrationList& migrations, const Goal& goal) {
        Migrator(database.session(), migrations, options_).up(goal);
    }

    void replay_folded() {
        const std::unique_ptr<Database> database = scratch();
        empty_ = database->read_schema(loader_.ignored_tables);
        up_or_tell(*database, {Goal::Kind::version, 0, squash_.folded.back().title()});
        folded_ = read_contents(*database, loader_.ignored_tables);
        const RowDump rows = dump_rows(*database, read_tables(*database, loader_.ignored_tables));
        squash_.rows = rows.tables;
        const schema::Diff from_empty = empty_->diff(*folded_.schema, schema::DiffOptions::without_renames());
        squash_.text = baseline_text(squash_, from_empty, rows, database->dialect());
        up_or_tell(*database, {});
        newest_ = database->read_schema(loader_.ignored_tables);
    }

    void up_or_tell(Database& database, const Goal& goal) {
        try {
            up(database, migrations_, goal);
        } catch (Error& error) {
            throw std::move(error).while_doing("cannot fold the migrations: they do not run on an empty database");
        }
    }

    /// Runs what the folder will hold, and compares.
    void prove() {
        const TemporaryDirectory folder;
        const MigrationList staged = stage(folder.path(), squash_, migrations_);
        squash_.checksum = staged.find(squash_.version)->checksum;
        const std::unique_ptr<Database> database = scratch();
        const Goal baseline{Goal::Kind::steps, 1, {}};
        try {
            up(*database, staged, baseline);
        } catch (Error& error) {
            throw std::move(error).while_doing("cannot fold the migrations: the baseline does not run");
        }
        require_same(contents_differences(folded_, read_contents(*database, loader_.ignored_tables)),
                     fmt::format("a baseline would not give the same result as {}", squash_.folded.back().path));
        Migrator(database->session(), staged, options_).down(baseline);
        require_same(schema_differences(*empty_, *database->read_schema(loader_.ignored_tables)),
                     "the baseline's down section would not leave an empty database");
        up(*database, staged, {});
        require_same(schema_differences(*newest_, *database->read_schema(loader_.ignored_tables)),
                     "after a baseline, the newer migrations would not give the same schema");
    }

    [[nodiscard]] std::unique_ptr<Database> scratch() const {
        std::unique_ptr<Database> database = loader_.scratch();
        trust_schema(*database);
        return database;
    }

    const SchemaLoader& loader_;
    const MigrationList& migrations_;
    Squash squash_;
    MigratorOptions options_;
    std::unique_ptr<schema::Schema> empty_, newest_;
    Contents folded_;
};

void require_absent(const fs::path& path, const char* hint) {
    std::error_code ignored;
    if (!fs::exists(fs::symlink_status(path, ignored))) return;
    throw Error(ErrorCode::failed, fmt::format("{} is there already", path.string()), hint);
}

void move_file(const fs::path& from, const fs::path& to) {
    std::error_code error;
    fs::rename(from, to, error);
    if (!error) return;
    throw Error(ErrorCode::failed, fmt::format("cannot move {} to {}", from.string(), to.string()),
                "check that you may write to the folder")
        .because(error.message());
}

/// What is in a folder, before anything in it is moved; nothing where there is no such folder.
std::vector<fs::path> files_in(const fs::path& folder) {
    std::vector<fs::path> files;
    std::error_code ignored;
    for (const fs::directory_entry& file : fs::directory_iterator(folder, ignored)) files.push_back(file.path());
    return files;
}

/// Where the files go that a baseline of this version folds.
fs::path archive_of(const fs::path& folder, std::string_view version) {
    return folder / fmt::format("squashed-{}", version);
}

/// The archive of a squash that did not come to its end, by the name of its baseline in the making; nothing for other
/// files.
std::optional<fs::path> unfinished_archive(const fs::path& baseline) {
    const std::string name = baseline.filename().string();
    if (!name.starts_with('.') || !name.ends_with(std::string(".sql") + unfinished)) return std::nullopt;
    const fs::path archive = archive_of(baseline.parent_path(), name.substr(1, name.find('_') - 1));
    std::error_code ignored;
    if (!fs::is_directory(fs::symlink_status(archive, ignored))) return std::nullopt;
    return archive;
}

}  // namespace

std::size_t restore_interrupted_squash(const fs::path& folder) {
    std::size_t restored = 0;
    for (const fs::path& file : files_in(folder)) {
        const std::optional<fs::path> archive = unfinished_archive(file);
        if (!archive) continue;
        for (const fs::path& moved : files_in(*archive)) {
            const fs::path back = folder / moved.filename();
            std::error_code ignored;
            if (fs::exists(fs::symlink_status(back, ignored))) continue;
            move_file(moved, back);
            ++restored;
        }
        std::error_code ignored;
        fs::remove(*archive, ignored);  // Only when it is empty.
        fs::remove(file, ignored);
    }
    return restored;
}

Squash begin_squash(const MigrationList& migrations, const fs::path& folder, const std::string& place,
                    const std::string& name) {
    Squash squash;
    const std::vector<MigrationStatus> all = compare(migrations, std::span<const LedgerEntry>());
    if (!all.empty()) squash.version = place == "head" ? all.back().version : find_version(all, place).version;
    for (const Migration& migration : migrations.all()) {
        if (migration.version <= squash.version) squash.folded.push_back(migration);
    }
    if (squash.folded.size() < 2) {
        throw Error(ErrorCode::usage,
                    squash.folded.empty()
                        ? fmt::format("there are no migrations in {}", folder.string())
                        : fmt::format("{} is the only migration up to that version", squash.folded.front().path),
                    "two or more are needed: name the newest one to be folded, or head for all of them");
    }
    squash.version_text = squash.folded.back().version_text;
    squash.name = name;
    const std::string file_name = fmt::format("{}_{}.sql", squash.version_text, name);
    if (const FileName parsed = parse_file_name(file_name, file_name); parsed.name != name) {
        throw Error(ErrorCode::usage, fmt::format("\"{}\" is not a name for a baseline", name),
                    "use letters, digits and underscores, such as baseline");
    }
    squash.path = folder / file_name;
    squash.archive = archive_of(folder, squash.version_text);
    require_absent(squash.archive, archive_hint);
    return squash;
}

Squash prove_squash(const SchemaLoader& loader, const MigrationList& migrations, Squash squash) {
    return Squasher(loader, migrations, std::move(squash)).run();
}

SquashedFiles::SquashedFiles(const Squash& squash) : squash_(squash) {
    require_absent(squash_.archive, archive_hint);
    try {
        replace();
    } catch (...) {
        put_back();
        throw;
    }
}

SquashedFiles::~SquashedFiles() {
    if (!kept_) put_back();
}

void SquashedFiles::replace() {
    // Hidden, which readers of the folder pass over: on disk before anything is moved, and there as long as something
    // is moved (restore_interrupted_squash).
    const fs::path beside = squash_.path.parent_path() / ("." + squash_.path.filename().string() + unfinished);
    write_file_atomically(beside, squash_.text);
    moved_.emplace_back(beside, fs::path());
    std::error_code error;
    fs::create_directory(squash_.archive, error);
    if (error) {
        throw Error(ErrorCode::failed, fmt::format("cannot make the folder {}", squash_.archive.string()))
            .because(error.message());
    }
    for (const Migration& migration : squash_.folded) {
        for (const std::string& path : {migration.path, migration.down_path}) {
            if (path.empty()) continue;
            const fs::path to = squash_.archive / fs::path(path).filename();
            move_file(path, to);
            moved_.emplace_back(path, to);
        }
    }
    require_absent(squash_.path, "give the baseline another name: --name NAME");
    move_file(beside, squash_.path);
    written_ = true;
}

void SquashedFiles::put_back() noexcept {
    std::error_code ignored;
    if (written_) fs::remove(squash_.path, ignored);
    while (!moved_.empty()) {
        const auto& [from, to] = moved_.back();
        if (to.empty()) {
            fs::remove(from, ignored);
        } else {
            fs::rename(to, from, ignored);
        }
        moved_.pop_back();
    }
    fs::remove(squash_.archive, ignored);  // Only when it is empty.
}

}  // namespace quarry::migrate
