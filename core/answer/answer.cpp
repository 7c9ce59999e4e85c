#include "core/answer/answer.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/answer/extractive.h"
#include "core/answer/model_citations.h"
#include "core/answer/prompt.h"
#include "core/base/text.h"
#include "core/llm/terminal_filter.h"

namespace quarry {
namespace {

// Hits that are merged, or are the same text twice, leave room for others.
constexpr std::size_t hits_per_source = 3;

Error nothing_found(const Store& store) {
    const bool empty = store.stats().documents == 0;
    return Error(ErrorCode::nothing_found, "the documents do not say",
                 empty ? "put documents into the knowledge base first: quarry ingest PATH"
                       : "ask with words that the documents use, or look around with: quarry search WORDS")
        .because(empty ? "the knowledge base is empty" : "nothing in the knowledge base fits the question");
}

void note_broken(std::size_t broken, Answer& answer) {
    if (broken == 0) return;
    answer.warnings.push_back(
        fmt::format("{} citation(s) left out: the knowledge base changed while the answer was made", broken));
}

Answer extract_answer(const Store& store, Embedder* embedder, std::string_view question,
                      const std::vector<Passage>& passages, const TextSink& sink, const Cancellation& cancellation) {
    const std::vector<ChosenSentence> chosen = choose_sentences(question, passages, embedder, cancellation);
    if (chosen.empty()) throw nothing_found(store);
    Answer answer;
    for (const ChosenSentence& one : chosen) {
        const Passage& passage = passages[one.passage];
        answer.citations.push_back(
            make_citation(answer.citations.size() + 1, passage, passage.sentences[one.sentence], 1.0));
    }
    note_broken(remove_broken_citations(store, answer.citations), answer);
    if (answer.citations.empty()) throw nothing_found(store);
    for (std::size_t i = 0; i < answer.citations.size(); ++i) {
        answer.citations[i].number = i + 1;
        const std::string words =
            one_line(strip_terminal_controls(answer.citations[i].quote), answer.citations[i].quote.size());
        answer.text += fmt::format("{}{} [{}]", i == 0 ? "" : "\n", words, i + 1);
    }
    if (sink) sink(answer.text);
    return answer;
}

/// Why a model's answer may not be whole, in its own words for the end.
void note_ending(const ChatResponse& response, Answer& answer) {
    if (response.finish_reason == "length") {
        answer.warnings.emplace_back("the model stopped at its length limit (chat.max_tokens): the answer is cut off");
    } else if (response.finish_reason == "content_filter") {
        answer.warnings.emplace_back("the provider's content filter ended the answer");
    } else if (response.finish_reason.empty()) {
        answer.warnings.emplace_back("the server did not say that the answer is complete");
    }
}

/// Says what in a model's answer is not borne out by its citations.
void note_doubts(Answer& answer) {
    // Without its full stop, which models change.
    const std::string_view refusal = not_in_the_documents.substr(0, not_in_the_documents.size() - 1);
    answer.answered = !(answer.citations.empty() && trim(answer.text).starts_with(refusal));
    if (trim(answer.text).empty()) {
        answer.answered = false;
        answer.warnings.emplace_back("the model said nothing");
    } else if (answer.answered && answer.citations.empty()) {
        answer.warnings.emplace_back("the model cited no source: nothing of this answer was checked");
    }
    for (const Citation& citation : answer.citations) {
        if (citation.overlap > 0) continue;
        answer.warnings.push_back(
            fmt::format("a sentence that cites [{}] shares no word with that source", citation.number));
    }
    for (const std::size_t number : answer.unknown_citations) {
        answer.warnings.push_back(fmt::format("the model cited source [{}], which does not exist", number));
    }
}

Answer ask_model(const Store& store, ChatModel& model, std::string_view question, const std::vector<Passage>& passages,
                 const AnswerOptions& options, const TextSink& sink, const Cancellation& cancellation) {
    ChatRequest request;
    request.messages = build_prompt(question, passages, options.fence.empty() ? random_fence() : options.fence);
    request.max_tokens = options.max_tokens;

    Answer answer;
    answer.kind = AnswerKind::model;
    answer.model = model.name();
    TerminalFilter filter;
    const ChatResponse response = model.chat(
        request,
        [&](std::string_view piece) {
            const std::string clean = filter.feed(piece);
            answer.text += clean;
            if (sink && !clean.empty()) sink(clean);
        },
        cancellation);
    answer.finish_reason = response.finish_reason;
    answer.usage = response.usage;
    note_ending(response, answer);

    ModelCitations found = cite_model_answer(answer.text, passages);
    answer.citations = std::move(found.citations);
    answer.unknown_citations = std::move(found.unknown);
    note_broken(remove_broken_citations(store, answer.citations), answer);
    note_doubts(answer);
    return answer;
}

}  // namespace

Retrieved retrieve_passages(const Store& store, const AnswerTools& tools, std::string_view question,
                            const AnswerOptions& options, const Cancellation& cancellation) {
    if (trim(question).empty()) {
        throw Error(ErrorCode::usage, "the question is empty", "quarry ask 'How do I …?'");
    }
    SearchOptions search_options;
    search_options.mode = options.mode;
    search_options.limit = options.sources * hits_per_source;
    search_options.dense_weight = options.dense_weight;
    search_options.bm25 = options.bm25;
    search_options.syntax = QuerySyntax::plain;
    const SearchResult result = search(store, {tools.embedder}, question, search_options, cancellation);
    Retrieved retrieved{pack_passages(store, result.hits, options.sources, options.max_context_chars), result.mode,
                        result.note};
    if (retrieved.passages.empty()) throw nothing_found(store);
    return retrieved;
}

Answer answer_question(const Store& store, const AnswerTools& tools, std::string_view question,
                       const AnswerOptions& options, const TextSink& sink, const Cancellation& cancellation) {
    const Retrieved retrieved = retrieve_passages(store, tools, question, options, cancellation);
    Answer answer = tools.chat != nullptr
                        ? ask_model(store, *tools.chat, question, retrieved.passages, options, sink, cancellation)
                        : extract_answer(store, tools.embedder, question, retrieved.passages, sink, cancellation);
    answer.mode = retrieved.mode;
    answer.sources = retrieved.passages.size();
    answer.note = retrieved.note;
    return answer;
}

}  // namespace quarry
