#include "core/migrate/new_migration.h"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>
#include <system_error>

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/migrate/scaffold.h"

namespace quarry::migrate {
namespace {

struct CloseFile {
    void operator()(std::FILE* file) const noexcept { std::fclose(file); }
};

Error write_error(const std::filesystem::path& path, int error_number) {
    return Error(ErrorCode::failed, fmt::format("cannot write {}", path.string()),
                 error_number == EEXIST ? "another process has just created it: run the command again"
                                        : file_error_hint(error_number))
        .because(std::strerror(error_number));
}

void write_new_file(const std::filesystem::path& path, std::string_view content) {
    const std::unique_ptr<std::FILE, CloseFile> file(std::fopen(path.c_str(), "wxe"));  // x: never overwrite.
    if (!file) throw write_error(path, errno);
    if (std::fwrite(content.data(), 1, content.size(), file.get()) != content.size() || std::fflush(file.get()) != 0) {
        const int error_number = errno;
        std::error_code ignored;
        std::filesystem::remove(path, ignored);
        throw write_error(path, error_number);
    }
}

}  // namespace

std::string next_version(const MigrationList& migrations, std::optional<VersionStyle> style,
                         std::chrono::system_clock::time_point now) {
    if (style && migrations.style() && *style != *migrations.style()) {
        throw Error(ErrorCode::usage,
                    fmt::format("the folder's versions are {}", *migrations.style() == VersionStyle::number
                                                                    ? "numbers, such as 0001"
                                                                    : "timestamps, such as 20261121103000"),
                    "a folder has one kind of versions: leave the option out");
    }
    const VersionStyle wanted = migrations.style().value_or(style.value_or(VersionStyle::number));
    const std::int64_t newest = migrations.all().empty() ? 0 : migrations.all().back().version;
    if (wanted == VersionStyle::number) {
        const std::size_t width = migrations.all().empty() ? 4 : migrations.all().back().version_text.size();
        return fmt::format("{:0{}}", newest + 1, width);
    }
    auto time = std::chrono::floor<std::chrono::seconds>(now);
    if (newest > 0) time = std::max(time, *parse_timestamp(newest) + std::chrono::seconds(1));
    return format_timestamp(time);
}

std::filesystem::path create_migration(const std::filesystem::path& folder, std::string_view name,
                                       std::optional<VersionStyle> style, std::chrono::system_clock::time_point now,
                                       std::string_view text) {
    std::error_code error;
    std::filesystem::create_directories(folder, error);
    if (error) {
        throw Error(ErrorCode::failed, fmt::format("cannot make the folder {}", folder.string()))
            .because(error.message());
    }
    const std::string version = next_version(MigrationList::from_folder(folder), style, now);
    std::filesystem::path path = folder / fmt::format("{}_{}.sql", version, name);
    write_new_file(path, text);
    return path;
}

std::filesystem::path create_migration(const std::filesystem::path& folder, std::string_view name,
                                       std::optional<VersionStyle> style, std::chrono::system_clock::time_point now) {
    return create_migration(folder, name, style, now, scaffold(name));
}

}  // namespace quarry::migrate
