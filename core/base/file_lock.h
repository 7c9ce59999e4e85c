#pragma once

#include <chrono>
#include <filesystem>

#include "core/base/cancel.h"

namespace quarry {

/// An exclusive lock on a file, held by this process until it goes; the system releases it when the process dies.
/// The file is made beside what it protects, and stays: removing it would let two processes lock two files of one name.
class FileLock {
public:
    /// Waits up to `wait`. Throws Error: locked when it takes too long, interrupted, failed when the file cannot be
    /// made.
    FileLock(const std::filesystem::path& path, std::chrono::milliseconds wait, const Cancellation* cancel);
    ~FileLock();
    FileLock(const FileLock&) = delete;
    FileLock& operator=(const FileLock&) = delete;

private:
    int descriptor_ = -1;
};

}  // namespace quarry
