#pragma once

#include <nlohmann/json_fwd.hpp>

#include <string_view>
#include <vector>

#include "core/answer/answer.h"

namespace quarry::cli {

class Output;

/// "Sources:" with each citation's place and quote; nothing when there are none.
void print_sources(Output& out, const answer::Answer& answer);
/// "Not supported by the sources:" with each sentence that is not wholly supported and why; nothing when all are.
void print_unsupported(Output& out, std::string_view answer, const std::vector<answer::SentenceCheck>& sentences);

/// The document of `ask --json`, schema quarry.ask/1 (docs/ask.md).
[[nodiscard]] nlohmann::ordered_json answer_json(std::string_view question, const answer::Answer& answer);
/// The list `sentences` of that document.
[[nodiscard]] nlohmann::ordered_json sentences_json(std::string_view answer,
                                                    const std::vector<answer::SentenceCheck>& sentences);

}  // namespace quarry::cli
