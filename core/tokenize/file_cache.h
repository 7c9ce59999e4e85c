#pragma once

#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>

#include "core/base/file.h"

namespace quarry::tokenize {

/// What was last read from a file, kept for those who ask for the same file again while it is unchanged: every document
/// that is chunked makes its tokenizer anew, and a vocabulary takes long to read. Shared because a tokenizer may
/// outlive the asking for another file. Any thread.
template <typename Content>
class FileCache {
public:
    /// The content of `path`, by `read()` when it is not what is kept.
    template <typename Read>
    [[nodiscard]] std::shared_ptr<const Content> get(const std::filesystem::path& path, Read read) {
        const std::lock_guard lock(mutex_);
        const std::optional<FileStamp> stamp = stat_file(path);
        if (content_ == nullptr || path != path_ || !stamp || stamp != stamp_) {
            content_ = nullptr;
            content_ = read();
            path_ = path;
            stamp_ = stamp;
        }
        return content_;
    }

private:
    std::mutex mutex_;
    std::filesystem::path path_;
    std::optional<FileStamp> stamp_;
    std::shared_ptr<const Content> content_;
};

}  // namespace quarry::tokenize
