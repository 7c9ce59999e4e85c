#pragma once

#include <span>
#include <string>
#include <string_view>

#include "core/base/cancel.h"
#include "core/llm/chat_model.h"

namespace quarry::chat {

/// What was said before a question.
struct EarlierTurn {
    std::string question;
    std::string stand_alone;  ///< As it was looked for; empty when it was the same.
    std::string answer;       ///< Without citation markers.
};

/// Whether a question leans on what was said before: it points there ("it", "they", "those"), goes on from there
/// ("And …", "What about …"), or has no word that says what it is about ("Why?"). In English, and in the languages of
/// core/chat/anaphora.h.
[[nodiscard]] bool is_follow_up(std::string_view question);

/// A follow-up question with the words that it lacks, taken from the question before: "How far is it? (moon Earth)".
/// A question that stands alone, or is the first, is given as it is. Asks nobody.
[[nodiscard]] std::string stand_alone_by_words(std::string_view question, std::span<const EarlierTurn> earlier);

/// The same by a model, which knows all languages. What it gives that cannot be a question is not used: then, and when
/// it fails with provider_failed or rate_limited, `stand_alone_by_words` does it. Throws what else the model throws.
[[nodiscard]] std::string stand_alone_by_model(llm::ChatModel& model, std::string_view question,
                                               std::span<const EarlierTurn> earlier, const Cancellation& cancellation);

/// The words of an English question that say what it is about, "capital Peru" of "And the capital of Peru?"; none of
/// one that only points back ("Why?", "What about the second one?"), or is in another language.
[[nodiscard]] std::string own_subject(std::string_view question);

/// A summary of earlier turns, and of a summary of those before them, by a model. Throws what the model throws, and
/// Error(provider_failed) when it says nothing.
[[nodiscard]] std::string summarise_turns(llm::ChatModel& model, std::string_view summary,
                                          std::span<const EarlierTurn> turns, const Cancellation& cancellation);

}  // namespace quarry::chat
