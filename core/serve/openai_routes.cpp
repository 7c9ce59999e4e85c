// The interface of OpenAI's clients: models, chat completions and embeddings, answered from the documents.
#include <algorithm>
#include <cstring>
#include <memory>
#include <nlohmann/json.hpp>
#include <utility>

#include "core/app/answer_service.h"
#include "core/app/collection_service.h"
#include "core/app/embed_service.h"
#include "core/base/base64.h"
#include "core/base/bounded_json.h"
#include "core/base/text.h"
#include "core/serve/answer_run.h"
#include "core/serve/openai.h"
#include "core/serve/request_scope.h"
#include "core/serve/route.h"
#include "core/wire/answer_json.h"

namespace quarry::serve {
namespace {

constexpr std::string_view all_documents = "quarry";
constexpr std::string_view one_collection = "quarry/";  ///< Before the collection's name.

Json model_json(const std::string& id) {
    return {{"id", id}, {"object", "model"}, {"created", 0}, {"owned_by", "quarry"}};
}

Json models_json(const Call& call) {
    const CallScope scope(call);
    app::Services services = call.service.workspace().services(*scope);
    Json models = Json::array({model_json(std::string(all_documents))});
    for (const auto& collection : app::CollectionService(services).list()) {
        models.push_back(model_json(std::string(one_collection) + collection.name));
    }
    return {{"object", "list"}, {"data", std::move(models)}};
}

/// The text of a message: its content, or the texts among its parts.
std::string content_of(const nlohmann::json& message) {
    const auto content = message.find("content");
    if (content == message.end() || content->is_null()) return {};
    if (content->is_string()) return *content;
    std::string text;
    for (const nlohmann::json& part : *content) {
        if (part.value("type", "") == "text") text += part.value("text", "");
    }
    return text;
}

/// The question that a chat asks: the last message of its user, with what was said before.
app::AnswerRequest answer_request(const nlohmann::json& body) {
    app::AnswerRequest request;
    const std::string model = body.at("model");
    if (model.starts_with(one_collection)) {
        request.flags.filter.collections = std::vector{model.substr(one_collection.size())};
    } else if (model != all_documents) {
        throw Error(ErrorCode::nothing_found, "there is no model " + model, "GET /v1/models lists them");
    }
    for (const char* unsupported : {"tools", "functions", "audio"}) {
        if (body.contains(unsupported) && !body.at(unsupported).empty()) {
            throw Error(ErrorCode::usage, std::string(unsupported) + " is not supported by this model");
        }
    }
    if (body.value("n", 1) != 1) throw Error(ErrorCode::usage, "n must be 1");
    for (const nlohmann::json& message : body.at("messages")) {
        const std::string role = message.at("role");
        if (role == "user") {
            if (!request.question.empty()) request.earlier.push_back({std::move(request.question), {}, {}});
            request.question = content_of(message);
        } else if (role == "assistant" && !request.question.empty()) {
            request.earlier.push_back({std::exchange(request.question, {}), {}, content_of(message)});
        }
    }
    if (trim(request.question).empty()) throw Error(ErrorCode::usage, "the last message must be the user's");
    return request;
}

/// How many characters of a text are before a byte of it.
std::size_t characters_before(std::string_view text, std::size_t byte) {
    return count_code_points(text.substr(0, std::min(byte, text.size())));
}

/// The passages that each sentence cites, as annotations of the message.
Json annotations(const Json& answer) {
    Json all = Json::array();
    const std::string text = answer.at("answer");
    for (const Json& sentence : answer.at("sentences")) {
        for (const Json& number : sentence.at("cites")) {
            const auto cited = std::ranges::find_if(answer.at("citations"),
                                                    [&](const Json& one) { return one.at("number") == number; });
            if (cited == answer.at("citations").end()) continue;
            all.push_back({{"type", "url_citation"},
                           {"url_citation",
                            {{"start_index", characters_before(text, sentence.at("start_byte"))},
                             {"end_index", characters_before(text, sentence.at("end_byte"))},
                             {"title", cited->at("title")},
                             {"url", cited->at("uri")}}}});
        }
    }
    return all;
}

Json usage_json(const Json& answer) {
    const Json& usage = answer.at("usage");
    const std::uint64_t in = usage.is_null() ? 0 : usage.at("input_tokens").get<std::uint64_t>();
    const std::uint64_t out = usage.is_null() ? 0 : usage.at("output_tokens").get<std::uint64_t>();
    return {{"prompt_tokens", in}, {"completion_tokens", out}, {"total_tokens", in + out}};
}

std::string finish_reason(const Json& answer) {
    return answer.value("finish_reason", Json()) == "length" ? "length" : "stop";
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

std::string data_line(const Json& document) {
    return "data: " + document.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n\n";
}

/// An error in OpenAI's form.
Json openai_error(const Json& problem) {
    const int status = problem.value("status", 500);
    Json param;
    std::string message = problem.value("detail", "");
    if (problem.contains("errors")) {
        const Json& first = problem["errors"][0];
        for (const Json& part : first["loc"]) {
            if (part == "body") continue;
            param = param.is_null() ? part : Json(param.get<std::string>() + "." + part.get<std::string>());
        }
        message = first["msg"];
    }
    const char* const type = status == 401   ? "authentication_error"
                             : status == 403 ? "permission_error"
                             : status == 429 ? "rate_limit_error"
                             : status >= 500 ? "server_error"
                                             : "invalid_request_error";
    return {
        {"error", {{"message", message}, {"type", type}, {"param", param}, {"code", problem.value("code", Json())}}}};
}

/// Whether the documents hold no answer, which a chat is told as the answer.
bool is_refusal(const Json& error) { return error.at("code") == "nothing_found"; }

/// An event of a run as a part of a completion.
std::string completion_part(const Completion& completion, bool with_usage, const RunEvent& event) {
    const auto data = parse_bounded_json<Json>(event.data);
    if (event.name == "text") return data_line(completion.chunk({{"content", data.at("text")}}));
    if (event.name == "failed") {
        const Json& error = data.at("error");
        if (!is_refusal(error)) {
            return data_line(
                openai_error({{"status", 500}, {"detail", error.at("message")}, {"code", error.at("code")}}));
        }
        return data_line(completion.chunk({{"content", error.at("message")}})) +
               data_line(completion.chunk(Json::object(), "stop"));
    }
    if (event.name != "done") return {};
    const Json& answer = data.at("answer");
    Json last = completion.chunk({{"annotations", annotations(answer)}}, finish_reason(answer));
    last["quarry"] = answer;
    if (!with_usage) return data_line(last);
    Json usage = completion.head("chat.completion.chunk");
    usage["choices"] = Json::array();
    usage["usage"] = usage_json(answer);
    return data_line(last) + data_line(usage);
}

RunLog::StreamForm completion_form(const Completion& completion, bool with_usage) {
    return {.begin = data_line(completion.chunk({{"role", "assistant"}, {"content", ""}})),
            .event = [=](const Run&, const RunEvent& event) { return completion_part(completion, with_usage, event); },
            .gap = [](std::uint64_t) { return std::string(); },
            .end = "data: [DONE]\n\n",
            .shutdown = data_line(openai_error({{"status", 503}, {"detail", "the server ends; ask again"}}))};
}

net::Response whole_completion(const Completion& completion, const Call& call, const app::AnswerRequest& request) {
    const CallScope scope(call);
    Json message = {{"role", "assistant"}, {"content", nullptr}, {"refusal", nullptr}};
    Json document = completion.head("chat.completion");
    Json answer;
    try {
        answer = wire::answer_json(request.question, app::AnswerService(call.service.workspace())
                                                         .answer(
                                                             request, [](const auto&) {}, *scope));
        message["content"] = answer.at("answer");
        message["annotations"] = annotations(answer);
    } catch (const Error& error) {
        if (error.code() != ErrorCode::nothing_found) throw;
        message["content"] = call.service.public_failure(std::current_exception()).message();
        answer = {{"usage", nullptr}};
    }
    document["choices"] = {{{"index", 0},
                            {"message", std::move(message)},
                            {"logprobs", nullptr},
                            {"finish_reason", finish_reason(answer)}}};
    document["usage"] = usage_json(answer);
    if (answer.contains("schema")) document["quarry"] = std::move(answer);
    return json_response(document);
}

std::optional<net::Response> complete(const Call& call) {
    const app::AnswerRequest request = answer_request(call.values);
    if (!call.values.value("stream", false)) {
        return whole_completion({random_hex(12), call.values.at("model"), call.service.clock()()}, call, request);
    }
    const std::shared_ptr<Run> run = call.service.runs().begin(call.caller.principal.name, false);
    const Completion completion{run->id(), call.values.at("model"), call.service.clock()()};
    const bool with_usage = call.values.value("stream_options", nlohmann::json::object()).value("include_usage", false);
    call.exchange->respond({.headers = {{"Content-Type", "text/event-stream; charset=utf-8"},
                                        {"Cache-Control", "no-store"},
                                        {"X-Accel-Buffering", "no"}},
                            .source = call.service.runs().stream(run, 0, completion_form(completion, with_usage)),
                            .heartbeat = ":\n\n"});
    answer_into(run, request.question, call, [&](const app::RequestScope& scope, const answer::AnswerEventSink& sink) {
        static_cast<void>(app::AnswerService(call.service.workspace()).answer(request, sink, scope));
    });
    return std::nullopt;
}

/// A vector as OpenAI's clients want it: numbers, or the bytes of 32-bit floats, little-endian.
Json vector_json(std::span<const float> vector, bool as_base64) {
    if (!as_base64) return std::vector<float>(vector.begin(), vector.end());
    std::string bytes(vector.size_bytes(), '\0');
    std::memcpy(bytes.data(), vector.data(), bytes.size());
    return to_base64(bytes);
}

net::Response embed(const Call& call) {
    const nlohmann::json& input = call.values.at("input");
    const auto texts =
        input.is_string() ? std::vector{input.get<std::string>()} : input.get<std::vector<std::string>>();
    const bool as_base64 = call.values.value("encoding_format", "float") == "base64";
    const CallScope scope(call);
    app::Services services = call.service.workspace().services(*scope);
    Json data = Json::array();
    std::size_t next = 0;
    app::EmbedService(services).embed_texts(
        {.next = [&] { return next < texts.size() ? std::optional(texts[next++]) : std::nullopt; },
         .write =
             [&](std::string_view, std::span<const float> vector) {
                 data.push_back(
                     {{"object", "embedding"}, {"index", data.size()}, {"embedding", vector_json(vector, as_base64)}});
                 return true;
             }});
    std::size_t characters = 0;
    for (const std::string& text : texts) characters += count_code_points(text);
    const std::size_t tokens = (characters + 3) / 4;  // as tokens:approx counts
    return json_response({{"object", "list"},
                          {"data", std::move(data)},
                          {"model", call.values.at("model")},
                          {"usage", {{"prompt_tokens", tokens}, {"total_tokens", tokens}}}});
}

Json messages_schema() {
    const Json content = {
        {"anyOf",
         {{{"type", "string"}},
          {{"type", "null"}},
          {{"type", "array"},
           {"items",
            {{"type", "object"}, {"properties", {{"type", {{"type", "string"}}}}}, {"required", {"type"}}}}}}}};
    return {{"type", "array"},
            {"minItems", 1},
            {"maxItems", 1000},
            {"description", "The conversation; the last message is the question"},
            {"items",
             {{"type", "object"},
              {"properties",
               {{"role", {{"enum", {"system", "developer", "user", "assistant", "tool", "function"}}}},
                {"content", content}}},
              {"required", {"role"}}}}};
}

Route chat_route() {
    Json body = {{"type", "object"},
                 {"properties",
                  {{"model", {{"type", "string"}, {"description", "quarry, or quarry/COLLECTION"}}},
                   {"messages", messages_schema()},
                   {"stream", {{"type", {"boolean", "null"}}}},
                   {"stream_options",
                    {{"type", {"object", "null"}}, {"properties", {{"include_usage", {{"type", "boolean"}}}}}}},
                   {"n", {{"type", {"integer", "null"}}}}}},
                 {"required", {"model", "messages"}}};
    return {
        .method = "POST",
        .path = "/v1/chat/completions",
        .id = "create_chat_completion",
        .summary = "Answer the last question of a chat from the documents, as OpenAI's clients expect it.",
        .description = "Citations are annotations of the message; the whole document quarry.ask/1 is in `quarry`.",
        .tag = "openai",
        .body = std::move(body),
        .responses = {{.status = 200, .description = "The completion, or its chunks", .schema = {{"type", "object"}}}},
        .scope = "ask",
        .work = Work::generate,
        .example = {{"model", "quarry"}, {"messages", {{{"role", "user"}, {"content", "How do I undo a migration?"}}}}},
        .handle = complete};
}

Route embeddings_route() {
    const Json text = {{"type", "string"}, {"minLength", 1}, {"maxLength", 100'000}};
    Json body = {
        {"type", "object"},
        {"properties",
         {{"model", {{"type", "string"}, {"description", "Any name: the base's embedder is used"}}},
          {"input", {{"anyOf", {text, {{"type", "array"}, {"items", text}, {"minItems", 1}, {"maxItems", 2048}}}}}},
          {"encoding_format", {{"enum", {"float", "base64"}}}}}},
        {"required", {"model", "input"}}};
    return {.method = "POST",
            .path = "/v1/embeddings",
            .id = "create_embedding",
            .summary = "The vectors of texts, by the embedder of the knowledge base.",
            .tag = "openai",
            .body = std::move(body),
            .responses = {{.status = 200, .description = "The vectors", .schema = {{"type", "object"}}}},
            .scope = "search",
            .work = Work::generate,
            .example = {{"model", "quarry"}, {"input", "The retry policy allows three attempts."}},
            .handle = embed};
}

}  // namespace

void give_openai_form(net::Response& response) {
    if (response.header("Content-Type") != "application/problem+json") return;
    response.body = openai_error(parse_bounded_json<Json>(response.body)).dump();
    response.set("Content-Type", "application/json");
}

std::vector<Route> openai_routes() {
    std::vector<Route> routes;
    routes.push_back({.method = "GET",
                      .path = "/v1/models",
                      .id = "list_models",
                      .summary = "The models of OpenAI's clients: all documents, and each collection.",
                      .tag = "openai",
                      .responses = {{.status = 200, .description = "The models", .schema = {{"type", "object"}}}},
                      .scope = "ask",
                      .handle = [](const Call& call) { return json_response(models_json(call)); }});
    routes.push_back(chat_route());
    routes.push_back(embeddings_route());
    return routes;
}

}  // namespace quarry::serve
