#include "core/ingest/git_files.h"

#include <fmt/format.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <utility>

#include "core/base/error.h"
#include "core/base/subprocess.h"
#include "core/base/text.h"

namespace quarry::ingest {
namespace {

constexpr std::string_view link_mode = "120000";
constexpr std::string_view submodule_mode = "160000";

/// What git is told, whatever a repository's own configuration says. That may be a stranger's, also after a plain
/// `git clone` (a bare repository may lie in a folder): it must not get anything run, fetched or asked for. The
/// settings are those for which git's documentation names a program, or another place to read from.
constexpr auto safe_settings = std::to_array<std::string_view>({"safe.bareRepository=explicit",
                                                                "core.fsmonitor=false",
                                                                "core.hooksPath=/dev/null",
                                                                "core.untrackedCache=false",
                                                                "core.pager=cat",
                                                                "core.editor=false",
                                                                "core.askPass=false",
                                                                "core.sshCommand=false",
                                                                "core.gitProxy=",
                                                                "core.alternateRefsCommand=false",
                                                                "core.attributesFile=/dev/null",
                                                                "core.excludesFile=/dev/null",
                                                                "credential.helper=",
                                                                "diff.external=",
                                                                "diff.ignoreSubmodules=all",
                                                                "submodule.recurse=false",
                                                                "log.showSignature=false",
                                                                "gpg.program=false",
                                                                "gc.auto=0",
                                                                "maintenance.auto=false",
                                                                "protocol.allow=never",
                                                                "protocol.ext.allow=never",
                                                                "protocol.file.allow=never"});

std::vector<std::string> safe_environment() {
    return {"GIT_ALLOW_PROTOCOL=none",  // over each protocol.*.allow; no transport has that name
            "GIT_NO_LAZY_FETCH=1",      // a clone that is not complete stays so
            "GIT_CONFIG_NOSYSTEM=1",    "GIT_CONFIG_GLOBAL=/dev/null", "GIT_ATTR_NOSYSTEM=1",
            "GIT_NO_REPLACE_OBJECTS=1", "GIT_OPTIONAL_LOCKS=0",        "GIT_TERMINAL_PROMPT=0"};
}

SubprocessResult git(const std::vector<std::string>& arguments, const Cancellation& cancellation) {
    std::vector<std::string> command = {"git", "--no-pager", "--literal-pathspecs"};
    for (const std::string_view setting : safe_settings) command.insert(command.end(), {"-c", std::string(setting)});
    command.insert(command.end(), arguments.begin(), arguments.end());
    return run_subprocess(command, {}, {.environment = safe_environment()}, &cancellation);
}

std::string_view take_until(std::string_view& text, char end) {
    const std::size_t at = std::min(text.find(end), text.size());
    const std::string_view taken = text.substr(0, at);
    text.remove_prefix(std::min(at + 1, text.size()));
    return taken;
}

/// The folders of others that the user lets git read: the one thing that is taken from the user's configuration.
std::vector<std::string> safe_directories(const Cancellation& cancellation) {
    std::vector<std::string> result;
    for (const char* const scope : {"--system", "--global"}) {
        const SubprocessResult said =
            run_subprocess({"git", "config", scope, "-z", "--get-all", "safe.directory"}, {}, {}, &cancellation);
        for (std::string_view rest = said.output; !rest.empty();) {
            const std::string_view folder = take_until(rest, '\0');
            if (folder.empty()) result.clear();  // as it does git's own list
            if (!folder.empty()) result.insert(result.end(), {"-c", fmt::format("safe.directory={}", folder)});
        }
    }
    return result;
}

/// Runs git in a folder; `what` is for the error.
std::string run_git(const std::string& folder, std::vector<std::string> arguments, const std::string& what,
                    const Cancellation& cancellation) {
    arguments.insert(arguments.begin(), {"-C", folder});
    SubprocessResult result = git(arguments, cancellation);
    if (!result.succeeded() && result.error_text.find("safe.directory") != std::string::npos) {
        const std::vector<std::string> safe = safe_directories(cancellation);
        arguments.insert(arguments.begin(), safe.begin(), safe.end());
        result = git(arguments, cancellation);
    }
    if (result.succeeded()) return std::move(result.output);
    if (result.ending == SubprocessResult::Ending::not_started && result.status == ENOENT) {
        throw Error(ErrorCode::failed, what, "install git, or leave out --git").because("git is not installed");
    }
    const bool lacks = result.error_text.find("lazy fetch") != std::string::npos ||
                       result.error_text.find("unable to read tree") != std::string::npos;
    throw Error(
        ErrorCode::failed, what,
        lacks ? "the clone lacks that revision, and quarry fetches nothing: git fetch --refetch, or leave out --since"
              : "--git needs a folder in a git repository; --since takes the same as git log")
        .because(subprocess_cause(result));
}

template <typename Number>
bool take_number(std::string_view& text, Number& number) {
    const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (failure != std::errc()) return false;
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    return true;
}

/// What stands behind `key` in git's "  mtime: 17:5\n … size: 12\tflags: 0\n".
std::optional<std::string_view> behind(std::string_view text, std::string_view key) {
    const std::size_t at = text.find(key);
    if (at == std::string_view::npos) return std::nullopt;
    return text.substr(at + key.size());
}

/// The stamp in what `--debug` says of an entry; zero where it is not as git has printed it since 2010.
FileStamp index_stamp(std::string_view debug) {
    std::optional<std::string_view> mtime = behind(debug, "  mtime: ");
    std::optional<std::string_view> size = behind(debug, "  size: ");
    std::int64_t seconds = 0;
    std::int64_t nanoseconds = 0;
    FileStamp stamp;
    if (!mtime || !size || !take_number(*mtime, seconds) || !mtime->starts_with(':')) return {};
    mtime->remove_prefix(1);
    if (!take_number(*mtime, nanoseconds) || !take_number(*size, stamp.size)) return {};
    stamp.mtime_ns = seconds * 1'000'000'000 + nanoseconds;
    return stamp;
}

/// Takes the lines that `--debug` puts behind an entry.
std::string_view take_debug_lines(std::string_view& output) {
    std::size_t end = 0;
    while (output.substr(end).starts_with("  ")) {
        const std::size_t line = output.find('\n', end);
        if (line == std::string_view::npos) break;
        end = line + 1;
    }
    const std::string_view lines = output.substr(0, end);
    output.remove_prefix(end);
    return lines;
}

void add_folders(const std::string& path, std::size_t top, std::unordered_set<std::string>& folders) {
    for (std::size_t slash = path.rfind('/'); slash != std::string::npos && slash > top;
         slash = path.rfind('/', slash - 1)) {
        if (!folders.insert(path.substr(0, slash)).second) return;
    }
}

/// Reads `ls-files -s -z --debug`. A stamp not before `index_time` is that of a file which may have changed since.
void read_index(std::string_view output, const std::string& prefix, std::int64_t index_time, GitFiles& result) {
    while (!output.empty()) {
        std::string_view entry = take_until(output, '\0');
        const FileStamp stamp = index_stamp(take_debug_lines(output));
        const std::string_view mode = take_until(entry, ' ');
        const std::string_view blob = take_until(entry, ' ');
        const std::string_view stage = take_until(entry, '\t');
        if (entry.empty() || mode == link_mode || mode == submodule_mode) continue;
        const std::string path = prefix + std::string(entry);
        GitFile& file = result.files[path];
        if (stage == "0") file.blob = blob;
        if (stage == "0" && stamp.mtime_ns < index_time) file.stamp = stamp;
        add_folders(path, prefix.size() - 1, result.folders);
    }
}

/// Reads `diff-index --name-status -z`: "M\0path\0D\0path\0".
void read_changes(std::string_view output, const std::string& prefix, GitFiles& result) {
    result.changed.emplace();
    while (!output.empty()) {
        const std::string_view status = take_until(output, '\0');
        std::string path = prefix + std::string(take_until(output, '\0'));
        if (status.starts_with('D')) {
            result.deleted.push_back(std::move(path));
        } else {
            result.changed->insert(std::move(path));
        }
    }
}

}  // namespace

GitFiles list_git_files(const std::string& folder, std::string_view since, const Cancellation& cancellation) {
    const std::string what = fmt::format("cannot list what git tracks in {}", folder);
    const std::string prefix = folder.ends_with('/') ? folder : folder + "/";
    const std::string index = run_git(folder, {"rev-parse", "--git-path", "index"}, what, cancellation);
    const std::optional<FileStamp> index_stat = stat_file(std::filesystem::path(folder) / trim(index));
    GitFiles result;
    read_index(run_git(folder, {"ls-files", "-s", "-z", "--debug"}, what, cancellation), prefix,
               index_stat ? index_stat->mtime_ns : 0, result);
    if (since.empty()) return result;
    const std::string changes = fmt::format("cannot determine what changed in {} since {}", folder, since);
    read_changes(
        run_git(folder,
                {"diff-index", "--cached", "--relative", "--name-status", "-z", "--no-renames", "--no-ext-diff",
                 "--no-textconv", "--ignore-submodules=all", "--end-of-options", std::string(since)},
                changes, cancellation),
        prefix, result);
    return result;
}

}  // namespace quarry::ingest
