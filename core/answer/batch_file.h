#pragma once

#include <cstddef>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "core/answer/batch.h"

namespace quarry::answer {

/// The ids of the questions that a file of answers has, read as `BatchFile` reads it; the file stays as it is. None
/// where there is no file. Throws Error(failed) for a file of something else.
[[nodiscard]] std::unordered_set<std::string> answered_in(const std::filesystem::path& path,
                                                          std::span<const BatchQuestion> questions);

/// A file of answers, one JSON object a line with "id" and "question", that a later run goes on with. Of two processes
/// that open one, the second is refused (Error(locked)).
class BatchFile {
public:
    /// Reads what is there. A line that is torn, is no answer, has an "error", or has the id of one of `questions` and
    /// another question, is dropped from the file, so that its question is asked again. Throws Error: locked, and
    /// failed for a file of something else, which is left as it is.
    BatchFile(std::filesystem::path path, std::span<const BatchQuestion> questions);
    ~BatchFile() = default;
    BatchFile(const BatchFile&) = delete;
    BatchFile& operator=(const BatchFile&) = delete;

    /// Whether the file has the answer to that question.
    [[nodiscard]] bool has(const BatchQuestion& question) const;
    [[nodiscard]] std::size_t dropped() const noexcept { return dropped_; }
    /// Appends a line; it is in the file when this returns, even if the process is killed then. Throws Error(failed),
    /// for a full disk for example.
    void append(std::string_view line);

private:
    /// An open file that is closed when this goes.
    class Descriptor {
    public:
        Descriptor(const std::filesystem::path& path, int flags);
        ~Descriptor();
        Descriptor(Descriptor&& other) noexcept;
        Descriptor& operator=(Descriptor&&) = delete;
        [[nodiscard]] int number() const noexcept { return number_; }

    private:
        int number_ = -1;
    };

    void open_locked();
    void replace(std::string_view content);

    const std::filesystem::path path_;
    std::unordered_set<std::string> done_;  ///< Ids.
    std::size_t dropped_ = 0;
    /// Locked, all of them: the last is the file as it is, the others what it was before it was replaced, for who has
    /// opened that already.
    std::vector<Descriptor> files_;
};

}  // namespace quarry::answer
