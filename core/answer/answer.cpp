#include "core/answer/answer.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <set>

#include "core/answer/address_filter.h"
#include "core/answer/answer_event.h"
#include "core/answer/entailment.h"
#include "core/answer/extractive.h"
#include "core/answer/model_citations.h"
#include "core/answer/prompt.h"
#include "core/answer/question_kind.h"
#include "core/answer/shown_excerpt.h"
#include "core/base/bounded_json.h"
#include "core/base/text.h"
#include "core/llm/terminal_filter.h"
#include "core/passages/relevance.h"
#include "core/search/spelling.h"
#include "core/tokenize/tokenizer.h"
#include "core/tools/fence.h"
#include "core/tools/tool_loop.h"
#include "core/trace/run_record.h"

namespace quarry::answer {
namespace {

constexpr const char* rounds_used_up =
    "the model used up its rounds of tool calls (chat.max_tool_rounds), and answered from what it had found by then";

// Hits that are merged, or are the same text twice, leave room for others.
constexpr std::size_t hits_per_source = 3;

constexpr std::string_view closest_passage = "No sentence answers this clearly; the closest passage:";
constexpr std::string_view closest_passages = "No sentence answers this clearly; the closest passages:";

/// `why` is said of a base that holds something, as far as the filter's collections let that be seen.
Error nothing_found(const store::Store& store, const store::ChunkFilter& filter, std::string why) {
    if (filter.collections) {
        store::ChunkFilter visible;
        visible.collections = filter.collections;
        if (store.chunk_ids({visible, {}}, 0, 1).empty()) {
            return Error(ErrorCode::nothing_found, "the documents do not say",
                         "put documents into a collection: quarry ingest --collection NAME PATH")
                .because("the collections that were asked are empty");
        }
    }
    const bool empty = !filter.collections && store.stats().documents == 0;
    return Error(ErrorCode::nothing_found, "the documents do not say",
                 empty ? "add documents first: quarry ingest PATH"
                       : "use words from the documents, or see what is there: quarry search WORDS")
        .because(empty ? "the knowledge base is empty" : std::move(why));
}

void note_broken(std::size_t broken, Answer& answer) {
    if (broken == 0) return;
    answer.warnings.push_back(
        fmt::format("{} citation(s) left out: the knowledge base changed while the answer was made", broken));
}

/// Adds the citations to the text, each behind its marker.
void write_excerpts(Answer& answer) {
    const bool is_clear = answer.form == AnswerForm::sentences;
    if (!is_clear) answer.text = fmt::format("{}\n\n", lead_in(answer));
    for (std::size_t i = 0; i < answer.citations.size(); ++i) {
        answer.citations[i].number = i + 1;
        if (i > 0) answer.text += is_clear ? "\n" : "\n\n";
        SentenceCheck check{
            .start = answer.text.size(), .verdict = Verdict::supported, .support = 1, .numbers = {i + 1}};
        answer.text += fmt::format("{} [{}]", answer.citations[i].shown, i + 1);
        check.end = answer.text.size();
        answer.sentences.push_back(std::move(check));
    }
}

/// Without a model: what a question is about counts, not how it asks. Where the documents have the words that ask as
/// well ("limit upload speed"), those count, too.
double relevance_of_subject(const store::Store& store, std::string_view question,
                            std::span<const passages::Passage> passages) {
    const QuestionReading reading(question);
    const double whole = passages::relevance(store, question, passages);
    return std::max(whole, passages::relevance(store, reading.subject(), passages, reading.language()));
}

/// By words where the embedder's server fails, with a note of it.
ExcerptChoice choose_with_embedder(const SentenceWish& wish, const std::vector<passages::Passage>& passages,
                                   embed::Embedder* embedder, std::string& note, const Cancellation& cancellation) {
    try {
        return choose_excerpts(wish, passages, embedder, cancellation);
    } catch (const Error& error) {
        if (embedder == nullptr || !embed::is_unavailable(error)) throw;
        note = fmt::format("sentences were chosen by words only: {}", error.message());
        return choose_excerpts(wish, passages, nullptr, cancellation);
    }
}

/// `min_score`: how likely it must be that the passages are about the question.
Answer extract_answer(const store::Store& store, embed::Embedder* embedder, const SentenceWish& wish,
                      const std::vector<passages::Passage>& passages, double min_score, const AnswerEvents& events,
                      const Cancellation& cancellation) {
    Answer answer;
    const ExcerptChoice chosen = choose_with_embedder(wish, passages, embedder, answer.note, cancellation);
    if (chosen.excerpts.empty()) {
        throw nothing_found(store, {},
                            "passages were found, but no sentence in them has enough of the question's words, or it is "
                            "too long to quote");
    }
    if (chosen.is_answerable < min_score) {
        throw nothing_found(store, {},
                            fmt::format("the closest passages seem to be about something else: {:.2f}; ask.min_score "
                                        "requires {:.2f}",
                                        std::floor(chosen.is_answerable * 100) / 100, min_score));
    }
    answer.form = chosen.is_clear ? AnswerForm::sentences : AnswerForm::passages;
    for (const ChosenExcerpt& one : chosen.excerpts) {
        const passages::Passage& passage = passages[one.passage];
        Citation citation = make_citation(answer.citations.size() + 1, passage, whole_excerpt(passage, one), 1.0);
        citation.shown = shown_excerpt(passage, one, answer.form, Markup::text);
        citation.markdown = shown_excerpt(passage, one, answer.form, Markup::markdown);
        answer.citations.push_back(std::move(citation));
    }
    note_broken(remove_broken_citations(store, answer.citations), answer);
    if (answer.citations.empty()) {
        throw nothing_found(store, {}, "the knowledge base changed while the answer was made");
    }
    write_excerpts(answer);
    events.emit(event::Text{answer.text});
    return answer;
}

/// Why a model's answer may not be whole, in its own words for the end.
void note_ending(const llm::ChatResponse& response, Answer& answer) {
    if (response.finish_reason == "length") {
        answer.warnings.emplace_back("the model stopped at its length limit (chat.max_tokens): the answer is cut off");
    } else if (response.finish_reason == "content_filter") {
        answer.warnings.emplace_back("the provider's content filter ended the answer");
    } else if (response.finish_reason.empty()) {
        answer.warnings.emplace_back("the server did not say that the answer is complete");
    }
}

/// Why there is no answer though the model was asked: it is not the documents that do not say.
Error said_nothing(const llm::ChatResponse& response, bool used_up_rounds) {
    if (used_up_rounds) {
        return Error(ErrorCode::provider_failed, "the model used up its rounds of tool calls and did not answer",
                     "allow it more: chat.max_tool_rounds; or ask more exactly");
    }
    const bool at_limit = response.finish_reason == "length";
    Error error(ErrorCode::provider_failed, "the model returned no text",
                at_limit ? "allow it more: chat.max_tokens, --max-tokens" : "ask again, or ask another model: --model");
    if (at_limit) {
        return std::move(error).because("it reached its length limit before it began to answer");
    }
    if (response.finish_reason == "content_filter") {
        return std::move(error).because("the provider's content filter ended the answer");
    }
    return error;
}

/// Says what in a model's answer is not borne out by its citations.
void note_doubts(const std::set<std::string>& addresses, Answer& answer) {
    // Without its full stop, which models change.
    const std::string_view refusal = not_in_the_documents.substr(0, not_in_the_documents.size() - 1);
    answer.answered = !(answer.citations.empty() && trim(answer.text).starts_with(refusal));
    if (answer.answered && answer.citations.empty()) {
        answer.warnings.emplace_back("the model cited no source: nothing of this answer was checked");
    }
    for (const std::size_t number : answer.unknown_citations) {
        answer.warnings.push_back(fmt::format("the model cited source [{}], which does not exist", number));
    }
    if (!addresses.empty()) {
        answer.warnings.push_back(fmt::format(
            "left out addresses that are not in any of the documents that were read: {}", fmt::join(addresses, ", ")));
    }
}

/// What a trace says of retrieval, in OpenTelemetry's names.
void note_retrieval(TraceScope& scope, std::string_view question, const Retrieved& retrieved) {
    if (!scope) return;
    scope.set(trace::attribute::operation, "retrieval");
    scope.set(trace::attribute::search_mode, search::search_mode_name(retrieved.mode));
    scope.set(trace::attribute::search_passages, retrieved.passages.size());
    if (!scope.keeps_content()) return;
    scope.set(trace::attribute::retrieval_query, question);
    std::vector<std::string> uris;
    for (const passages::Passage& passage : retrieved.passages) uris.push_back(passage.uri);
    scope.set(trace::attribute::retrieval_documents, uris);
}

/// All that a model was given and that is the user's: addresses in it may come back.
std::vector<std::string_view> known_texts(std::string_view question, const std::vector<passages::Passage>& passages,
                                          const AnswerOptions& options) {
    std::vector<std::string_view> texts = {question};
    for (const passages::Passage& passage : passages) {
        texts.emplace_back(passage.text);
        texts.emplace_back(passage.uri);
    }
    for (const llm::ChatMessage& turn : options.history) texts.emplace_back(turn.content);
    return texts;
}

bool may_call_tools(const AnswerTools& tools) {
    return tools.chat != nullptr && tools.toolbox != nullptr && !tools.toolbox->empty();
}

/// Tells the model of its tools, where its rules are.
void add_tool_rules(std::string_view fence, std::vector<llm::ChatMessage>& messages) {
    if (messages.empty() || messages.front().role != llm::ChatMessage::Role::system) {
        messages.insert(messages.begin(), {llm::ChatMessage::Role::system, {}});
    }
    messages.front().content += tools::tool_rules(fence);
}

/// The texts in a value, a line each.
void collect_texts(const nlohmann::json& value, std::string& lines) {
    if (value.is_string()) lines += value.get<std::string>() + '\n';
    if (!value.is_structured()) return;
    for (const nlohmann::json& part : value) collect_texts(part, lines);
}

/// The citations in an answer that is JSON: markers in its texts. Its parts are no sentences, so none is judged.
void cite_json(const store::Store& store, const std::vector<passages::Passage>& passages, Answer& answer) {
    std::string texts;
    collect_texts(parse_bounded_json(answer.text), texts);
    ModelCitations found = cite_model_answer(texts, passages);
    answer.citations = std::move(found.citations);
    answer.unknown_citations = std::move(found.unknown);
    note_broken(remove_broken_citations(store, answer.citations), answer);
}

/// What the server said of its answer.
void note_response(const llm::ChatResponse& response, Answer& answer) {
    answer.finish_reason = response.finish_reason;
    answer.usage = response.usage;
    answer.cached = response.cached;
    answer.cost = response.cost;
    if (response.retries > 0) {
        answer.retries = fmt::format("the server was busy: asked {} times, waited {:.1f} s", response.retries + 1,
                                     static_cast<double>(response.retry_wait.count()) / 1000.0);
    }
    note_ending(response, answer);
}

/// Ties the text of a model to its sources and judges its claims.
void check_citations(const store::Store& store, const AnswerTools& tools, const AnswerOptions& options,
                     const std::vector<passages::Passage>& passages, const std::string& fence,
                     const std::set<std::string>& addresses, Answer& answer, const Cancellation& cancellation) {
    const TraceScope scope(tools.tracer, "check citations");
    if (!options.answer_schema.empty()) {
        return cite_json(store, passages, answer);
    }
    ModelCitations found = cite_model_answer(answer.text, passages);
    answer.citations = std::move(found.citations);
    answer.unknown_citations = std::move(found.unknown);
    note_broken(remove_broken_citations(store, answer.citations), answer);
    note_doubts(addresses, answer);
    answer.sentences = check_sentences(answer.text, answer.citations, tools.embedder, cancellation);
    if (options.entailment) {
        judge_entailment(*tools.chat, answer.text, answer.citations, fence, answer.sentences, cancellation);
    }
}

/// `passages` grows by what tools find.
Answer ask_model(const store::Store& store, const AnswerTools& tools, std::string_view question,
                 const std::vector<passages::Passage>& retrieved, std::vector<passages::Passage>& passages,
                 const AnswerOptions& options, const AnswerEvents& events, const Cancellation& cancellation) {
    llm::ChatModel& model = *tools.chat;
    const std::string fence = options.fence.empty() ? tools::random_fence() : options.fence;
    llm::ChatRequest request;
    request.messages = build_prompt(options.prompt,
                                    {question, retrieved, fence, options.history, options.date, model.takes_sources()});
    request.max_tokens = options.max_tokens;
    request.mark = fence;
    request.answer_schema = options.answer_schema;

    Answer answer;
    answer.kind = AnswerKind::model;
    answer.model = model.name();
    llm::TerminalFilter controls;
    AddressFilter addresses(known_texts(question, retrieved, options));
    const auto show = [&](const std::string& clean) {
        answer.text += clean;
        if (!clean.empty()) events.emit(event::Text{clean});
    };
    std::size_t known = passages.size();
    const llm::TextSink take = [&](std::string_view piece) {
        for (; known < passages.size(); ++known) addresses.add(passages[known].text);
        show(addresses.feed(controls.feed(piece)));
    };
    llm::ChatResponse response;
    bool used_up_rounds = false;
    if (may_call_tools(tools)) {
        add_tool_rules(fence, request.messages);
        tools::ToolRun run{passages, fence, cancellation, tools.tracer};
        run.on_call = [&](const llm::ChatToolCall& call) { events.emit(event::ToolCall{call}); };
        run.on_result = [&](const tools::ToolCallRecord& record) { events.emit(event::ToolResult{record}); };
        run.on_approval = [&](std::string_view tool, std::string_view arguments) {
            events.emit(event::ApprovalNeeded{tool, arguments});
        };
        // What a model says before it has tools called is shown, and is no part of its answer.
        const auto round_ended = [&] {
            show(addresses.finish());
            if (!answer.text.empty()) events.emit(event::Text{"\n\n"});
            answer.text.clear();
        };
        tools::ToolLoopResult result =
            tools::run_with_tools(model, std::move(request), *tools.toolbox, run, take, round_ended, answer.tool_calls);
        response = std::move(result.response);
        used_up_rounds = result.exhausted;
        if (used_up_rounds) answer.warnings.emplace_back(rounds_used_up);
    } else {
        response = model.chat(request, take, cancellation);
    }
    show(addresses.finish());
    if (trim(answer.text).empty() && addresses.left_out().empty()) throw said_nothing(response, used_up_rounds);
    note_response(response, answer);
    check_citations(store, tools, options, passages, fence, addresses.left_out(), answer, cancellation);
    return answer;
}

/// What was looked for by meaning alone may share no word with the question.
double least_score(const Retrieved& retrieved, const AnswerOptions& options) {
    return retrieved.mode == search::SearchMode::vector ? 0.0 : options.min_score;
}

/// What is known when the answer is there: its claims, what it took, and what the reader should know.
void tell_result(const Answer& answer, const AnswerEvents& events) {
    for (const SentenceCheck& check : answer.sentences) events.emit(event::Claim{answer.text, check});
    if (answer.kind == AnswerKind::model) events.emit(event::Usage{answer.usage, answer.cost, answer.cached});
    for (const std::string& note : {answer.note, answer.retries}) {
        if (!note.empty()) events.emit(event::Notice{false, note});
    }
    for (const std::string& warning : answer.warnings) events.emit(event::Notice{true, warning});
}

}  // namespace

AnswerKind answer_kind(const AnswerTools& tools) noexcept {
    return tools.chat != nullptr ? AnswerKind::model : AnswerKind::extractive;
}

Answer no_answer(const Error& error) {
    Answer answer;
    answer.answered = false;
    answer.note =
        fmt::format("{}{}{}", error.message(), error.causes().empty() ? "" : ": ", fmt::join(error.causes(), ": "));
    return answer;
}

search::SearchOptions search_options(const AnswerOptions& options) {
    search::SearchOptions search;
    search.mode = options.mode;
    search.fusion = options.fusion;
    search.dense_weight = options.dense_weight;
    search.bm25 = options.bm25;
    search.syntax = search::QuerySyntax::plain;
    search.filter = options.filter;
    search.rerank_depth = options.rerank_depth;
    return search;
}

Retrieved retrieve_passages(const store::Store& store, const AnswerTools& tools, std::string_view question,
                            const AnswerOptions& options, const Cancellation& cancellation) {
    if (trim(question).empty()) {
        throw Error(ErrorCode::usage, "the question is empty", "quarry ask 'How do I …?'");
    }
    TraceScope scope(tools.tracer, "retrieval");
    search::SearchOptions looking = search_options(options);
    const bool has_model = tools.chat != nullptr;
    // Sentences are chosen among more passages than a model is given.
    const auto read_of = [&](std::size_t given) { return has_model ? given : given * 5 / 2; };
    const std::size_t read = read_of(options.sources);
    const std::size_t tokens = read_of(options.max_context_tokens);
    looking.limit = read * hits_per_source;
    const search::SearchResult result =
        search::search(store, {tools.embedder, tools.reranker}, question, looking, cancellation);
    const std::unique_ptr<tokenize::Tokenizer> tokenizer = tokenize::make_tokenizer("tokens:approx");
    Retrieved retrieved;
    retrieved.passages = passages::pack_passages(store, result.hits, read, *tokenizer, tokens);
    retrieved.mode = result.mode;
    retrieved.note = result.note;
    const bool by_words = result.mode != search::SearchMode::vector;
    if (by_words && retrieved.note.empty()) {
        retrieved.note = search::also_searched_note(result.missing_words, result.suggestion);
    }
    if (retrieved.passages.empty()) {
        if (may_call_tools(tools)) return retrieved;  // they may find what was not found
        throw nothing_found(store, options.filter,
                            options.filter.empty() ? "nothing in the knowledge base fits the question"
                                                   : "nothing that the filter allows fits the question");
    }
    const std::size_t judged = std::min(options.sources, retrieved.passages.size());
    const std::span judged_passages = std::span(retrieved.passages).first(judged);
    const std::string asked(by_words && !result.respelt.empty() ? std::string_view(result.respelt) : question);
    retrieved.score = has_model ? passages::relevance(store, asked, judged_passages)
                                : relevance_of_subject(store, asked, judged_passages);
    // A model with tools can look itself; without a model, the sentences are judged too.
    if (has_model && !may_call_tools(tools) && retrieved.score < least_score(retrieved, options)) {
        throw nothing_found(store, options.filter,
                            fmt::format("the best passage covers {:.2f} of the question; ask.min_score requires {:.2f}",
                                        retrieved.score, options.min_score));
    }
    passages::order_best_at_both_ends(retrieved.passages);
    note_retrieval(scope, question, retrieved);
    return retrieved;
}

std::string_view lead_in(const Answer& answer) noexcept {
    if (answer.form == AnswerForm::sentences) return {};
    return answer.citations.size() > 1 ? closest_passages : closest_passage;
}

Answer answer_from(const store::Store& store, const AnswerTools& tools, std::string_view question,
                   const Retrieved& retrieved, const AnswerOptions& options, const AnswerEvents& events,
                   const Cancellation& cancellation) {
    std::vector<passages::Passage> passages = retrieved.passages;  // and those that tools find
    AnswerTools asked = tools;
    if (retrieved.mode == search::SearchMode::lexical) asked.embedder = nullptr;  // it may be one that cannot be asked
    Answer answer = tools.chat != nullptr
                        ? ask_model(store, asked, question, retrieved.passages, passages, options, events, cancellation)
                        : extract_answer(store, asked.embedder, {question, retrieved.score, options.subject},
                                         retrieved.passages, least_score(retrieved, options), events, cancellation);
    answer.mode = retrieved.mode;
    answer.sources = passages.size();
    answer.score = retrieved.score;
    if (!retrieved.note.empty()) answer.note = retrieved.note;
    tell_result(answer, events);
    return answer;
}

Answer answer_question(const store::Store& store, const AnswerTools& tools, std::string_view question,
                       const AnswerOptions& options, const AnswerEvents& events, const Cancellation& cancellation) {
    const Retrieved retrieved = retrieve_passages(store, tools, question, options, cancellation);
    events.emit(event::Retrieved{retrieved, answer_kind(tools)});
    return answer_from(store, tools, question, retrieved, options, events, cancellation);
}

}  // namespace quarry::answer
