#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "core/migrate/import.h"

namespace quarry::migrate {

/// A file or pair of files of another tool's.
struct ForeignFile {
    std::string version;  ///< Its digits, as written.
    std::string name;     ///< What follows them, without "_".
    std::string path;
    std::string down_path;  ///< Of a pair; may be empty.
};

/// What a folder of SQL migrations holds, in order of version.
struct ForeignFiles {
    std::vector<ForeignFile> files;
    std::vector<std::string> left_out;
};

/// Whose files a folder holds, by their names and markers. Throws Error(failed) when nobody's, or several tools'.
[[nodiscard]] ForeignTool recognise_tool(const std::filesystem::path& folder);

/// The files of dbmate, goose or golang-migrate. Throws Error: failed (the folder cannot be read, a migration that is
/// Go code, a down file without its up file), migration_order (two files with one version).
[[nodiscard]] ForeignFiles list_foreign_files(const std::filesystem::path& folder, ForeignTool tool);

/// The names of a folder's files in order. Throws Error(failed).
[[nodiscard]] std::vector<std::string> foreign_files(const std::filesystem::path& folder);

/// A file's text: no byte order mark, lines ended by LF.
[[nodiscard]] std::string read_foreign_text(const std::filesystem::path& path);

}  // namespace quarry::migrate
