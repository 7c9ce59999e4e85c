#pragma once

#include <chrono>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/extract/extractor.h"

namespace quarry::extract {

/// A user's own way to read files of a kind: a command that writes their text.
struct ExtractCommand {
    std::vector<std::string> extensions;  ///< Lower-case file name endings without the dot.
    /// The program and its arguments; there is no shell. An argument that is "{file}" becomes the path of a copy of the
    /// file with its ending; without one the file is the command's standard input.
    std::vector<std::string> command;
    std::string type = "text";  ///< What it writes: an extractor's name, such as "text", "markdown" or "html".
    std::chrono::milliseconds timeout{60'000};
};

/// Reads files by a command, in a process with limits (core/base/subprocess.h), and its output by another extractor.
class CommandExtractor final : public Extractor {
public:
    /// Throws Error(usage) for a type that there is none of, or that is not text.
    explicit CommandExtractor(ExtractCommand command);

    [[nodiscard]] std::string_view name() const noexcept override { return name_; }
    /// That of what the command writes.
    [[nodiscard]] std::string_view media_type() const noexcept override { return output_.media_type(); }
    [[nodiscard]] std::span<const std::string_view> extensions() const noexcept override { return extensions_; }
    [[nodiscard]] bool is_binary() const noexcept override { return true; }
    [[nodiscard]] ReadIn read_in() const noexcept override { return ReadIn::this_process; }
    /// Also throws Error(failed) when the command is not there, fails, takes too long or writes too much or nothing.
    [[nodiscard]] document::Document extract(std::string bytes, const ExtractOptions& options) const override;

private:
    ExtractCommand command_;
    std::string name_;  ///< "command djvutxt"
    std::vector<std::string_view> extensions_;
    const Extractor& output_;
};

/// The extractors of this binary, and before them the user's commands. Copies share what they hold, since options that
/// hold one are copied while workers use it.
class ExtractorSet {
public:
    ExtractorSet() = default;
    explicit ExtractorSet(const std::vector<ExtractCommand>& commands);

    /// As find_extractor_for_file; the first command with the name's ending comes before all.
    [[nodiscard]] const Extractor* find_for_file(std::string_view file_name) const;
    /// As find_extractor, likewise.
    [[nodiscard]] const Extractor* find(std::string_view file_name, std::string_view first_bytes) const;

private:
    [[nodiscard]] const Extractor* find_command(std::string_view file_name) const;

    std::vector<std::shared_ptr<const CommandExtractor>> commands_;
};

}  // namespace quarry::extract
