// Operations that look for passages, and answer from them.
#include <filesystem>
#include <nlohmann/json.hpp>
#include <system_error>

#include "core/answer/verify_answer.h"
#include "core/app/answer_service.h"
#include "core/app/eval_service.h"
#include "core/app/operation_lists.h"
#include "core/app/search_service.h"
#include "core/app/verify_service.h"
#include "core/search/facets.h"
#include "core/store/store.h"
#include "core/wire/answer_json.h"
#include "core/wire/eval_json.h"
#include "core/wire/search_json.h"

namespace quarry::app {
namespace {

using Json = nlohmann::ordered_json;

Json mode_property() {
    return {{"enum", {"lexical", "vector", "hybrid"}},
            {"description", "lexical by words, vector by meaning, hybrid by both; if left out, as configured"}};
}

Operation search_operation() {
    const auto run = [](const nlohmann::json& request, const OperationContext& context) -> Json {
        const SearchRequest search{.query = text_of(request, "query"),
                                   .more_like = text_of(request, "more_like"),
                                   .filter = search::chunk_filter(filter_spec(request)),
                                   .mode = text_of(request, "mode"),
                                   .limit = request.value("limit", std::size_t{0}),
                                   .per_document = request.value("per_document", std::size_t{0}),
                                   .explain = request.value("explain", false)};
        const SearchOutcome found = SearchService(context.workspace).search(search, context.scope);
        Json document = wire::search_json(search.query, found.result, found.options);
        if (request.value("facets", false)) {
            const auto store = store::open_store(context.workspace.base_path(), store::StoreMode::read);
            document["facets"] = wire::facets_json(search::facets_of(*store, found.result.hits));
        }
        return document;
    };
    Json request = request_schema(with_filter(
        {{"query",
          {{"type", "string"}, {"minLength", 1}, {"maxLength", 10'000}, {"description", "What to search for"}}},
         {"more_like",
          {{"type", "string"}, {"minLength", 1}, {"description", "Instead of a query: a passage, as FILE:LINE"}}},
         {"mode", mode_property()},
         {"limit",
          {{"type", "integer"},
           {"minimum", 1},
           {"maximum", 1000},
           {"description", "Maximum number of results; as configured"}}},
         {"per_document",
          {{"type", "integer"},
           {"minimum", 1},
           {"maximum", 1000},
           {"description", "Maximum number of results from one document"}}},
         {"explain", {{"type", "boolean"}, {"description", "Show how each score is computed"}}},
         {"facets",
          {{"type", "boolean"},
           {"description", "Also count the collections, types and tags of the documents that were found"}}}}));
    request["oneOf"] = {{{"required", {"query"}}}, {{"required", {"more_like"}}}};
    return {.name = "search",
            .summary = "Find the passages of the documents that fit a query best, with scores and exact places.",
            .request = std::move(request),
            .responses = {"quarry.search/1"},
            .run = run};
}

Operation ask_operation() {
    const auto run = [](const nlohmann::json& request, const OperationContext& context) -> Json {
        const AnswerRequest asked{.question = text_of(request, "question"),
                                  .flags = {.mode = text_of(request, "mode"),
                                            .sources = request.value("sources", 0),
                                            .filter = search::chunk_filter(filter_spec(request))}};
        const answer::AnswerEventSink sink =
            context.events ? context.events : answer::AnswerEventSink([](const answer::AnswerEvent&) {});
        return wire::answer_json(asked.question, AnswerService(context.workspace).answer(asked, sink, context.scope));
    };
    return {.name = "ask",
            .summary = "Answer a question from the documents. Each sentence cites its passages, and each citation is "
                       "checked.",
            .asks_model = true,
            .request = request_schema(
                with_filter({{"question",
                              {{"type", "string"},
                               {"minLength", 1},
                               {"maxLength", longest_question},
                               {"description", "In plain words"}}},
                             {"mode", mode_property()},
                             {"sources",
                              {{"type", "integer"},
                               {"minimum", 1},
                               {"maximum", 100},
                               {"description", "Maximum number of passages for the answer; as configured"}}}}),
                {"question"}),
            .responses = {"quarry.ask/1"},
            .run = run};
}

/// What is no saved answer is a fault of the request here.
answer::SavedAnswer saved_answer(const nlohmann::json& request) {
    try {
        return answer::parse_saved_answer(request.at("answer").dump());
    } catch (Error& error) {
        throw std::move(error).with_code(ErrorCode::usage);
    }
}

Operation verify_operation() {
    const auto run = [](const nlohmann::json& request, const OperationContext& context) -> Json {
        const answer::SavedAnswer saved = saved_answer(request);
        const answer::Verification result = VerifyService(context.workspace).verify(saved, context.scope);
        const bool holds = result.holds() &&
                           (!request.value("require_citations", false) || answer::all_sentences_hold(result.sentences));
        return wire::verification_json(saved, result, holds);
    };
    return {
        .name = "verify",
        .summary = "Check a saved answer against the documents as they are now: whether each cited passage still "
                   "stands there, word for word, and supports its sentence.",
        .request = request_schema(
            {{"answer",
              {{"type", "object"}, {"description", "The result of ask: a document of the schema quarry.ask/1"}}},
             {"require_citations", {{"type", "boolean"}, {"description", "Also fail if a sentence cites nothing"}}}},
            {"answer"}),
        .responses = {"quarry.verify/1"},
        .run = run};
}

Json run_evaluation(const nlohmann::json& request, const OperationContext& context) {
    Services services = context.workspace.services(context.scope);
    const std::string kind = text_of(request, "kind");
    const std::string questions = text_of(request, "questions");
    // Who may measure may not have any file read for it.
    if (!questions.empty() && context.scope.principal.name != Principal{}.name) {
        throw Error(ErrorCode::usage, "a file of questions is read for the owner of the knowledge base only",
                    "leave it out: the project's eval.jsonl is used then");
    }
    if (std::error_code ignored; !questions.empty() && !std::filesystem::is_regular_file(questions, ignored)) {
        throw Error(ErrorCode::nothing_found, "there is no such file of questions");
    }
    const store::ChunkFilter filter = search::chunk_filter(filter_spec(request));
    const eval::ReportDetail detail{request.value("per_query", false), nullptr};
    if (kind == "answers") {
        const AnswersEvalRequest wanted{.questions = questions,
                                        .from_feedback = request.value("from_feedback", false),
                                        .filter = filter};
        return wire::answers_report_json(eval_answers(services, wanted), detail);
    }
    return wire::retrieval_report_json(eval_retrieval(services, {.questions = questions, .filter = filter}), detail);
}

Operation eval_operation() {
    return {
        .name = "eval",
        .summary = "Measure search or answers on questions whose answers are known.",
        .asks_model = true,
        .request = request_schema(
            with_filter(
                {{"kind", {{"enum", {"retrieval", "answers"}}, {"description", "What to measure"}}},
                 {"questions",
                  {{"type", "string"}, {"description", "A file of questions in the project; if left out, eval.jsonl"}}},
                 {"from_feedback",
                  {{"type", "boolean"},
                   {"description", "Of answers: in place of a file, the answers that were judged"}}},
                 {"per_query", {{"type", "boolean"}, {"description", "Also return each question's measures"}}}}),
            {"kind"}),
        .responses = {"quarry.eval.retrieval/1", "quarry.eval.answers/1"},
        .run = run_evaluation};
}

}  // namespace

std::vector<Operation> search_operations() {
    return {search_operation(), ask_operation(), verify_operation(), eval_operation()};
}

}  // namespace quarry::app
