#pragma once

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "core/base/cancel.h"
#include "core/base/file_lock.h"
#include "core/base/hash.h"

namespace quarry::models {

/// A file that is being written, counted and hashed. One process has it.
class PartialFile {
public:
    /// What becomes of it when it is not kept as something else.
    enum class Rest {
        removed,  ///< It begins empty, and goes.
        resumed,  ///< It stays, unless it is discarded, and is gone on with by the next that opens it.
    };

    /// Reads what a resumed file has, to hash it. Throws Error: locked when another process has it, failed,
    /// interrupted.
    PartialFile(std::filesystem::path path, Rest rest, const Cancellation& cancellation);
    ~PartialFile();
    PartialFile(const PartialFile&) = delete;
    PartialFile& operator=(const PartialFile&) = delete;

    void write(std::string_view bytes);
    /// Begins anew.
    void restart();
    /// Removes it at the end.
    void discard() noexcept { rest_ = Rest::removed; }
    void close();
    void keep_as(const std::filesystem::path& place);

    [[nodiscard]] bool is_resumed() const noexcept { return rest_ == Rest::resumed; }
    [[nodiscard]] std::uint64_t size() const noexcept { return size_; }
    [[nodiscard]] const std::filesystem::path& path() const noexcept { return path_; }
    /// Once, of all that is there.
    [[nodiscard]] std::string sha256() { return hash_->digest(); }

private:
    void lock();
    void read_rest(const Cancellation& cancellation);

    std::filesystem::path path_;
    Rest rest_;
    std::optional<FileLock> lock_;
    std::ofstream stream_;
    std::optional<Sha256> hash_{std::in_place};
    std::uint64_t size_ = 0;
    bool kept_ = false;
};

}  // namespace quarry::models
