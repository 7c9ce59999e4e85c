#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "cli/command.h"
#include "cli/config.h"
#include "core/answer/answer.h"

namespace quarry::cli {

/// What of an answer the command line may say instead of the settings; empty and 0 for what it does not.
struct AnswerFlags {
    std::string mode{};
    std::string prompt_template{};
    int sources = 0;
};

/// How the settings say that questions are answered. Throws Error(usage) for a prompt template that is not there or is
/// none.
[[nodiscard]] AnswerOptions answer_options(const Context& context, const Config& config, const AnswerFlags& flags);

/// The folders where prompt templates have names, NAME.txt: beside the project's quarry.toml, then beside the user's
/// config.toml.
[[nodiscard]] std::vector<std::filesystem::path> prompt_folders(
    const std::optional<std::filesystem::path>& project_folder, const Config::Environment& environment);

/// A prompt template by name ("default" is the built-in one) or as a file: what has a "/" or a ".".
[[nodiscard]] PromptTemplate load_prompt_template(const std::string& name, const Config& config,
                                                  const Config::Environment& environment);

}  // namespace quarry::cli
