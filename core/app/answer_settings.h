#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "core/answer/answer.h"
#include "core/app/services.h"
#include "core/config/config.h"

namespace quarry::app {

/// What of an answer the command line may say instead of the settings; empty and 0 for what it does not.
struct AnswerFlags {
    std::string mode{};
    std::string prompt_template{};
    int sources = 0;
    store::ChunkFilter filter{};  ///< Which passages may be used at all.
};

/// How the settings say that questions are answered. Throws Error(usage) for a prompt template that is not there or is
/// none.
[[nodiscard]] answer::AnswerOptions answer_options(const Services& services, const AnswerFlags& flags);

/// The longest question, in bytes. `check_question_length` throws Error(usage) for one that is longer.
inline constexpr std::size_t longest_question = 100'000;
void check_question_length(std::string_view question);

/// The folders where prompt templates have names, NAME.txt: beside the project's quarry.toml, then beside the user's
/// config.toml.
[[nodiscard]] std::vector<std::filesystem::path> prompt_folders(
    const std::optional<std::filesystem::path>& project_folder, const config::Config::Environment& environment);

/// A prompt template by name ("default" is the built-in one) or as a file: what has a "/" or a ".".
[[nodiscard]] answer::PromptTemplate load_prompt_template(const std::string& name, const config::Config& config,
                                                          const config::Config::Environment& environment);
/// That of ask.template. A project's file may name one in the project only, by its path from there. Throws like
/// `load_prompt_template`.
[[nodiscard]] answer::PromptTemplate configured_template(const config::Config& config,
                                                         const config::Config::Environment& environment);

}  // namespace quarry::app
