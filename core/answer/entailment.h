#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "core/answer/check_sentences.h"
#include "core/answer/citation.h"
#include "core/base/cancel.h"
#include "core/llm/chat_model.h"

namespace quarry::answer {

/// Asks a model, in one request, whether each cited sentence of an answer follows from what it cites, and takes its
/// word as the verdict. What was found word by word stays: a quotation that was altered is not mended by a model's
/// opinion, and sentences that the model says nothing usable of keep their verdict. Throws what the model throws.
void judge_entailment(llm::ChatModel& model, std::string_view answer, std::span<const Citation> citations,
                      std::string_view fence, std::vector<SentenceCheck>& sentences, const Cancellation& cancellation);

}  // namespace quarry::answer
