#include "core/ingest/watch.h"

#include <fmt/format.h>
#include <poll.h>
#include <sys/inotify.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <string_view>

#include "core/base/error.h"
#include "core/ingest/walk.h"

namespace quarry::ingest {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::chrono::milliseconds poll_interval{100};  // how late a cancellation may be seen
constexpr std::uint32_t watched_events = IN_CLOSE_WRITE | IN_CREATE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO |
                                         IN_ATTRIB | IN_DELETE_SELF | IN_MOVE_SELF | IN_ONLYDIR;

bool name_counts(std::string_view name, std::string_view base_name) {
    if (name == ".gitignore" || name == ".ignore" || name == ".quarryignore") return true;
    if (name.starts_with('.')) return false;
    return base_name.empty() || !name.starts_with(base_name);
}

}  // namespace

FolderWatch::FolderWatch(WatchOptions options)
    : options_(options), descriptor_(::inotify_init1(IN_CLOEXEC | IN_NONBLOCK)) {
    if (descriptor_ >= 0) return;
    throw Error(ErrorCode::failed, "cannot watch folders",
                "end other programs that watch folders, or raise fs.inotify.max_user_instances (sysctl)")
        .because(std::strerror(errno));
}

FolderWatch::~FolderWatch() { ::close(descriptor_); }

void FolderWatch::add(const std::string& folder) {
    if (::inotify_add_watch(descriptor_, folder.c_str(), watched_events) >= 0) return;
    if (errno == ENOSPC || errno == ENOMEM) {
        throw Error(ErrorCode::failed, fmt::format("cannot watch {}", folder),
                    "raise fs.inotify.max_user_watches (sysctl), or run quarry ingest from a timer instead")
            .because("there are more folders than the system lets one user watch");
    }
    // One that is gone, or may not be read, is the run's to report.
}

void FolderWatch::follow(const IngestInputs& inputs, const IngestOptions& options, const Cancellation& cancellation) {
    WalkVisitor visitor;
    visitor.file = [&](const WalkedFile& file) {
        if (file.named) add(std::filesystem::path(file.path).parent_path().string());
    };
    visitor.skipped = [](const std::string&, SkipReason) {};
    visitor.failed = [](const std::string&, const Error&) {};
    visitor.folder = [&](const std::string& path) { add(path); };
    WalkOptions walking;
    walking.selection = Selection({}, options.exclude);
    walking.hidden = options.hidden;
    walk(inputs.paths, walking, visitor, cancellation);
}

bool FolderWatch::read_changes(const std::string& base) {
    alignas(inotify_event) std::array<char, 64 * 1024> buffer{};
    const std::string base_name = std::filesystem::path(base).filename().string();
    bool any = false;
    for (;;) {
        const ssize_t got = ::read(descriptor_, buffer.data(), buffer.size());
        if (got <= 0) return any;
        for (std::size_t at = 0; at < static_cast<std::size_t>(got);) {
            inotify_event event{};
            std::memcpy(&event, buffer.data() + at, sizeof event);
            const char* const name = event.len > 0 ? buffer.data() + at + sizeof event : "";
            at += sizeof event + event.len;
            if ((event.mask & IN_IGNORED) != 0) continue;
            // A folder that went elsewhere is no longer followed, unless the next walk finds it.
            if ((event.mask & IN_MOVE_SELF) != 0) ::inotify_rm_watch(descriptor_, event.wd);
            // IN_Q_OVERFLOW has no name: what was lost is found by looking at everything.
            any |= name_counts(name, base_name);
        }
    }
}

void FolderWatch::wait(const std::string& base, const Cancellation& cancellation) {
    const Clock::time_point started = Clock::now();
    Clock::time_point first{};
    Clock::time_point last{};
    bool changed = false;
    for (;;) {
        cancellation.check();
        pollfd ready{descriptor_, POLLIN, 0};
        const bool readable = ::poll(&ready, 1, static_cast<int>(poll_interval.count())) > 0;
        const Clock::time_point now = Clock::now();
        if (readable && read_changes(base)) {
            if (!changed) first = now;
            last = now;
            changed = true;
        }
        if (changed && (now - last >= options_.quiet || now - first >= options_.longest)) return;
        if (!changed && now - started >= options_.rescan) return;
    }
}

}  // namespace quarry::ingest
