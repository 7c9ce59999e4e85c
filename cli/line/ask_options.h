#pragma once

#include <string>
#include <vector>

#include "cli/line/command.h"
#include "cli/text/answer_text.h"
#include "core/app/answer_settings.h"
#include "core/app/chat_models.h"
#include "core/search/filter_spec.h"

namespace quarry::cli {

/// What was typed behind `quarry ask`.
struct AskArguments {
    std::vector<std::string> words;
    search::FilterSpec filter;
    app::AnswerFlags flags;  ///< Without the filter.
    app::ChatFlags chat;
    std::string schema;  ///< The file's name.
    std::string session;
    std::vector<std::string> allowed_tools;
    int max_tokens = 0;
    std::string format = "text";
    bool answer_only = false, quotes = false;
    bool require_citations = false, redact = false, tools = false, show_prompt = false;

    /// The question that was typed, or stands on `input` for "-". Throws Error(usage).
    [[nodiscard]] std::string question(std::istream& input) const;
    /// The settings with what was typed over them.
    [[nodiscard]] config::Config settings(config::Config config) const;
    /// The schema in the file, which is looked at before anything is asked; empty without one. Throws Error.
    [[nodiscard]] std::string answer_schema(const config::Config& config) const;
    /// Whether something is remembered, or tools are offered.
    [[nodiscard]] bool in_conversation(const config::Config& config) const;
    [[nodiscard]] AnswerStyle style() const { return {format == "md", answer_only, quotes}; }
    /// Whether what comes is there at once and may be long: not a model's answer, which is shown as it is written.
    [[nodiscard]] bool is_paged(const config::Config& config) const;
    /// Throws Error(usage) for options that do not go together.
    void check(bool json) const;
};

void declare_ask_options(OptionTable& options, AskArguments& arguments);

}  // namespace quarry::cli
