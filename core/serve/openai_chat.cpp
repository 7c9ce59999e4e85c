// Chat completions: https://platform.openai.com/docs/api-reference/chat
#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>
#include <utility>

#include "core/base/bounded_json.h"
#include "core/crypto/secret.h"
#include "core/serve/openai.h"
#include "core/serve/openai_parts.h"
#include "core/serve/request_scope.h"

namespace quarry::serve {
namespace {

Json completion_usage(const Json& said) {
    const std::int64_t in = said.at("usage").at("input_tokens"), out = said.at("usage").at("output_tokens");
    return {{"prompt_tokens", in}, {"completion_tokens", out}, {"total_tokens", in + out}};
}

Json message_annotations(const Json& said) {
    Json all = Json::array();
    for (const Json& one : said.at("annotations")) all.push_back({{"type", "url_citation"}, {"url_citation", one}});
    return all;
}

Json tool_call_list(const Json& said, bool with_index) {
    Json all = Json::array();
    for (const Json& one : said.at("tool_calls")) {
        Json call = Json::object();
        if (with_index) call["index"] = all.size();
        call.update({{"id", one.at("id")},
                     {"type", "function"},
                     {"function", {{"name", one.at("name")}, {"arguments", one.at("arguments")}}}});
        all.push_back(std::move(call));
    }
    return all;
}

/// What all parts of a completion say of it.
struct Completion {
    std::string id, model;
    std::int64_t created = 0;

    [[nodiscard]] Json head(const char* object) const {
        return {{"id", "chatcmpl-" + id}, {"object", object}, {"created", created}, {"model", model}};
    }
    [[nodiscard]] Json chunk(Json delta, Json reason = nullptr) const {
        Json all = head("chat.completion.chunk");
        all["choices"] = {
            {{"index", 0}, {"delta", std::move(delta)}, {"logprobs", nullptr}, {"finish_reason", std::move(reason)}}};
        return all;
    }
};

std::string data_line(const Json& document) { return "data: " + json_line(document) + "\n\n"; }

/// The last parts of a completion.
std::string last_parts(const Completion& completion, bool with_usage, const Json& said) {
    std::string parts;
    if (!said.at("tool_calls").empty()) {
        parts += data_line(completion.chunk({{"tool_calls", tool_call_list(said, true)}}));
    }
    Json delta = Json::object();
    if (!said.at("annotations").empty()) delta["annotations"] = message_annotations(said);
    Json last = completion.chunk(std::move(delta), said.at("finish_reason"));
    if (!said.at("quarry").is_null()) last["quarry"] = said.at("quarry");
    parts += data_line(last);
    if (!with_usage) return parts;
    Json usage = completion.head("chat.completion.chunk");
    usage["choices"] = Json::array();
    usage["usage"] = completion_usage(said);
    return parts + data_line(usage);
}

/// An event of a run as parts of a completion.
std::string completion_part(const Completion& completion, bool with_usage, const RunEvent& event) {
    const auto data = parse_bounded_json<Json>(event.data);
    if (event.name == "text") return data_line(completion.chunk({{"content", data.at("text")}}));
    if (event.name == "failed") return data_line(openai_failure(data.at("error")));
    return event.name == "done" ? last_parts(completion, with_usage, data) : std::string();
}

RunLog::StreamForm completion_form(const Completion& completion, bool with_usage) {
    return {.begin = data_line(completion.chunk({{"role", "assistant"}, {"content", ""}})),
            .event = [=](const Run&, const RunEvent& event) { return completion_part(completion, with_usage, event); },
            .gap = [](std::uint64_t) { return std::string(); },
            .end = "data: [DONE]\n\n",
            .shutdown = data_line(openai_error({{"status", 503}, {"detail", "the server is ending; try again"}}))};
}

ModelRequest completion_request(const nlohmann::json& body) {
    if (!body.value("n", nlohmann::json()).is_null() && body["n"] != 1) throw Error(ErrorCode::usage, "n must be 1");
    ModelRequest request;
    request.model = body.at("model");
    request.chat.messages = chat_messages(body.at("messages"));
    request.chat.tools = chat_tools(body);
    request.chat.answer_schema = answer_schema(body.value("response_format", nlohmann::json()));
    request.chat.temperature = number_of<double>(body, "temperature");
    request.chat.max_tokens = number_of<int>(body, "max_completion_tokens");
    if (!request.chat.max_tokens) request.chat.max_tokens = number_of<int>(body, "max_tokens");
    return request;
}

net::Response whole_completion(const Completion& completion, const Call& call, const ModelRequest& request) {
    const CallScope scope(call);
    const Json said = ask_model(call, request, *scope, [](std::string_view) {});
    Json message = {{"role", "assistant"}, {"content", said.at("text")}, {"refusal", nullptr}};
    message["annotations"] = message_annotations(said);
    if (!said.at("tool_calls").empty()) {
        message["tool_calls"] = tool_call_list(said, false);
        if (said.at("text") == "") message["content"] = nullptr;
    }
    Json document = completion.head("chat.completion");
    document["choices"] = {{{"index", 0},
                            {"message", std::move(message)},
                            {"logprobs", nullptr},
                            {"finish_reason", said.at("finish_reason")}}};
    document["usage"] = completion_usage(said);
    if (!said.at("quarry").is_null()) document["quarry"] = said.at("quarry");
    return json_response(document);
}

std::optional<net::Response> complete(const Call& call) {
    const ModelRequest request = completion_request(call.values);
    Completion completion{crypto::random_hex(12), request.model, call.service.clock()()};
    if (!is_true(call.values, "stream")) return whole_completion(completion, call, request);
    check_model(call, request.model);
    const nlohmann::json options = call.values.value("stream_options", nlohmann::json());
    const bool with_usage = options.is_object() && is_true(options, "include_usage");
    stream_model(call, request, completion_form(completion, with_usage));
    return std::nullopt;
}

Json messages_schema() {
    const Json part = {{"type", "object"}, {"properties", {{"type", {{"type", "string"}}}}}, {"required", {"type"}}};
    const Json content = {{"anyOf", {{{"type", "string"}}, {{"type", "null"}}, {{"type", "array"}, {"items", part}}}}};
    return {{"type", "array"},
            {"minItems", 1},
            {"maxItems", 1000},
            {"description", "The conversation; the last message is the question"},
            {"items",
             {{"type", "object"},
              {"properties",
               {{"role", {{"enum", {"system", "developer", "user", "assistant", "tool", "function"}}}},
                {"content", content},
                {"tool_calls", {{"type", {"array", "null"}}, {"items", {{"type", "object"}}}}},
                {"tool_call_id", {{"type", "string"}}}}},
              {"required", {"role"}}}}};
}

}  // namespace

Route chat_completion_route() {
    const Json object = {{"type", {"object", "null"}}};
    Json body = {{"type", "object"},
                 {"properties",
                  {{"model",
                    {{"type", "string"},
                     {"description", "quarry, quarry/COLLECTION, agent/NAME, or a chat model that GET /v1/models lists"}}},
                   {"messages", messages_schema()},
                   {"stream", {{"type", {"boolean", "null"}}}},
                   {"stream_options",
                    {{"type", {"object", "null"}}, {"properties", {{"include_usage", {{"type", "boolean"}}}}}}},
                   {"tools", function_tools_schema()},
                   {"tool_choice", {{"type", {"string", "object", "null"}}}},
                   {"response_format", object},
                   {"temperature", {{"type", {"number", "null"}}, {"minimum", 0}, {"maximum", 2}}},
                   {"max_tokens", {{"type", {"integer", "null"}}, {"minimum", 1}, {"maximum", 10'000'000}}},
                   {"max_completion_tokens", {{"type", {"integer", "null"}}, {"minimum", 1}, {"maximum", 10'000'000}}},
                   {"n", {{"type", {"integer", "null"}}}}}},
                 {"required", {"model", "messages"}}};
    return {
        .method = "POST",
        .path = "/v1/chat/completions",
        .id = "create_chat_completion",
        .summary = "Answer the last message of a chat from the documents, or with a chat model of the settings.",
        .description = "Citations are annotations of the message; the whole document quarry.ask/1 is in `quarry`, or "
                       "quarry.agent.run/1 of an agent.",
        .tag = "openai",
        .body = std::move(body),
        .responses = {{.status = 200, .description = "The completion", .schema = {{"type", "object"}}},
                      {.status = 200, .description = "Its chunks", .type = "text/event-stream"}},
        .scope = "ask",
        .work = Work::generate,
        .example = {{"model", "quarry"}, {"messages", {{{"role", "user"}, {"content", "How do I undo a migration?"}}}}},
        .handle = complete};
}

}  // namespace quarry::serve
