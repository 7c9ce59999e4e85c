#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/answer/citation.h"
#include "core/answer/passages.h"
#include "core/base/cancel.h"
#include "core/embed/embedder.h"
#include "core/llm/chat_model.h"
#include "core/search/search.h"
#include "core/store/store.h"

namespace quarry {

/// What answers. Null where there is none.
struct AnswerTools {
    Embedder* embedder = nullptr;  ///< Of the query; null searches by words.
    ChatModel* chat = nullptr;     ///< Null for an extractive answer.
};

struct AnswerOptions {
    SearchMode mode = SearchMode::hybrid;
    double dense_weight = 0.3;               ///< As in SearchOptions.
    Bm25Options bm25{};                      ///< The same.
    std::size_t sources = 6;                 ///< Passages that an answer may rest on; at least 1.
    std::size_t max_context_chars = 12'000;  ///< Code points of all passages together; at least 1.
    std::optional<int> max_tokens;           ///< Of the model's answer.
    std::string fence;  ///< Mark around the sources in the prompt; empty for a random one. For tests.
};

enum class AnswerKind {
    extractive,  ///< Sentences of the documents, word for word.
    model,       ///< Written by a language model from the documents.
};

/// What retrieval gave for a question.
struct Retrieved {
    std::vector<Passage> passages;          ///< Best first; passage i is source [i + 1] of a prompt.
    SearchMode mode = SearchMode::lexical;  ///< What was really done.
    std::string note;                       ///< Why it was not what was asked for; else empty.
};

struct Answer {
    AnswerKind kind = AnswerKind::extractive;
    std::string text;  ///< With markers [n]; without terminal control sequences.
    /// False when the model said that the documents hold no answer.
    bool answered = true;
    std::vector<Citation> citations;             ///< By number; each was checked against the store.
    std::vector<std::size_t> unknown_citations;  ///< Numbers that the model cited and that no source has.
    std::string model;                           ///< Empty for an extractive answer.
    std::string finish_reason;                   ///< The provider's word, when a model answered.
    std::optional<ChatUsage> usage;
    SearchMode mode = SearchMode::lexical;
    std::size_t sources = 0;            ///< Passages that the answer could rest on.
    std::string note;                   ///< Why retrieval was not what was asked for; else empty.
    std::vector<std::string> warnings;  ///< Why the answer may not be whole or right, for people.
};

/// The passages of the base for a question, packed to the budget. Throws Error(nothing_found) when there are none.
[[nodiscard]] Retrieved retrieve_passages(const Store& store, const AnswerTools& tools, std::string_view question,
                                          const AnswerOptions& options, const Cancellation& cancellation);

/// Answers a question from the base with citations that were checked: with the chat model, or, where there is none,
/// with the documents' own sentences. The text goes to `sink` as it comes, already without terminal control sequences.
///
/// Throws Error(nothing_found) when the documents hold nothing for the question (no model is asked then); what the
/// model throws comes out as it is.
[[nodiscard]] Answer answer_question(const Store& store, const AnswerTools& tools, std::string_view question,
                                     const AnswerOptions& options, const TextSink& sink,
                                     const Cancellation& cancellation);

}  // namespace quarry
