#pragma once

#include <cstdint>
#include <filesystem>

#include "core/app/services.h"

namespace quarry::app {

/// What was written or brought back.
struct BackupReport {
    std::uint64_t bytes = 0;      ///< Of the file.
    std::uint64_t documents = 0;  ///< That are in it.
};

/// A base as one file, and back: documents with their vectors, uploaded files, conversations, users and keys, runs. One
/// thread at a time.
class BackupService {
public:
    explicit BackupService(Services& services) : services_(services) {}

    /// Copies the base as it is at this moment; others may read and write it meanwhile. The file is its owner's alone,
    /// and is there as a whole or not at all. Throws Error(usage) where there is one already, unless `force`.
    BackupReport backup(const std::filesystem::path& file, bool force);

    /// Checks everything in a backup, then puts it in place of the base, which is made where there is none: what goes
    /// wrong leaves that as it was. Throws Error: usage for a base that has documents, unless `force`; failed for a
    /// backup that is damaged; schema_newer, migrations_pending; locked.
    BackupReport restore(const std::filesystem::path& file, bool force);

private:
    Services& services_;
};

}  // namespace quarry::app
