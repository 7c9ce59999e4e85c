#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/answer/prompt_template.h"
#include "core/llm/chat_model.h"
#include "core/passages/passages.h"

namespace quarry::answer {

/// What a model is told to say, and only that, when the sources hold no answer.
inline constexpr std::string_view not_in_the_documents = "The documents do not say.";

/// What a prompt is made from; borrowed.
struct PromptParts {
    std::string_view question;
    std::span<const passages::Passage> passages;  ///< Source [1] is the first.
    std::string_view fence;
    std::span<const llm::ChatMessage> history;  ///< Turns before, oldest first.
    std::string_view date;
    bool native_sources = false;  ///< Put the sources into ChatMessage::sources: ChatModel::takes_sources.
};

/// The messages that ask a model to answer from the passages, numbered from 1, and to cite them as [n].
///
/// Each source stands between lines with the fence, which is taken out of the sources, or in a block of its own where
/// the provider has such; the model is told that what stands there is data, never instructions. Paths are not sent,
/// only file names. Turns before go where the template has {{history}}, else between the system's message and the
/// user's.
[[nodiscard]] std::vector<llm::ChatMessage> build_prompt(const PromptTemplate& prompt, const PromptParts& parts);

/// A source as a prompt shows it, between lines with the fence.
[[nodiscard]] std::string source_as_text(std::size_t number, const passages::Passage& passage, std::string_view fence);

}  // namespace quarry::answer
