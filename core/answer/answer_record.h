#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string_view>
#include <vector>

#include "core/answer/answer.h"

namespace quarry::answer {

/// An answer with its question as it is kept with the turn of a conversation: schema quarry.ask/1, whose fields are
/// only ever added to (docs/ask.md). core/wire gives doors the same document.
[[nodiscard]] nlohmann::ordered_json answer_record(std::string_view question, const Answer& answer);
/// The list `sentences` of that document.
[[nodiscard]] nlohmann::ordered_json sentences_record(std::string_view answer,
                                                      const std::vector<SentenceCheck>& sentences);
/// The list `tool_calls` of that document.
[[nodiscard]] nlohmann::ordered_json tool_calls_record(const std::vector<tools::ToolCallRecord>& calls);

}  // namespace quarry::answer
