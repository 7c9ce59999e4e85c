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

/// The text as it is hashed and run: no byte order mark, CRLF as LF.
std::string normalised(std::string text) {
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

std::string read_normalised(const std::filesystem::path& path) {
    try {
        return normalised(read_file(path, MigrationList::max_file_bytes));
    } catch (Error& error) {
        if (!error.hint().empty() || !stat_file(path)) throw;
        throw Error(error.code(), error.message(), "split it, or load large data in another way")
            .because(error.causes().empty() ? std::string("it could not be read") : error.causes().front());
    }
}

Error folder_error(const std::filesystem::path& folder, const std::error_code& cause) {
    const bool missing = cause == std::errc::no_such_file_or_directory;
    return Error(ErrorCode::failed, fmt::format("cannot read the migrations in {}", folder.string()),
                 missing ? "check the path; `quarry migrate new NAME --dir FOLDER` makes a folder with its first "
                           "migration"
                         : "check that it is a folder that you may read")
        .because(cause.message());
}

std::vector<std::string> sql_files(const std::filesystem::path& folder) {
    std::error_code error;
    std::filesystem::directory_iterator entries(folder, error);
    if (error) throw folder_error(folder, error);
    std::vector<std::string> names;
    for (; entries != std::filesystem::directory_iterator(); entries.increment(error)) {
        if (error) throw folder_error(folder, error);
        std::string name = entries->path().filename().string();
        if (name.starts_with('.') || !ascii_lower(name).ends_with(".sql")) continue;
        if (!entries->is_directory(error)) names.push_back(std::move(name));
    }
    std::sort(names.begin(), names.end());
    return names;
}

}  // namespace

MigrationList MigrationList::from_folder(const std::filesystem::path& folder) {
    MigrationList list;
    for (const std::string& name : sql_files(folder)) {
        const std::filesystem::path path = folder / name;
        list.add(parse_file_name(name, path.string()), path.string(), sha256(read_normalised(path)));
    }
    list.sort_and_check();
    return list;
}

MigrationList MigrationList::from_memory(std::span<const EmbeddedMigration> migrations) {
    MigrationList list;
    list.embedded_ = true;
    list.contents_.assign(migrations.begin(), migrations.end());
    for (const EmbeddedMigration& migration : migrations) {
        list.add(parse_file_name(migration.file_name, migration.file_name), std::string(migration.file_name),
                 sha256(normalised(std::string(migration.content))));
    }
    list.sort_and_check();
    return list;
}

void MigrationList::add(const FileName& file_name, std::string path, std::string checksum) {
    if (style_ && *style_ != file_name.style) {
        throw Error(ErrorCode::migration_order,
                    fmt::format("numbers and timestamps are mixed: {} and {}", migrations_.front().path, path),
                    "rename the files so that all versions are of one kind");
    }
    style_ = file_name.style;
    migrations_.push_back(
        {file_name.version, file_name.version_text, file_name.name, std::move(path), std::move(checksum)});
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
}

const Migration* MigrationList::find(std::int64_t version) const noexcept {
    const auto at = std::lower_bound(migrations_.begin(), migrations_.end(), version,
                                     [](const Migration& m, std::int64_t v) { return m.version < v; });
    return at != migrations_.end() && at->version == version ? &*at : nullptr;
}

std::string MigrationList::read(const Migration& migration) const {
    std::string text;
    if (embedded_) {
        const auto at = std::find_if(contents_.begin(), contents_.end(),
                                     [&](const auto& content) { return content.file_name == migration.path; });
        text = normalised(std::string(at->content));
    } else {
        text = read_normalised(migration.path);
    }
    if (sha256(text) != migration.checksum) {
        throw Error(ErrorCode::migration_edited, fmt::format("{} was changed while it was in use", migration.path),
                    "run the command again");
    }
    return text;
}

}  // namespace quarry::migrate
