#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cli/line/command.h"
#include "core/base/error.h"

namespace quarry::cli {

/// Every command with its texts, found by its words. Owns the commands.
class CommandTable {
public:
    struct Entry {
        CommandInfo info;
        std::unique_ptr<Command> command;

        /// The last word of the path: "up" of "migrate up".
        [[nodiscard]] std::string_view name() const;
    };

    /// Of all commands that quarry has.
    CommandTable();

    [[nodiscard]] std::span<Entry> entries() noexcept { return entries_; }
    /// The entry of a path such as "migrate up"; null when there is none. Valid as long as the table.
    [[nodiscard]] Entry* find(std::string_view path);
    /// Entries directly below a path; "" gives the top level.
    [[nodiscard]] std::vector<Entry*> children(std::string_view path);
    /// The entry of the words of a path; throws Error(usage) for an unknown command or sub-command, with the nearest.
    [[nodiscard]] Entry& resolve(std::span<const std::string> words);
    /// The entry called `word` below `parent` ("" for the top level); throws as `resolve` does.
    [[nodiscard]] Entry& child(std::string_view parent, const std::string& word);

private:
    [[nodiscard]] Error unknown_command(const std::string& word, const std::vector<std::string>& names) const;

    std::vector<Entry> entries_;
};

}  // namespace quarry::cli
