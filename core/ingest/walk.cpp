#include "core/ingest/walk.h"

#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <memory>
#include <optional>
#include <string_view>
#include <system_error>
#include <unordered_set>
#include <utility>

#include "core/base/ignore_rules.h"

namespace quarry::ingest {

namespace fs = std::filesystem;

namespace {

constexpr std::uint64_t max_ignore_file_bytes = 1'000'000;

/// Files of rules, the strongest first; the last is the repository's .git/info/exclude.
constexpr auto ignore_file_names = std::to_array<std::string_view>({".quarryignore", ".ignore", ".gitignore"});
constexpr std::size_t gitignore_kind = 2;
constexpr std::size_t exclude_kind = 3;

/// The ignore rules of one folder.
struct FolderRules {
    std::string folder;
    std::array<IgnoreRules, 4> kinds;
};

std::string join(const std::string& folder, std::string_view name) {
    return folder.ends_with('/') ? fmt::format("{}{}", folder, name) : fmt::format("{}/{}", folder, name);
}

struct CloseFolder {
    void operator()(DIR* folder) const noexcept { ::closedir(folder); }
};
using OpenFolder = std::unique_ptr<DIR, CloseFolder>;

/// Null, with errno, when it cannot be opened.
OpenFolder open_folder(const std::string& path, int flags) {
    const int descriptor = ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC | flags);
    if (descriptor < 0) return nullptr;
    DIR* const folder = ::fdopendir(descriptor);
    if (folder == nullptr) ::close(descriptor);
    return OpenFolder(folder);
}

FileStamp stamp_of(const struct stat& info) {
    return {static_cast<std::uint64_t>(info.st_size),
            static_cast<std::int64_t>(info.st_mtim.tv_sec) * 1'000'000'000 + info.st_mtim.tv_nsec};
}

class Walk {
public:
    Walk(const WalkOptions& options, const WalkVisitor& visitor, const Cancellation& cancellation, bool several)
        : options_(options), visitor_(visitor), cancellation_(cancellation), several_(several) {}

    void start(const fs::path& given) {
        const std::string path = absolute_path(given);
        struct stat info {};
        if (const std::optional<GlobPath> glob = parse_glob(given)) {
            start_glob(path, *glob);
        } else if (::stat(path.c_str(), &info) != 0) {
            fail(path, errno);
        } else if (S_ISDIR(info.st_mode)) {
            selection_ = options_.selection;
            start_folder(path);
        } else if (S_ISREG(info.st_mode)) {
            visit(path, stamp_of(info), true);
        } else {
            visitor_.failed(path, Error(ErrorCode::failed, fmt::format("cannot read {}", path))
                                      .because("it is neither a file nor a folder"));
        }
    }

private:
    void start_folder(const std::string& path) {
        rules_.clear();
        given_folder_ = path;
        add_rules_above(path);
        folder(path, 0);
    }

    void start_glob(const std::string& path, const GlobPath& glob) {
        std::error_code unknown;
        const std::uint64_t before = visits_;
        if (fs::is_directory(glob.folder, unknown)) {
            selection_ = options_.selection;
            selection_.add_glob(glob.pattern);
            start_folder(glob.folder);
        }
        if (visits_ > before) return;
        visitor_.failed(path, Error(ErrorCode::failed, fmt::format("cannot read {}", path),
                                    "** stands for any number of folders, * for any part of one name")
                                  .because("no file matches it"));
    }

    struct Entry {
        std::string name;
        unsigned char type = DT_UNKNOWN;  ///< As readdir(3) has it.
        bool passed_over = false;
        std::optional<SkipReason> skip{};
        int error = 0;  ///< Why nothing is known of it.
        FileStamp stamp{};

        [[nodiscard]] bool is_folder() const { return type == DT_DIR; }
    };

    void fail(const std::string& path, int error_number) {
        const bool denied = error_number == EACCES || error_number == EPERM;
        visitor_.failed(path, Error(ErrorCode::failed, fmt::format("cannot read {}", path),
                                    denied ? "check who owns it and its permissions (ls -ld)" : "")
                                  .because(std::strerror(error_number)));
    }

    void visit(const std::string& path, const FileStamp& stamp, bool named) {
        if (several_ && !visited_.insert(path).second) return;
        ++visits_;
        visitor_.file({path, stamp, named, named ? std::string() : given_folder_});
    }

    /// Rules above the folder that was given count up to the root of its git repository, if it is in one.
    void add_rules_above(const std::string& path) {
        std::vector<std::string> above;
        std::error_code ignored;
        for (fs::path folder = path;; folder = folder.parent_path()) {
            if (fs::exists(folder / ".git", ignored)) {
                if (folder != path) above.push_back(folder.string());
                IgnoreRules exclude = read_rules((folder / ".git/info/exclude").string());
                if (options_.gitignore && !exclude.empty()) {
                    rules_.push_back({folder.string(), {}});
                    rules_.back().kinds[exclude_kind] = std::move(exclude);
                }
                break;
            }
            if (folder == folder.parent_path()) return;
            if (folder != path) above.push_back(folder.string());
        }
        for (auto folder = above.rbegin(); folder != above.rend(); ++folder) add_rules_of(*folder);
    }

    IgnoreRules read_rules(const std::string& path) {
        if (!stat_file(path)) return {};
        try {
            return IgnoreRules::parse(read_file(path, max_ignore_file_bytes));
        } catch (const Error& error) {
            visitor_.failed(path, error);
            return {};
        }
    }

    bool add_rules_of(const std::string& folder) {
        FolderRules rules{folder, {}};
        bool any = false;
        for (std::size_t kind = 0; kind < ignore_file_names.size(); ++kind) {
            if (kind == gitignore_kind && !options_.gitignore) continue;
            rules.kinds[kind] = read_rules(join(folder, ignore_file_names[kind]));
            any |= !rules.kinds[kind].empty();
        }
        if (!any) return false;
        rules_.push_back(std::move(rules));
        return true;
    }

    static std::string_view relative_to(const std::string& folder, std::string_view path) {
        return path.substr(folder.size() + (folder.ends_with('/') ? 0 : 1));
    }

    /// Of the strongest kind of ignore file that says anything, the deepest decides.
    [[nodiscard]] bool ignored(const std::string& path, bool is_folder) const {
        for (std::size_t kind = 0; kind <= exclude_kind; ++kind) {
            for (auto rules = rules_.rbegin(); rules != rules_.rend(); ++rules) {
                if (rules->kinds[kind].empty()) continue;
                const IgnoreRules::Verdict verdict =
                    rules->kinds[kind].match(relative_to(rules->folder, path), is_folder);
                if (verdict != IgnoreRules::Verdict::none) return verdict == IgnoreRules::Verdict::ignored;
            }
        }
        return false;
    }

    /// Whether nothing is said of an entry: it is not what was asked for.
    [[nodiscard]] bool passes_over(const std::string& path, bool is_folder) const {
        if (options_.accept && !options_.accept(path, is_folder)) return true;
        return !is_folder && !selection_.in_glob(relative_to(given_folder_, path));
    }

    /// Why an entry of a folder is left out, if it is.
    [[nodiscard]] std::optional<SkipReason> reason_to_skip(const std::string& path, const Entry& entry) const {
        const bool is_folder = entry.is_folder();
        if (entry.name.starts_with('.') && (!options_.hidden || entry.name == ".git" || entry.name == ".quarry")) {
            return SkipReason::hidden;
        }
        if (entry.type == DT_LNK) return SkipReason::symbolic_link;
        if (ignored(path, is_folder)) return SkipReason::ignored;
        const std::string_view relative = relative_to(given_folder_, path);
        const bool taken = is_folder ? !selection_.excludes(relative, true) : selection_.takes(relative);
        return taken ? std::nullopt : std::optional(SkipReason::excluded);
    }

    /// What a folder holds, in order of name. Nothing when it cannot be read, which has been said.
    std::optional<std::vector<Entry>> entries_of(const OpenFolder& folder, const std::string& path) {
        std::vector<Entry> entries;
        errno = 0;
        while (const dirent* const read = ::readdir(folder.get())) {
            const std::string_view name = read->d_name;
            if (name != "." && name != "..") entries.push_back({std::string(name), read->d_type});
            errno = 0;
        }
        if (errno != 0) {
            fail(path, errno);
            return std::nullopt;
        }
        std::ranges::sort(entries, {}, &Entry::name);
        return entries;
    }

    /// Finds out about an entry what `folder` needs, while its folder is open.
    void examine(const OpenFolder& folder, const std::string& path, Entry& entry) const {
        struct stat info {};
        const auto look = [&] {
            if (::fstatat(::dirfd(folder.get()), entry.name.c_str(), &info, AT_SYMLINK_NOFOLLOW) == 0) return true;
            entry.error = errno;
            return false;
        };
        if (entry.type == DT_UNKNOWN && look()) entry.type = static_cast<unsigned char>(IFTODT(info.st_mode));
        if (passes_over(path, entry.is_folder())) {
            entry.passed_over = true;
            return;
        }
        entry.skip = reason_to_skip(path, entry);
        if (entry.skip || entry.is_folder() || entry.error != 0) return;
        if (info.st_mode == 0 && !look()) return;
        if (!S_ISREG(info.st_mode)) entry.skip = SkipReason::special_file;
        entry.stamp = stamp_of(info);
    }

    /// Goes through a folder; it is closed before those in it are opened, so that depth costs no descriptors.
    void folder(const std::string& path, int open_flags) {
        cancellation_.check();
        if (visitor_.folder) visitor_.folder(path);
        OpenFolder open = open_folder(path, open_flags);
        if (open == nullptr) {
            fail(path, errno);
            return;
        }
        std::optional<std::vector<Entry>> entries = entries_of(open, path);
        if (!entries) return;
        const bool has_rules = std::ranges::any_of(ignore_file_names, [&](std::string_view name) {
            return std::ranges::binary_search(*entries, name, {}, &Entry::name);
        });
        const bool added_rules = has_rules && add_rules_of(path);
        std::string child = path.ends_with('/') ? path : path + '/';
        const std::size_t prefix = child.size();
        const auto name_child = [&](const Entry& entry) { child.replace(prefix, std::string::npos, entry.name); };
        for (Entry& entry : *entries) {
            name_child(entry);
            examine(open, child, entry);
        }
        open.reset();
        for (const Entry& entry : *entries) {
            if (entry.passed_over) continue;
            name_child(entry);
            if (entry.skip) {
                visitor_.skipped(child, *entry.skip);
            } else if (entry.error != 0) {
                fail(child, entry.error);
            } else if (entry.is_folder()) {
                folder(child, O_NOFOLLOW);
            } else {
                visit(child, entry.stamp, false);
            }
        }
        if (added_rules) rules_.pop_back();
    }

    const WalkOptions& options_;
    const WalkVisitor& visitor_;
    const Cancellation& cancellation_;
    std::vector<FolderRules> rules_;           ///< Of the folders above the present one, outermost first.
    std::string given_folder_;                 ///< The one that is being gone through.
    Selection selection_;                      ///< Of it.
    const bool several_;                       ///< Paths were given: a file may be met twice.
    std::unordered_set<std::string> visited_;  ///< When there are several.
    std::uint64_t visits_ = 0;
};

}  // namespace

const char* skip_reason_name(SkipReason reason) noexcept {
    switch (reason) {
        case SkipReason::hidden: return "hidden";
        case SkipReason::ignored: return "ignored";
        case SkipReason::excluded: return "excluded";
        case SkipReason::symbolic_link: return "symbolic_link";
        case SkipReason::special_file: return "special_file";
        case SkipReason::unknown_type: return "unknown_type";
        case SkipReason::empty: return "empty";
        case SkipReason::binary: return "binary";
    }
    return "unknown";
}

void walk(const std::vector<std::filesystem::path>& paths, const WalkOptions& options, const WalkVisitor& visitor,
          const Cancellation& cancellation) {
    Walk state(options, visitor, cancellation, paths.size() > 1);
    for (const fs::path& path : paths) state.start(path);
}

}  // namespace quarry::ingest
