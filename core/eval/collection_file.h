#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace quarry::eval {

/// A file of a test collection: foreign lines, of which each complaint names the file, the line and the layout.
class CollectionFile {
public:
    /// `layout` is the hint of every error: what the file should look like.
    CollectionFile(std::filesystem::path path, std::string layout);

    [[nodiscard]] const std::filesystem::path& path() const noexcept { return path_; }

    /// Calls `visit` with each line that is not blank, without its line end, and its number from 1; a byte order mark
    /// in front is skipped. Throws Error(failed) when the file cannot be read, a line is no UTF-8 or over 64 MB.
    void for_each_line(const std::function<void(std::string_view line, std::size_t number)>& visit) const;

    /// Throws Error(failed) about a line.
    [[noreturn]] void refuse(std::size_t line, std::string why) const;

private:
    std::filesystem::path path_;
    std::string layout_;
};

/// The pieces of a line between runs of white space (C's isspace, by which trec_eval cuts lines too). The views point
/// into the argument.
[[nodiscard]] std::vector<std::string_view> split_blank(std::string_view line);

}  // namespace quarry::eval
