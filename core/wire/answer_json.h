#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string_view>

#include "core/answer/answer_event.h"
#include "core/answer/batch.h"
#include "core/answer/verify_answer.h"

namespace quarry::wire {

/// The document of an answer, schema quarry.ask/1 (docs/ask.md): the same as it is kept with a conversation.
[[nodiscard]] nlohmann::ordered_json answer_json(std::string_view question, const answer::Answer& answer);

/// A line of `batch`, schema quarry.batch/1: the answer's fields with the question's id, or its error.
[[nodiscard]] nlohmann::ordered_json batch_result_json(const answer::BatchQuestion& question,
                                                       const answer::BatchResult& result);

/// The document of `verify`, schema quarry.verify/1.
[[nodiscard]] nlohmann::ordered_json verification_json(const answer::SavedAnswer& answer,
                                                       const answer::Verification& result, bool holds);

/// The name of an event: "retrieved", "text", "claim", "tool_call", "tool_result", "approval_needed", "notice",
/// "usage", "done" or "failed".
[[nodiscard]] std::string_view answer_event_name(const answer::AnswerEvent& event) noexcept;
/// An event with its name, its number and its fields.
[[nodiscard]] nlohmann::ordered_json answer_event_json(std::string_view question, const answer::AnswerEvent& event);

}  // namespace quarry::wire
