#include "core/migrate/import_folder.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <map>
#include <system_error>

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/base/text.h"
#include "core/migrate/import_names.h"

namespace quarry::migrate {
namespace {

constexpr std::string_view up_ending = ".up.sql";
constexpr std::string_view down_ending = ".down.sql";
constexpr std::string_view sql_ending = ".sql";

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

/// The version in "V1_2__name.sql", Flyway's; nothing for any other name. `kind` is its first letter.
std::optional<std::string> flyway_version(std::string_view name, char kind) {
    const std::size_t end = name.find("__");
    if (!name.starts_with(kind) || end == std::string_view::npos || !is_sql(name)) return std::nullopt;
    std::string version(name.substr(1, end - 1));
    std::replace(version.begin(), version.end(), '_', '.');
    for (const std::string_view number : split(version, '.')) {
        if (!all_digits(number)) return std::nullopt;
    }
    return version;
}

/// The tool that one file speaks for, and nothing for a file that no tool would take.
std::optional<ForeignTool> tool_of(const std::filesystem::path& folder, const std::string& name) {
    if (name == "sqitch.plan") return ForeignTool::sqitch;
    if (name.ends_with(".py") && is_alembic_revision(read_foreign_text(folder / name))) return ForeignTool::alembic;
    if (flyway_version(name, 'V')) return ForeignTool::flyway;
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

bool ends_with_folded(std::string_view name, std::string_view ending) { return ascii_lower(name).ends_with(ending); }

/// goose runs Go code too.
bool is_go_migration(std::string_view name) {
    return name.ends_with(".go") && !name.ends_with("_test.go") && !leading_digits(name).empty();
}

bool comes_before(const ForeignFile& a, const ForeignFile& b) { return version_before(a.version, b.version); }

/// Takes the files of one folder together.
class FolderReader {
public:
    FolderReader(const ImportSource& source, ForeignTool tool)
        : source_(source), tool_(tool), names_(foreign_files(source.folder)) {
        require_named_files(source, names_);
    }

    ForeignFiles read() {
        for (const std::string& name : names_) {
            if (tool_ == ForeignTool::golang_migrate) {
                take_half(name);
            } else if (tool_ == ForeignTool::flyway) {
                take_flyway(name);
            } else if (tool_ == ForeignTool::django) {
                take_django(name);
            } else {
                take(name);
            }
        }
        for (std::size_t i = 0; i < found_.files.size(); ++i) ups_.emplace(found_.files[i].id, i);
        for (ForeignFile& down : downs_) add_down(std::move(down));
        std::stable_sort(found_.files.begin(), found_.files.end(), comes_before);
        for (const ForeignFile& file : found_.files) note_missing(file);
        found_.files.insert(found_.files.end(), repeatable_.begin(), repeatable_.end());
        return std::move(found_);
    }

private:
    [[nodiscard]] bool leaves_out(const std::string& name) const {
        return std::find(source_.left_out.begin(), source_.left_out.end(), name) != source_.left_out.end();
    }

    /// A file called `rest` besides its version.
    [[nodiscard]] ForeignFile file_of(const std::string& name, std::string version, std::string_view rest) const {
        ForeignFile file{canonical_version(version),
                         std::move(version),
                         importable_name(rest),
                         (source_.folder / name).string(),
                         {}};
        const auto given = std::find_if(source_.replacements.begin(), source_.replacements.end(),
                                        [&](const ImportReplacement& one) { return one.name == name; });
        if (given == source_.replacements.end()) return file;
        file.path = given->sql.string();
        file.replaced = true;
        return file;
    }

    /// A file whose name begins with its version, and ends in `ending`.
    [[nodiscard]] ForeignFile file_of(const std::string& name, std::string_view ending) const {
        const std::string_view version = leading_digits(name);
        std::string_view rest = std::string_view(name).substr(version.size());
        rest.remove_suffix(ending.size());
        return file_of(name, std::string(version), rest);
    }

    /// A file that holds both directions.
    void take(const std::string& name) {
        const bool code = tool_ == ForeignTool::goose && is_go_migration(name);
        if (!is_sql(name) && !code) return;
        if (leading_digits(name).empty()) {
            found_.left_out.push_back(name);
        } else if (leaves_out(name)) {
            found_.passed_over.push_back(canonical_version(leading_digits(name)));
        } else {
            ForeignFile file = file_of(name, code ? ".go" : ".sql");
            file.is_code = code && !file.replaced;
            found_.files.push_back(std::move(file));
        }
    }

    /// One half of a pair of golang-migrate's.
    void take_half(const std::string& name) {
        if (!is_sql(name)) return;
        const bool up = ends_with_folded(name, up_ending);
        if (leading_digits(name).empty() || (!up && !ends_with_folded(name, down_ending))) {
            found_.left_out.push_back(name);
        } else if (!leaves_out(name)) {
            (up ? found_.files : downs_).push_back(file_of(name, up ? up_ending : down_ending));
        } else if (up) {
            found_.passed_over.push_back(canonical_version(leading_digits(name)));
        }
    }

    /// V1_2__name.sql, U1_2__name.sql for its way back, R__name.sql
    void take_flyway(const std::string& name) {
        if (!is_sql(name)) return;
        const auto version = flyway_version(name, 'V'), undone = flyway_version(name, 'U');
        const bool repeatable = name.starts_with("R__");
        if (!version && !undone && !repeatable) {
            found_.left_out.push_back(name);
        } else if (leaves_out(name)) {
            if (version) found_.passed_over.push_back(canonical_version(*version));
        } else {
            std::string_view rest = std::string_view(name).substr(name.find("__"));
            rest.remove_suffix(sql_ending.size());
            ForeignFile file = file_of(name, version ? *version : undone.value_or(""), rest);
            file.repeatable = repeatable;
            (repeatable ? repeatable_ : version ? found_.files : downs_).push_back(std::move(file));
        }
    }

    /// What sqlmigrate printed, in files that are numbered in the order of showmigrations --plan: 003_auth.0001_x.sql,
    /// and 003_auth.0001_x.down.sql for what it prints with --backwards.
    void take_django(const std::string& name) {
        if (!is_sql(name)) return;
        const bool down = ends_with_folded(name, down_ending);
        const std::size_t digits = leading_digits(name).size();
        std::string_view rest = std::string_view(name).substr(digits);
        rest.remove_suffix(down ? down_ending.size() : sql_ending.size());
        rest.remove_prefix(std::min(rest.find_first_not_of("_-"), rest.size()));
        if (digits == 0 || rest.find('.') == std::string_view::npos) {
            found_.left_out.push_back(name);
        } else if (leaves_out(name)) {
            if (!down) found_.passed_over.emplace_back(rest);
        } else {
            ForeignFile file = file_of(name, name.substr(0, digits), rest);
            file.id = rest;
            (down ? downs_ : found_.files).push_back(std::move(file));
        }
    }

    /// The tool pairs by version; of several files with one version those of one name belong together.
    void add_down(ForeignFile down) {
        const auto [first, last] = ups_.equal_range(down.id);
        ForeignFile* best = nullptr;
        for (auto at = first; at != last; ++at) {
            ForeignFile& up = found_.files[at->second];
            if (!up.down_path.empty()) continue;
            const bool same_name = up.name == down.name && up.version == down.version;
            if (best == nullptr || same_name) best = &up;
            if (same_name) break;
        }
        if (best != nullptr) {
            best->down_path = std::move(down.path);
            return;
        }
        const auto& gone = found_.passed_over;
        if (std::find(gone.begin(), gone.end(), down.id) != gone.end()) return;
        down.down_path = std::move(down.path);
        down.path.clear();
        found_.files.push_back(std::move(down));
    }

    void note_missing(const ForeignFile& file) {
        if (file.is_code) {
            found_.obstacles.push_back({file.path, 0, 0, "this migration is in Go, and quarry runs SQL",
                                        fmt::format("write what it does as SQL, and give that: --replace {0}=FILE.sql; "
                                                    "or leave it out: --leave-out {0}",
                                                    std::filesystem::path(file.path).filename().string())});
        } else if (file.path.empty()) {
            found_.obstacles.push_back({file.down_path, 0, 0, "there is no up file with its version",
                                        "its up section then does nothing", true, source_.apply_safe});
        }
    }

    const ImportSource& source_;
    ForeignTool tool_;
    std::vector<std::string> names_;
    std::vector<ForeignFile> downs_;
    std::multimap<std::string, std::size_t> ups_;  ///< Places in the files by their ids.
    std::vector<ForeignFile> repeatable_;
    ForeignFiles found_;
};

}  // namespace

std::vector<std::string> foreign_files(const std::filesystem::path& folder) {
    std::error_code error;
    std::vector<std::string> names = file_names(folder, error);
    if (error) throw unreadable(folder, error);
    return names;
}

void require_named_files(const ImportSource& source, const std::vector<std::string>& names) {
    const auto require = [&](const std::string& name, std::string_view option) {
        if (std::binary_search(names.begin(), names.end(), name)) return;
        throw Error(ErrorCode::usage, fmt::format("{} {}: {} has no such file", option, name, source.folder.string()),
                    "give a file's name as it is in the folder, without a path");
    };
    for (const std::string& name : source.left_out) require(name, "--leave-out");
    for (const ImportReplacement& one : source.replacements) require(one.name, "--replace");
}

bool has_sections(std::string_view text) { return markers_of(text) != Markers::none; }

bool has_own_sections(std::string_view text) { return markers_of(text) == Markers::quarry; }

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
                        "choose one with --tool, or move the others elsewhere")
                .because(fmt::format("{} is written for {}, {} for {}", first, foreign_tool_name(*tool), name,
                                     foreign_tool_name(*one)));
        }
        if (!tool) first = name;
        tool = one;
    }
    if (tool) return *tool;
    throw Error(ErrorCode::failed, fmt::format("{} has no migrations of a tool that quarry knows", folder.string()),
                "dbmate's have lines \"-- migrate:up\", goose's \"-- +goose Up\", golang-migrate's are called "
                "VERSION_name.up.sql, Flyway's V1__name.sql, Alembic's are Python files, sqitch has a sqitch.plan; "
                "--tool names the tool");
}

ForeignFiles list_foreign_files(const ImportSource& source, ForeignTool tool) {
    return FolderReader(source, tool).read();
}

ImportObstacle obstacle_of(const Error& error, const std::string& file) {
    ImportObstacle obstacle{file, 0, 0, error.message(), error.hint()};
    obstacle.code = error.code();
    if (obstacle.remedy.empty())
        obstacle.remedy = "give another file in its place: --replace; or leave it out: --leave-out";
    for (const std::string& cause : error.causes()) obstacle.what += ": " + cause;
    std::string_view rest = obstacle.what;
    if (file.empty() || !rest.starts_with(file + ":")) return obstacle;
    rest.remove_prefix(file.size() + 1);
    const auto number = [&rest](std::size_t& value) {
        const auto [end, failure] = std::from_chars(rest.data(), rest.data() + rest.size(), value);
        if (failure != std::errc() || end == rest.data() + rest.size() || *end != ':') return false;
        rest.remove_prefix(static_cast<std::size_t>(end - rest.data()) + 1);
        return true;
    };
    if (number(obstacle.line)) (void)number(obstacle.column);
    obstacle.what = std::string(trim(rest));
    return obstacle;
}

std::string ImportObstacle::place() const { return line == 0 ? file : fmt::format("{}:{}:{}", file, line, column); }

ErrorCode exit_code_of(const std::vector<ImportObstacle>& obstacles) noexcept {
    std::optional<ErrorCode> code;
    for (const ImportObstacle& one : obstacles) {
        if (one.applied) continue;
        if (code && *code != one.code) return ErrorCode::failed;
        code = one.code;
    }
    return code.value_or(ErrorCode::failed);
}

std::size_t count_open(const std::vector<ImportObstacle>& obstacles) noexcept {
    return static_cast<std::size_t>(
        std::count_if(obstacles.begin(), obstacles.end(), [](const auto& one) { return !one.applied; }));
}

}  // namespace quarry::migrate
