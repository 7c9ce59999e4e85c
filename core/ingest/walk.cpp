#include "core/ingest/walk.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <optional>
#include <string_view>
#include <system_error>
#include <unordered_set>
#include <utility>

#include "core/ingest/ignore_rules.h"

namespace quarry {

namespace fs = std::filesystem;

namespace {

constexpr std::uint64_t max_ignore_file_bytes = 1'000'000;

/// The ignore rules of one folder, weakest first.
struct FolderRules {
    std::string folder;
    std::vector<IgnoreRules> files;
};

std::string join(const std::string& folder, std::string_view name) {
    return folder.ends_with('/') ? fmt::format("{}{}", folder, name) : fmt::format("{}/{}", folder, name);
}

class Walk {
public:
    Walk(const WalkVisitor& visitor, const Cancellation& cancellation)
        : visitor_(visitor), cancellation_(cancellation) {}

    void start(const fs::path& given) {
        const std::string path = absolute_path(given);
        struct stat info {};
        if (::stat(path.c_str(), &info) != 0) {
            fail(path, errno);
        } else if (S_ISDIR(info.st_mode)) {
            rules_.clear();
            add_rules_above(path);
            folder(path);
        } else if (S_ISREG(info.st_mode)) {
            visit(path, info, true);
        } else {
            visitor_.failed(path, Error(ErrorCode::failed, fmt::format("cannot read {}", path))
                                      .because("it is neither a file nor a folder"));
        }
    }

private:
    struct Entry {
        std::string name;
        fs::file_type type;
    };

    void fail(const std::string& path, int error_number) {
        const bool denied = error_number == EACCES || error_number == EPERM;
        visitor_.failed(path, Error(ErrorCode::failed, fmt::format("cannot read {}", path),
                                    denied ? "check who owns it and its permissions (ls -ld)" : "")
                                  .because(std::strerror(error_number)));
    }

    void visit(const std::string& path, const struct stat& info, bool named) {
        if (!visited_.insert(path).second) return;
        const FileStamp stamp{static_cast<std::uint64_t>(info.st_size),
                              static_cast<std::int64_t>(info.st_mtim.tv_sec) * 1'000'000'000 + info.st_mtim.tv_nsec};
        visitor_.file({path, stamp, named});
    }

    /// Rules above the folder that was given count up to the root of its git repository, if it is in one.
    void add_rules_above(const std::string& path) {
        std::vector<std::string> above;
        std::error_code ignored;
        for (fs::path folder = path;; folder = folder.parent_path()) {
            if (fs::exists(folder / ".git", ignored)) {
                if (folder != path) above.push_back(folder.string());
                IgnoreRules exclude = read_rules((folder / ".git/info/exclude").string());
                if (!exclude.empty()) rules_.push_back({folder.string(), {std::move(exclude)}});
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
        for (const char* name : {".gitignore", ".quarryignore"}) {
            IgnoreRules file = read_rules(join(folder, name));
            if (!file.empty()) rules.files.push_back(std::move(file));
        }
        if (rules.files.empty()) return false;
        rules_.push_back(std::move(rules));
        return true;
    }

    /// The deepest ignore file that says anything decides.
    [[nodiscard]] bool ignored(const std::string& path, bool is_folder) const {
        for (auto rules = rules_.rbegin(); rules != rules_.rend(); ++rules) {
            const std::size_t prefix = rules->folder.size() + (rules->folder.ends_with('/') ? 0 : 1);
            const std::string_view relative = std::string_view(path).substr(prefix);
            for (auto file = rules->files.rbegin(); file != rules->files.rend(); ++file) {
                const IgnoreRules::Verdict verdict = file->match(relative, is_folder);
                if (verdict != IgnoreRules::Verdict::none) return verdict == IgnoreRules::Verdict::ignored;
            }
        }
        return false;
    }

    std::optional<std::vector<Entry>> entries_of(const std::string& path) {
        std::error_code failure;
        std::vector<Entry> entries;
        bool has_rules = false;
        for (fs::directory_iterator it(path, failure), end; !failure && it != end; it.increment(failure)) {
            std::error_code ignored;
            entries.push_back({it->path().filename().string(), it->symlink_status(ignored).type()});
            has_rules |= entries.back().name == ".gitignore" || entries.back().name == ".quarryignore";
        }
        if (failure) {
            fail(path, failure.value());
            return std::nullopt;
        }
        std::ranges::sort(entries, {}, &Entry::name);
        folder_has_rules_ = has_rules && add_rules_of(path);
        return entries;
    }

    void folder(const std::string& path) {
        cancellation_.check();
        const std::optional<std::vector<Entry>> entries = entries_of(path);
        if (!entries) return;
        const bool has_rules = folder_has_rules_;
        for (const Entry& entry : *entries) {
            const std::string child = join(path, entry.name);
            if (entry.name.starts_with('.')) {
                visitor_.skipped(child, SkipReason::hidden);
            } else if (entry.type == fs::file_type::symlink) {
                visitor_.skipped(child, SkipReason::symbolic_link);
            } else if (ignored(child, entry.type == fs::file_type::directory)) {
                visitor_.skipped(child, SkipReason::ignored);
            } else if (entry.type == fs::file_type::directory) {
                folder(child);
            } else {
                file(child);
            }
        }
        if (has_rules) rules_.pop_back();
    }

    void file(const std::string& path) {
        struct stat info {};
        if (::lstat(path.c_str(), &info) != 0) {
            fail(path, errno);
        } else if (S_ISREG(info.st_mode)) {
            visit(path, info, false);
        } else {
            visitor_.skipped(path, SkipReason::special_file);
        }
    }

    const WalkVisitor& visitor_;
    const Cancellation& cancellation_;
    std::vector<FolderRules> rules_;  ///< Of the folders above the present one, outermost first.
    bool folder_has_rules_ = false;   ///< Whether `entries_of` added to them.
    std::unordered_set<std::string> visited_;
};

}  // namespace

const char* skip_reason_name(SkipReason reason) noexcept {
    switch (reason) {
        case SkipReason::hidden: return "hidden";
        case SkipReason::ignored: return "ignored";
        case SkipReason::symbolic_link: return "symbolic_link";
        case SkipReason::special_file: return "special_file";
        case SkipReason::unknown_type: return "unknown_type";
        case SkipReason::empty: return "empty";
        case SkipReason::binary: return "binary";
    }
    return "unknown";
}

std::string absolute_path(const std::filesystem::path& path) {
    std::string normal = fs::absolute(path).lexically_normal().string();
    while (normal.size() > 1 && normal.ends_with('/')) normal.pop_back();
    return normal;
}

void walk(const std::vector<std::filesystem::path>& paths, const WalkVisitor& visitor,
          const Cancellation& cancellation) {
    Walk state(visitor, cancellation);
    for (const fs::path& path : paths) state.start(path);
}

}  // namespace quarry
