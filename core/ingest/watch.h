#pragma once

#include <chrono>
#include <string>

#include "core/base/cancel.h"
#include "core/ingest/ingest.h"

namespace quarry::ingest {

struct WatchOptions {
    std::chrono::milliseconds quiet{300};     ///< After the last change, before `wait` returns: editors write in steps.
    std::chrono::milliseconds longest{3000};  ///< After the first change, at most.
    /// Without any change: what no notice comes of (network file systems, a folder that was gone and is back).
    std::chrono::milliseconds rescan{60'000};
};

/// Tells when something changes in folders (inotify). Not thread-safe.
class FolderWatch {
public:
    /// Throws Error(failed) when the system has no more watches to give.
    explicit FolderWatch(WatchOptions options = {});
    ~FolderWatch();
    FolderWatch(const FolderWatch&) = delete;
    FolderWatch& operator=(const FolderWatch&) = delete;

    /// Watches every folder that a run with these inputs goes through, and those of named files. To be called before
    /// each run, so that what changes during it is seen by the next `wait`. Throws Error(failed) when there are more
    /// folders than the system lets one user watch, with the cure; Error(interrupted).
    void follow(const IngestInputs& inputs, const IngestOptions& options, const Cancellation& cancellation);

    /// Waits until something has changed, or may have. Throws Error(interrupted). Changes of hidden names do not count,
    /// but for ignore files; nor do those of `base` and the files beside it that SQLite makes.
    void wait(const std::string& base, const Cancellation& cancellation);

private:
    void add(const std::string& folder);
    /// Reads what came; whether any of it counts.
    [[nodiscard]] bool read_changes(const std::string& base);

    WatchOptions options_;
    int descriptor_ = -1;
};

}  // namespace quarry::ingest
