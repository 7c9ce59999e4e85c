#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/migrate/import.h"

namespace quarry::migrate {

/// A file or pair of files of another tool's.
struct ForeignFile {
    std::string id;       ///< What the tool's ledger calls it.
    std::string version;  ///< Its digits, as written.
    std::string name;     ///< What follows them, without "_".
    std::string path;     ///< Empty when only the down file of a pair is there.
    std::string down_path;  ///< Of a pair; may be empty.
    bool replaced = false;  ///< `path` is what the user gives in its place.
    bool is_code = false;   ///< It is no SQL, and nothing is given in its place.
    std::vector<std::string> parents{};  ///< As ForeignVersion has them.
    std::string preface{};               ///< Comments to stand above what is in it.
    bool repeatable = false;  ///< It has no version, and runs after all others whenever it has changed.
};

/// What a folder of SQL migrations holds, in order of version.
struct ForeignFiles {
    std::vector<ForeignFile> files;
    std::vector<std::string> left_out;
    std::vector<std::string> passed_over;  ///< Versions that the user leaves out.
    std::vector<ImportObstacle> obstacles;
};

/// Whose files a folder holds, by their names and markers. Throws Error(failed) when nobody's, or several tools'.
[[nodiscard]] ForeignTool recognise_tool(const std::filesystem::path& folder);

/// The files of a tool that has SQL in them; pairs are those of one version, whatever their names. Throws Error:
/// failed (the folder cannot be read), usage (a file to be replaced or left out is not there).
[[nodiscard]] ForeignFiles list_foreign_files(const ImportSource& source, ForeignTool tool);

/// The names of a folder's files in order. Throws Error(failed).
[[nodiscard]] std::vector<std::string> foreign_files(const std::filesystem::path& folder);

/// Throws Error(usage) when a file that the user wants replaced or left out is none of `names`, which are sorted.
void require_named_files(const ImportSource& source, const std::vector<std::string>& names);

/// Whether a text has section markers of any tool, or quarry's.
[[nodiscard]] bool has_sections(std::string_view text);
[[nodiscard]] bool has_own_sections(std::string_view text);

/// A file's text: no byte order mark, lines ended by LF.
[[nodiscard]] std::string read_foreign_text(const std::filesystem::path& path);

}  // namespace quarry::migrate
