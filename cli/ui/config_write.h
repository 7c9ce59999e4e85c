#pragma once

#include <filesystem>
#include <string>

#include "cli/line/command.h"

namespace quarry::cli {

/// The file that an edit of settings goes to: the user's own, or the project's, which need not be there yet.
[[nodiscard]] std::filesystem::path settings_file(const Context& context, bool user);

/// What the file holds; empty when it is not there.
[[nodiscard]] std::string read_settings(const std::filesystem::path& file);

/// Writes its new text. A project's file that was allowed stays so when it asks for nothing else than before; a file
/// with a secret is its owner's alone.
void write_settings(const Context& context, const std::filesystem::path& file, bool user, const std::string& before,
                    const std::string& after, bool has_secret = false);

}  // namespace quarry::cli
