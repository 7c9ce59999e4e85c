#pragma once

#include <string>
#include <string_view>

#include "cli/line/command_table.h"

namespace quarry::cli {

class Output;

/// The exit codes of a command in order: those that all have, with its own in between.
[[nodiscard]] std::vector<std::pair<int, std::string>> exit_codes_of(const CommandInfo& info);

/// `text` broken at spaces to `width` columns, each line after `indent` columns; lines that begin with a space are
/// examples and stay as they are. Paragraphs stay apart by an empty line. Ends with a line feed.
[[nodiscard]] std::string wrap(std::string_view text, std::size_t width, std::size_t indent);

/// What quarry itself is: the description of quarry(1).
[[nodiscard]] const CommandInfo& quarry_info();

/// The help of a command, or for null the list of all of them, wrapped to the terminal and styled for it.
[[nodiscard]] std::string help_text(CommandTable& table, CommandTable::Entry* entry, const Output& out);

/// What all commands have in common: "options" or "exit-codes"; empty for any other topic.
[[nodiscard]] std::string help_topic(std::string_view topic, const Output& out);

}  // namespace quarry::cli
