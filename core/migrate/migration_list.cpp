#include "core/migrate/migration_list.h"

#include <fmt/format.h>

#include <algorithm>
#include <system_error>

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/base/hash.h"
#include "core/base/text.h"

namespace quarry::migrate {
namespace {

std::string read_normalised(const std::filesystem::path& path) {
    try {
        return normalised_text(read_file(path, MigrationList::max_file_bytes));
    } catch (Error& error) {
        if (!error.hint().empty() || !stat_file(path)) throw;
        throw Error(error.code(), error.message(), "split it, or load large data in another way")
            .because(error.causes().empty() ? std::string("it could not be read") : error.causes().front());
    }
}

Error folder_error(const std::filesystem::path& folder, const std::error_code& cause) {
    const bool missing = cause == std::errc::no_such_file_or_directory;
    return Error(ErrorCode::failed, fmt::format("cannot read the migrations in {}", folder.string()),
                 missing ? "check the path; `quarry migrate new create_users_table` makes it with its first migration"
                         : "check that it is a folder that you may read")
        .because(cause.message());
}

/// 00002_roles.go beside 00001_users.sql is a migration, too: to run the others without it leaves a gap.
void require_no_program(const std::filesystem::path& folder, const std::string& name) {
    const std::size_t digits = name.find_first_not_of("0123456789");
    const bool numbered = digits != 0 && digits != std::string::npos && name[digits] == '_';
    const bool program = name.ends_with(".go") || name.ends_with(".py");
    if (!numbered || !program || name.ends_with("_test.go")) return;
    throw Error(
        ErrorCode::failed,
        fmt::format("{} is a migration that is not SQL: quarry cannot run it", (folder / name).string()),
        fmt::format("import the folder with SQL in its place, --replace {}=FILE.sql, or without it, --leave-out "
                    "{}: quarry migrate import --from-dir {}",
                    name, name, shell_quoted(folder.string())));
}

std::vector<std::string> sql_files(const std::filesystem::path& folder) {
    std::error_code error;
    std::vector<std::string> names = file_names(folder, error);
    if (error) throw folder_error(folder, error);
    for (const std::string& name : names) require_no_program(folder, name);
    std::erase_if(names, [](const std::string& name) { return !ascii_lower(name).ends_with(".sql"); });
    return names;
}

MigrationText::Kind kind_of(FilePart part) {
    if (part == FilePart::up) return MigrationText::Kind::pair;
    return part == FilePart::repeatable ? MigrationText::Kind::repeatable : MigrationText::Kind::sections;
}

std::string checksum_of(const MigrationText& text) {
    return sha256(text.down_text.empty() ? text.text : text.text + text.down_text);
}

/// "0001_users.down.sql" for "0001_users.up.sql" and the reverse; empty for a file that is whole.
std::string other_half(std::string_view name, FilePart part) {
    constexpr std::string_view up = ".up.sql", down = ".down.sql";
    if (part == FilePart::up) return std::string(name.substr(0, name.size() - up.size())) + std::string(down);
    if (part == FilePart::down) return std::string(name.substr(0, name.size() - down.size())) + std::string(up);
    return {};
}

}  // namespace

std::string normalised_text(std::string text) {
    if (text.starts_with("\xEF\xBB\xBF")) text.erase(0, 3);
    if (text.find('\r') == std::string::npos) return text;
    std::size_t out = 0;
    for (std::size_t in = 0; in < text.size(); ++in) {
        if (text[in] == '\r' && in + 1 < text.size() && text[in + 1] == '\n') continue;
        text[out++] = text[in];
    }
    text.resize(out);
    return text;
}

MigrationList MigrationList::from_folder(const std::filesystem::path& folder) {
    MigrationList list;
    const std::vector<std::string> names = sql_files(folder);
    for (const std::string& name : names) {
        const std::filesystem::path path = folder / name;
        const FileName file_name = parse_file_name(name, path.string());
        const std::string beside = other_half(name, file_name.part);
        const bool paired = std::binary_search(names.begin(), names.end(), beside);
        if (file_name.part == FilePart::down) {
            if (paired) continue;
            throw Error(ErrorCode::failed, fmt::format("{} has no {} beside it", path.string(), beside),
                        "write the file that makes the change, or delete the one that undoes it");
        }
        MigrationText text{path.string(), read_normalised(path), std::nullopt, {}, kind_of(file_name.part)};
        if (paired) {
            text.down_path = (folder / beside).string();
            text.down_text = read_normalised(folder / beside);
        }
        list.add(file_name, std::move(text));
    }
    list.sort_and_check();
    return list;
}

MigrationList MigrationList::from_memory(std::span<const EmbeddedMigration> migrations) {
    MigrationList list;
    list.embedded_ = true;
    list.contents_.assign(migrations.begin(), migrations.end());
    for (const EmbeddedMigration& migration : migrations) {
        list.add(parse_file_name(migration.file_name, migration.file_name),
                 {std::string(migration.file_name),
                  normalised_text(std::string(migration.content)),
                  std::nullopt,
                  {},
                  MigrationText::Kind::sections});
    }
    list.sort_and_check();
    return list;
}

void MigrationList::add(const FileName& file_name, MigrationText text) {
    Migration migration{file_name.version,           file_name.version_text, file_name.name, text.path,
                        text.down_path.value_or(""), checksum_of(text),      file_name.part, nullptr};
    kept_bytes_ += text.text.size() + text.down_text.size();
    if (kept_bytes_ <= max_kept_bytes) migration.text = std::make_shared<const MigrationText>(std::move(text));
    if (file_name.part == FilePart::repeatable) {
        repeatable_.push_back(std::move(migration));
        return;
    }
    if (style_ && *style_ != file_name.style) {
        throw Error(
            ErrorCode::migration_order,
            fmt::format("numbers and timestamps are mixed: {} and {}", migrations_.front().path, migration.path),
            "rename the files so that all versions are of one kind");
    }
    style_ = file_name.style;
    migrations_.push_back(std::move(migration));
}

void MigrationList::sort_and_check() {
    const auto by_version = [](const Migration& a, const Migration& b) { return a.version < b.version; };
    std::stable_sort(migrations_.begin(), migrations_.end(), by_version);
    const auto same = std::adjacent_find(migrations_.begin(), migrations_.end(),
                                         [](const auto& a, const auto& b) { return a.version == b.version; });
    if (same != migrations_.end()) {
        throw Error(ErrorCode::migration_order,
                    fmt::format("two migrations have the version {}: {} and {}", same->version_text, same->path,
                                std::next(same)->path),
                    "give the one that no database has applied yet a newer version");
    }
    const auto twin = std::adjacent_find(repeatable_.begin(), repeatable_.end(),
                                         [](const auto& a, const auto& b) { return a.name == b.name; });
    if (twin != repeatable_.end()) {
        throw Error(
            ErrorCode::migration_order,
            fmt::format("two repeatable migrations have one name: {} and {}", twin->path, std::next(twin)->path),
            "rename one of them");
    }
}

const Migration* MigrationList::find(std::int64_t version) const noexcept {
    const auto at = std::lower_bound(migrations_.begin(), migrations_.end(), version,
                                     [](const Migration& m, std::int64_t v) { return m.version < v; });
    return at != migrations_.end() && at->version == version ? &*at : nullptr;
}

MigrationList MigrationList::filtered(const std::function<bool(const Migration&)>& keep) const {
    MigrationList list = *this;
    const auto drop = [&](const Migration& migration) { return !keep(migration); };
    std::erase_if(list.migrations_, drop);
    std::erase_if(list.repeatable_, drop);
    return list;
}

MigrationText MigrationList::read(const Migration& migration) const {
    if (migration.text) return *migration.text;
    MigrationText read{migration.path, {}, std::nullopt, {}, kind_of(migration.part)};
    if (embedded_) {
        const auto at = std::find_if(contents_.begin(), contents_.end(),
                                     [&](const auto& content) { return content.file_name == migration.path; });
        read.text = normalised_text(std::string(at->content));
    } else {
        read.text = read_normalised(migration.path);
    }
    if (!migration.down_path.empty()) {
        read.down_path = migration.down_path;
        read.down_text = read_normalised(migration.down_path);
    }
    if (checksum_of(read) != migration.checksum) {
        throw Error(ErrorCode::migration_edited, fmt::format("{} was changed while it was in use", migration.path),
                    "run the command again");
    }
    return read;
}

}  // namespace quarry::migrate
