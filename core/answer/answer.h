#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/answer/check_sentences.h"
#include "core/answer/citation.h"
#include "core/answer/prompt_template.h"
#include "core/base/cancel.h"
#include "core/base/trace.h"
#include "core/embed/embedder.h"
#include "core/llm/chat_model.h"
#include "core/passages/passages.h"
#include "core/search/search.h"
#include "core/store/store.h"
#include "core/tools/tool_call.h"

namespace quarry::tools {
class Toolbox;
}  // namespace quarry::tools

namespace quarry::answer {

class AnswerEvents;

/// What answers. Null where there is none.
struct AnswerTools {
    embed::Embedder* embedder = nullptr;  ///< Of the query; null searches by words.
    llm::ChatModel* chat = nullptr;       ///< Null for an extractive answer.
    Tracer* tracer = nullptr;      ///< Notes retrieval and what else is done; null for none.
    tools::Toolbox* toolbox = nullptr;  ///< What the model may call; null for nothing.
    rerank::Reranker* reranker = nullptr;  ///< Puts the passages that were found in its order; null: they stay.
};

struct AnswerOptions {
    search::SearchMode mode = search::SearchMode::hybrid;
    search::Fusion fusion = search::Fusion::min_max;  ///< As in SearchOptions.
    double dense_weight = 0.3;        ///< The same.
    lexical::Bm25Options bm25{};      ///< The same.
    store::ChunkFilter filter{};            ///< Which passages may be used at all.
    std::size_t rerank_depth = 50;          ///< As in SearchOptions.
    std::size_t sources = 6;          ///< Passages that an answer may rest on; at least 1.
    /// Tokens of all passages together, as tokens:approx counts them; at least 1.
    std::size_t max_context_tokens = 3'000;
    /// What passages must reach for there to be an answer at all; 0: whatever was found. With a model, held against
    /// the part of the question's words that they have (core/passages/relevance.h), whose scale no fusion changes;
    /// without one, against how likely it is that they are about the question (core/answer/refusal.h).
    double min_score = 0;
    std::optional<int> max_tokens;  ///< Of the model's answer.
    std::string answer_schema{};    ///< A JSON Schema that a model's answer shall fit; empty for text.
    PromptTemplate prompt = default_prompt_template();
    std::vector<llm::ChatMessage> history{};  ///< Turns before the question, oldest first: users' and the model's.
    /// Of an extractive answer: words of which each sentence must have one; empty for no such wish.
    std::string subject{};
    std::string date{};       ///< Today as "2026-11-21", for templates.
    bool entailment = false;  ///< Asks the model whether each sentence follows from what it cites.
    std::string fence;        ///< Mark around the sources in the prompt; empty for a random one. For tests.
};

enum class AnswerKind {
    extractive,  ///< Sentences of the documents, word for word.
    model,       ///< Written by a language model from the documents.
};

/// What an extractive answer is made of.
enum class AnswerForm {
    sentences,  ///< Sentences that answer the question clearly.
    passages,   ///< No sentence does: the passages that come closest, and a line above them that says so.
};

/// What retrieval gave for a question.
struct Retrieved {
    /// In the order of a prompt, where passage i is source [i + 1]: the best first, the second best last.
    std::vector<passages::Passage> passages;
    double score = 0;  ///< How well they fit the question, 0 to 1 (core/passages/relevance.h).
    search::SearchMode mode = search::SearchMode::lexical;  ///< What was really done.
    std::string note;                       ///< Why it was not what was asked for; else empty.
};

struct Answer {
    AnswerKind kind = AnswerKind::extractive;
    AnswerForm form = AnswerForm::sentences;  ///< Of an extractive answer.
    std::string text;  ///< With markers [n]; without terminal control sequences.
    /// False when the model said that the documents hold no answer.
    bool answered = true;
    std::vector<Citation> citations;             ///< By number; each was checked against the store.
    std::vector<SentenceCheck> sentences;        ///< Each statement of the text with its verdict, in order.
    std::vector<std::size_t> unknown_citations;  ///< Numbers that the model cited and that no source has.
    std::string model;                           ///< Empty for an extractive answer.
    std::string finish_reason;                   ///< The provider's word, when a model answered.
    std::optional<llm::ChatUsage> usage;
    std::optional<double> cost{};  ///< Of the model's answer; nothing when it is not known.
    bool cached = false;           ///< The model's answer is an earlier one to the same request.
    search::SearchMode mode = search::SearchMode::lexical;
    std::size_t sources = 0;                   ///< Passages that the answer could rest on.
    double score = 0;                          ///< Retrieved::score.
    std::string note;                          ///< Why retrieval was not what was asked for; else empty.
    std::string retries;                       ///< How often the model was asked again, for people; empty: not.
    std::vector<std::string> warnings;         ///< Why the answer may not be whole or right, for people.
    std::vector<tools::ToolCallRecord> tool_calls{};  ///< What the model had called, in order.
};

/// The line above the excerpts of an extractive answer, which says what they are; empty above sentences.
[[nodiscard]] std::string_view lead_in(const Answer& answer) noexcept;

/// What answers with these.
[[nodiscard]] AnswerKind answer_kind(const AnswerTools& tools) noexcept;

/// What stands for the answer where an Error(nothing_found) came instead of one: not answered, without text, and the
/// error's reason as its note.
[[nodiscard]] Answer no_answer(const Error& error);

/// How passages for answers are looked for; the limit is left as it is.
[[nodiscard]] search::SearchOptions search_options(const AnswerOptions& options);

/// The passages of the base for a question, packed to the budget. Throws Error(nothing_found) when there are none, or,
/// with a model, none that reaches AnswerOptions::min_score.
[[nodiscard]] Retrieved retrieve_passages(const store::Store& store, const AnswerTools& tools,
                                          std::string_view question, const AnswerOptions& options,
                                          const Cancellation& cancellation);

/// Answers a question from passages with citations that were checked: with the chat model, or, where there is none,
/// with the documents' own sentences. What comes is told as events (core/answer/answer_event.h): the text in pieces,
/// without terminal control sequences and without web addresses that are in no passage (core/answer/address_filter.h),
/// calls of tools, then the claims with their verdicts, notices and usage. Done and Failed are the caller's, who knows
/// the end.
///
/// Throws Error(nothing_found) when no sentence of them fits, or they do not reach min_score; what the model throws
/// comes out as it is.
[[nodiscard]] Answer answer_from(const store::Store& store, const AnswerTools& tools, std::string_view question,
                                 const Retrieved& retrieved, const AnswerOptions& options, const AnswerEvents& events,
                                 const Cancellation& cancellation);

/// Both in one: retrieve_passages, told as an event, then answer_from.
///
/// Throws Error(nothing_found) when the documents hold nothing for the question (no model is asked then); what the
/// model throws comes out as it is.
[[nodiscard]] Answer answer_question(const store::Store& store, const AnswerTools& tools, std::string_view question,
                                     const AnswerOptions& options, const AnswerEvents& events,
                                     const Cancellation& cancellation);

}  // namespace quarry::answer
