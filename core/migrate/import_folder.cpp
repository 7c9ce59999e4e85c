#include "core/migrate/import_folder.h"

#include <fmt/format.h>

#include <algorithm>
#include <system_error>

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/base/text.h"
#include "core/migrate/import_names.h"

namespace quarry::migrate {
namespace {

constexpr std::string_view up_ending = ".up.sql";
constexpr std::string_view down_ending = ".down.sql";

bool is_sql(std::string_view name) { return ascii_lower(name).ends_with(".sql"); }

std::string_view leading_digits(std::string_view name) {
    return name.substr(0, std::min(name.find_first_not_of("0123456789"), name.size()));
}

/// Whose section marker a file's lines have first; "quarry" is told apart.
enum class Markers { none, quarry, dbmate, goose };

Markers markers_of(std::string_view text) {
    for (std::string_view line : split(text, '\n')) {
        line = trim(line);
        if (!line.starts_with("--")) continue;
        const std::string comment = ascii_lower(trim(line.substr(2)));
        if (comment.starts_with("quarry:up")) return Markers::quarry;
        if (comment.starts_with("migrate:up")) return Markers::dbmate;
        if (comment.starts_with("+goose up")) return Markers::goose;
    }
    return Markers::none;
}

bool is_alembic_revision(std::string_view text) {
    return text.find("down_revision") != std::string_view::npos && text.find("revision") != std::string_view::npos;
}

/// The tool that one file speaks for, and nothing for a file that no tool would take.
std::optional<ForeignTool> tool_of(const std::filesystem::path& folder, const std::string& name) {
    if (name.ends_with(".py") && is_alembic_revision(read_foreign_text(folder / name))) return ForeignTool::alembic;
    if (!is_sql(name) || leading_digits(name).empty()) return std::nullopt;
    switch (markers_of(read_foreign_text(folder / name))) {
        case Markers::dbmate: return ForeignTool::dbmate;
        case Markers::goose: return ForeignTool::goose;
        case Markers::quarry: return std::nullopt;
        case Markers::none: break;
    }
    if (name.ends_with(up_ending) || name.ends_with(down_ending)) return ForeignTool::golang_migrate;
    return std::nullopt;
}

Error unreadable(const std::filesystem::path& folder, const std::error_code& cause) {
    return Error(ErrorCode::failed, fmt::format("cannot read the folder {}", folder.string()),
                 "--from-dir names the folder with the other tool's migrations")
        .because(cause.message());
}

/// goose runs Go code too.
void require_no_code(const std::filesystem::path& folder, const std::vector<std::string>& names) {
    for (const std::string& name : names) {
        if (!name.ends_with(".go") || name.ends_with("_test.go") || leading_digits(name).empty()) continue;
        throw Error(ErrorCode::failed, fmt::format("{} is a migration in Go", (folder / name).string()),
                    "quarry runs SQL: write what it does as SQL into a file of the same version in this folder, and "
                    "move the Go file elsewhere");
    }
}

ForeignFile take_apart(const std::filesystem::path& folder, const std::string& name, std::string_view ending) {
    const std::string_view version = leading_digits(name);
    std::string_view rest = std::string_view(name).substr(version.size());
    rest.remove_suffix(ending.size());
    return {std::string(version), importable_name(rest), (folder / name).string(), {}};
}

void require_up_files(const std::filesystem::path& folder, const std::vector<std::string>& names) {
    for (const std::string& name : names) {
        if (!name.ends_with(down_ending) || leading_digits(name).empty()) continue;
        const std::string up = name.substr(0, name.size() - down_ending.size()) + std::string(up_ending);
        if (std::binary_search(names.begin(), names.end(), up)) continue;
        throw Error(ErrorCode::failed, fmt::format("{} has no {} beside it", (folder / name).string(), up),
                    "write the file that makes the change, or delete the one that undoes it");
    }
}

void add_pair(const std::filesystem::path& folder, const std::vector<std::string>& names, const std::string& name,
              ForeignFiles& found) {
    ForeignFile file = take_apart(folder, name, up_ending);
    const std::string down = name.substr(0, name.size() - up_ending.size()) + std::string(down_ending);
    if (std::binary_search(names.begin(), names.end(), down)) file.down_path = (folder / down).string();
    found.files.push_back(std::move(file));
}

bool comes_before(const ForeignFile& a, const ForeignFile& b) {
    const std::string left = canonical_version(a.version), right = canonical_version(b.version);
    return left != right && version_at_most(left, right);
}

}  // namespace

std::vector<std::string> foreign_files(const std::filesystem::path& folder) {
    std::error_code error;
    std::vector<std::string> names = file_names(folder, error);
    if (error) throw unreadable(folder, error);
    return names;
}

std::string read_foreign_text(const std::filesystem::path& path) {
    // A link could name any file that this user may read, for a stranger to see in the next commit.
    return normalised_text(read_file_below(path.has_parent_path() ? path.parent_path() : std::filesystem::path("."),
                                           path.filename().string(), MigrationList::max_file_bytes));
}

ForeignTool recognise_tool(const std::filesystem::path& folder) {
    std::optional<ForeignTool> tool;
    std::string first;
    for (const std::string& name : foreign_files(folder)) {
        const auto one = tool_of(folder, name);
        if (!one) continue;
        if (tool && *tool != *one) {
            throw Error(ErrorCode::failed, fmt::format("{} holds migrations of two tools", folder.string()),
                        "say with --tool which one's are to be taken over, or move the others elsewhere")
                .because(fmt::format("{} is written for {}, {} for {}", first, foreign_tool_name(*tool), name,
                                     foreign_tool_name(*one)));
        }
        if (!tool) first = name;
        tool = one;
    }
    if (tool) return *tool;
    throw Error(ErrorCode::failed, fmt::format("{} holds no migrations of a tool that quarry knows", folder.string()),
                "dbmate's have lines \"-- migrate:up\", goose's \"-- +goose Up\", golang-migrate's are called "
                "VERSION_name.up.sql, Alembic's are Python files; --tool says whose they are");
}

ForeignFiles list_foreign_files(const std::filesystem::path& folder, ForeignTool tool) {
    const std::vector<std::string> names = foreign_files(folder);
    const bool pairs = tool == ForeignTool::golang_migrate;
    if (tool == ForeignTool::goose) require_no_code(folder, names);
    if (pairs) require_up_files(folder, names);
    ForeignFiles found;
    for (const std::string& name : names) {
        if (!is_sql(name)) continue;
        if (leading_digits(name).empty() || (pairs && !name.ends_with(up_ending) && !name.ends_with(down_ending))) {
            found.left_out.push_back(name);
        } else if (!pairs) {
            found.files.push_back(take_apart(folder, name, ".sql"));
        } else if (name.ends_with(up_ending)) {
            add_pair(folder, names, name, found);
        }
    }
    std::stable_sort(found.files.begin(), found.files.end(), comes_before);
    const auto same = std::adjacent_find(found.files.begin(), found.files.end(), [](const auto& a, const auto& b) {
        return canonical_version(a.version) == canonical_version(b.version);
    });
    if (same != found.files.end()) {
        throw Error(ErrorCode::migration_order,
                    fmt::format("two migrations have the version {}: {} and {}", same->version, same->path,
                                std::next(same)->path),
                    "give the one that no database has applied yet a version of its own, above all others");
    }
    return found;
}

}  // namespace quarry::migrate
