// Models for OpenAI's clients: the documents, and the chat models that the settings name.
#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>
#include <utility>
#include <variant>

#include "core/app/answer_service.h"
#include "core/app/chat_completion_service.h"
#include "core/app/collection_service.h"
#include "core/base/text.h"
#include "core/serve/openai.h"
#include "core/serve/openai_parts.h"
#include "core/serve/request_scope.h"
#include "core/wire/answer_json.h"
#include "core/wire/error_json.h"

namespace quarry::serve {
namespace {

constexpr std::string_view all_documents = "quarry";
constexpr std::string_view one_collection = "quarry/";  ///< Before the collection's name.

bool is_of_documents(std::string_view model) { return model == all_documents || model.starts_with(one_collection); }

/// The question that a chat asks: the last message of its user, with what was said before.
app::AnswerRequest answer_request(const ModelRequest& asked) {
    app::AnswerRequest request;
    if (asked.model != all_documents) request.flags.filter.collections = {asked.model.substr(one_collection.size())};
    if (!asked.chat.tools.empty()) {
        throw Error(ErrorCode::usage, "this model answers from the documents and calls no tools",
                    "ask a chat model of the settings; GET /v1/models lists them");
    }
    request.answer_schema = asked.chat.answer_schema;
    for (const llm::ChatMessage& message : asked.chat.messages) {
        if (message.role == llm::ChatMessage::Role::user) {
            if (!request.question.empty()) request.earlier.push_back({std::move(request.question), {}, {}});
            request.question = message.content;
        } else if (message.role == llm::ChatMessage::Role::assistant && !request.question.empty()) {
            request.earlier.push_back({std::exchange(request.question, {}), {}, message.content});
        }
    }
    if (trim(request.question).empty()) throw Error(ErrorCode::usage, "the last message must be the user's");
    return request;
}

/// How many characters of a text are before a byte of it.
std::size_t characters_before(std::string_view text, std::size_t byte) {
    return count_code_points(text.substr(0, std::min(byte, text.size())));
}

/// The passages that each sentence cites.
Json cited_passages(const Json& answer) {
    Json all = Json::array();
    const std::string text = answer.at("answer");
    for (const Json& sentence : answer.at("sentences")) {
        for (const Json& number : sentence.at("cites")) {
            const auto cited = std::ranges::find_if(answer.at("citations"),
                                                    [&](const Json& one) { return one.at("number") == number; });
            if (cited == answer.at("citations").end()) continue;
            all.push_back({{"start_index", characters_before(text, sentence.at("start_byte"))},
                           {"end_index", characters_before(text, sentence.at("end_byte"))},
                           {"title", cited->at("title")},
                           {"url", cited->at("uri")}});
        }
    }
    return all;
}

Json model_output(std::string text, std::string finish_reason, std::int64_t input_tokens, std::int64_t output_tokens) {
    return {{"text", std::move(text)},
            {"annotations", Json::array()},
            {"tool_calls", Json::array()},
            {"finish_reason", std::move(finish_reason)},
            {"usage", {{"input_tokens", input_tokens}, {"output_tokens", output_tokens}}},
            {"quarry", nullptr}};
}

Json answer_output(Json answer) {
    const Json& usage = answer.at("usage");
    const bool is_cut = answer.value("finish_reason", Json()) == "length";
    Json said = model_output(answer.at("answer"), is_cut ? "length" : "stop",
                             usage.is_null() ? 0 : usage.at("input_tokens").get<std::int64_t>(),
                             usage.is_null() ? 0 : usage.at("output_tokens").get<std::int64_t>());
    said["annotations"] = cited_passages(answer);
    said["quarry"] = std::move(answer);
    return said;
}

Json ask_documents(const Call& call, const ModelRequest& asked, const app::RequestScope& scope,
                   const std::function<void(std::string_view)>& sink) {
    const app::AnswerRequest request = answer_request(asked);
    try {
        return answer_output(wire::answer_json(
            request.question, app::AnswerService(call.service.workspace())
                                  .answer(
                                      request,
                                      [&](const answer::AnswerEvent& event) {
                                          if (const auto* text = std::get_if<answer::event::Text>(&event.body))
                                              sink(text->text);
                                      },
                                      scope)));
    } catch (const Error& error) {
        if (error.code() != ErrorCode::nothing_found) throw;
        const std::string said = call.service.public_failure(std::current_exception()).message();
        sink(said);
        return model_output(said, "stop", 0, 0);
    }
}

Json ask_chat_model(const Call& call, const ModelRequest& asked, const app::RequestScope& scope,
                    const std::function<void(std::string_view)>& sink) {
    const llm::ChatResponse response =
        app::ChatCompletionService(call.service.workspace()).complete(asked.model, asked.chat, sink, scope);
    const llm::ChatUsage usage = response.usage.value_or(llm::ChatUsage{});
    std::string reason = response.finish_reason.empty() ? "stop" : response.finish_reason;
    if (!response.tool_calls.empty()) reason = "tool_calls";
    Json said = model_output(response.text, std::move(reason), usage.input_tokens, usage.output_tokens);
    for (const llm::ChatToolCall& one : response.tool_calls) {
        said["tool_calls"].push_back({{"id", one.id}, {"name", one.name}, {"arguments", one.arguments}});
    }
    return said;
}

}  // namespace

std::vector<std::string> model_names(const Call& call) {
    const CallScope scope(call);
    app::Services services = call.service.workspace().services(*scope);
    std::vector<std::string> names = {std::string(all_documents)};
    for (const auto& collection : app::CollectionService(services).list()) {
        names.push_back(std::string(one_collection) + collection.name);
    }
    for (std::string& name : agent_model_names(call)) names.push_back(std::move(name));
    for (std::string& name : app::ChatCompletionService(call.service.workspace()).models()) {
        names.push_back(std::move(name));
    }
    return names;
}

void check_model(const Call& call, const std::string& name) {
    if (name == all_documents) return;
    // Those of the settings first: they are known without a look into the base.
    const std::vector<std::string> configured = app::ChatCompletionService(call.service.workspace()).models();
    if (std::ranges::find(configured, name) != configured.end()) return;
    const std::vector<std::string> names = model_names(call);
    if (std::ranges::find(names, name) != names.end()) return;
    throw Error(ErrorCode::nothing_found, "there is no model " + one_line(strip_terminal_controls(name), 200),
                "GET /v1/models lists them");
}

Json ask_model(const Call& call, const ModelRequest& request, const app::RequestScope& scope,
               const std::function<void(std::string_view)>& sink) {
    if (is_of_documents(request.model)) return ask_documents(call, request, scope, sink);
    if (is_agent_model(request.model)) return ask_agent(call, request, sink);
    return ask_chat_model(call, request, scope, sink);
}

void stream_model(const Call& call, const ModelRequest& request, RunLog::StreamForm form,
                  const std::function<void(const Json& said)>& done) {
    const std::shared_ptr<Run> run =
        call.service.runs().begin({.owner = call.caller.principal.name, .kind = "chat", .passing = true});
    call.exchange->respond(
        {.headers = {{"Content-Type", "text/event-stream; charset=utf-8"},
                     {"Cache-Control", "no-store"},
                     {"X-Accel-Buffering", "no"}},
         .source = call.service.runs().stream(run, 0, std::make_shared<const RunLog::StreamForm>(std::move(form))),
         .heartbeat = ":\n\n"});
    const CallScope scope(call, run->cancellation());
    try {
        const Json said = ask_model(call, request, *scope, [&](std::string_view text) {
            run->add("text", json_line({{"text", text}}));
        });
        if (done) done(said);
        run->add("done", json_line(said));
    } catch (...) {
        const Error error = call.service.public_failure(std::current_exception());
        run->add("failed", json_line({{"error", wire::error_json(error)}}));
    }
    run->end(call.service.clock()());
}

std::string json_line(const Json& document) { return document.dump(-1, ' ', false, Json::error_handler_t::replace); }

}  // namespace quarry::serve
