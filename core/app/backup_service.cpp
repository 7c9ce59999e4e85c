// A base as one file, and back.
#include "core/app/backup_service.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string>
#include <system_error>
#include <utility>

#include "core/base/error.h"
#include "core/store/base_copy.h"
#include "core/store/store.h"
#include "core/wire/display_uri.h"

namespace quarry::app {
namespace {

Error cannot_write_backup(const std::filesystem::path& file) {
    return Error(ErrorCode::failed, fmt::format("cannot write {}", wire::display_uri(file.string())),
                 errno == ENOSPC ? "the disk is full: free some space" : "check the folder and its rights")
        .because(std::strerror(errno));
}

void sync_file(const std::filesystem::path& path, int flags) {
    const int descriptor = ::open(path.c_str(), flags | O_CLOEXEC);
    const bool synced = descriptor >= 0 && ::fsync(descriptor) == 0;
    const int error = errno;
    if (descriptor >= 0) ::close(descriptor);
    errno = error;
    if (!synced) throw cannot_write_backup(path);
}

std::filesystem::path folder_of(const std::filesystem::path& file) {
    return file.has_parent_path() ? file.parent_path() : std::filesystem::path(".");
}

/// A file beside another that takes its place when it is complete, and is removed otherwise.
class FileInMaking {
public:
    explicit FileInMaking(std::filesystem::path file)
        : file_(std::move(file)), made_(file_.string() + fmt::format(".part-{}", ::getpid())) {
        std::error_code unknown;
        std::filesystem::remove(made_, unknown);
        const int descriptor = ::open(made_.c_str(), O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0600);
        if (descriptor < 0) throw cannot_write_backup(file_);
        ::close(descriptor);
    }
    ~FileInMaking() {
        std::error_code unknown;
        for (const char* ending : {"", "-journal", "-wal", "-shm"}) {
            if (!done_) std::filesystem::remove(made_.string() + ending, unknown);
        }
    }
    FileInMaking(const FileInMaking&) = delete;
    FileInMaking& operator=(const FileInMaking&) = delete;

    [[nodiscard]] const std::filesystem::path& path() const noexcept { return made_; }
    void put_in_place() {
        sync_file(made_, O_RDWR);
        if (::rename(made_.c_str(), file_.c_str()) != 0) throw cannot_write_backup(file_);
        done_ = true;
        sync_file(folder_of(file_), O_RDONLY | O_DIRECTORY);
    }

private:
    const std::filesystem::path file_, made_;
    bool done_ = false;
};

store::CopyProgress copy_progress(const Services& services, const char* doing) {
    return [&services, doing](std::uint64_t done, std::uint64_t total) {
        services.cancel.check();
        services.notices.progress(fmt::format("{} {}%", doing, done * 100 / total));
    };
}

/// What a backup holds, once all of it was looked at.
std::uint64_t check_backup(Services& services, const std::filesystem::path& file) {
    const auto store = store::open_store(file, store::StoreMode::read);
    const auto findings = store->verify([&](std::uint64_t done, std::uint64_t total) {
        services.cancel.check();
        if (total > 0) services.notices.progress(fmt::format("checking the backup {}%", done * 100 / total));
    });
    for (const store::VerifyFinding& finding : findings) {
        if (!finding.is_damage) continue;
        throw Error(ErrorCode::failed, fmt::format("the backup {} is damaged", wire::display_uri(file.string())),
                    "use another backup; the knowledge base was not changed")
            .because(fmt::format("{}: {}", finding.subject, finding.problem));
    }
    return store->stats().sources;
}

/// Whether nothing would be lost.
bool is_empty_base(const std::filesystem::path& base) {
    try {
        return store::open_store(base, store::StoreMode::read)->stats().sources == 0;
    } catch (const Error&) {
        return false;
    }
}

}  // namespace

BackupReport BackupService::backup(const std::filesystem::path& file, bool force) {
    std::error_code unknown;
    const std::filesystem::path base = std::filesystem::weakly_canonical(services_.base_path, unknown);
    if (std::filesystem::weakly_canonical(file, unknown) == base) {
        throw Error(ErrorCode::usage, "the backup and the knowledge base are the same file", "name another file");
    }
    if (!force && std::filesystem::exists(file, unknown)) {
        throw Error(ErrorCode::usage, fmt::format("{} exists already", wire::display_uri(file.string())),
                    "name another file, or overwrite it with --force");
    }
    const std::uint64_t documents = store::open_store(services_.base_path, store::StoreMode::read)->stats().sources;
    FileInMaking made(file);
    store::copy_base(services_.base_path, made.path(), store::CopyKind::backup, copy_progress(services_, "copying"));
    services_.notices.progress("");
    made.put_in_place();
    return {std::filesystem::file_size(file, unknown), documents};
}

BackupReport BackupService::restore(const std::filesystem::path& file, bool force) {
    std::error_code unknown;
    if (!std::filesystem::is_regular_file(file, unknown)) {
        throw Error(ErrorCode::failed, fmt::format("there is no backup {}", wire::display_uri(file.string())),
                    "give a file that quarry backup wrote");
    }
    const bool is_new = !std::filesystem::exists(services_.base_path, unknown);
    if (!is_new && !force && !is_empty_base(services_.base_path)) {
        throw Error(ErrorCode::usage,
                    fmt::format("the knowledge base {} has documents", wire::display_uri(services_.base_path.string())),
                    "to replace it, add --force; to keep it, back it up first");
    }
    const std::uint64_t documents = check_backup(services_, file);
    const store::CopyProgress progress = copy_progress(services_, "restoring");
    if (is_new) {
        std::filesystem::create_directories(folder_of(services_.base_path), unknown);
        FileInMaking made(services_.base_path);
        store::copy_base(file, made.path(), store::CopyKind::base, progress);
        made.put_in_place();
    } else {
        store::replace_base(services_.base_path, file, progress);
    }
    services_.notices.progress("");
    return {std::filesystem::file_size(file, unknown), documents};
}

}  // namespace quarry::app
