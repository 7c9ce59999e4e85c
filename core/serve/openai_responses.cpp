// Responses: https://platform.openai.com/docs/api-reference/responses, and Open Responses (openresponses.org).
#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>
#include <utility>

#include "core/app/response_archive.h"
#include "core/base/bounded_json.h"
#include "core/base/error.h"
#include "core/crypto/secret.h"
#include "core/serve/openai.h"
#include "core/serve/openai_parts.h"
#include "core/serve/request_scope.h"

namespace quarry::serve {
namespace {

/// A response that is being made.
struct Making {
    std::string id;  ///< Without "resp_".
    std::int64_t created = 0;
    nlohmann::json request;

    [[nodiscard]] Json field(const char* name, Json otherwise) const {
        const auto found = request.find(name);
        return found == request.end() || found->is_null() ? std::move(otherwise) : Json(*found);
    }

    /// The response with what it has so far.
    [[nodiscard]] Json document(const char* status, Json output, Json usage = nullptr) const {
        return {{"id", "resp_" + id},
                {"object", "response"},
                {"created_at", created},
                {"status", status},
                {"background", false},
                {"error", nullptr},
                {"incomplete_details", nullptr},
                {"instructions", field("instructions", nullptr)},
                {"max_output_tokens", field("max_output_tokens", nullptr)},
                {"model", request.at("model")},
                {"output", std::move(output)},
                {"parallel_tool_calls", true},
                {"previous_response_id", field("previous_response_id", nullptr)},
                {"reasoning", {{"effort", nullptr}, {"summary", nullptr}}},
                {"service_tier", "default"},
                {"store", field("store", true)},
                {"temperature", field("temperature", 1.0)},
                {"text", field("text", {{"format", {{"type", "text"}}}})},
                {"tool_choice", field("tool_choice", "auto")},
                {"tools", field("tools", Json::array())},
                {"top_p", field("top_p", 1.0)},
                {"truncation", "disabled"},
                {"usage", std::move(usage)},
                {"metadata", field("metadata", Json::object())}};
    }
};

Json response_usage(const Json& said) {
    const std::int64_t in = said.at("usage").at("input_tokens"), out = said.at("usage").at("output_tokens");
    return {{"input_tokens", in},
            {"input_tokens_details", {{"cached_tokens", 0}, {"cache_write_tokens", 0}}},
            {"output_tokens", out},
            {"output_tokens_details", {{"reasoning_tokens", 0}}},
            {"total_tokens", in + out}};
}

Json text_part(const std::string& text, const Json& annotations) {
    Json cited = Json::array();
    for (Json one : annotations) {
        one["type"] = "url_citation";
        cited.push_back(std::move(one));
    }
    return {{"type", "output_text"}, {"text", text}, {"annotations", std::move(cited)}, {"logprobs", Json::array()}};
}

Json message_item(const Making& making, const char* status, Json content) {
    return {{"type", "message"},
            {"id", "msg_" + making.id},
            {"status", status},
            {"role", "assistant"},
            {"content", std::move(content)}};
}

Json call_item(const Making& making, const Json& call, std::size_t index, const char* status) {
    return {{"type", "function_call"},           {"id", "fc_" + making.id + "_" + std::to_string(index)},
            {"call_id", call.at("id")},          {"name", call.at("name")},
            {"arguments", call.at("arguments")}, {"status", status}};
}

/// A response that says what a model said.
Json finished_response(const Making& making, const Json& said) {
    const bool is_cut = said.at("finish_reason") == "length";
    Json output = Json::array();
    if (said.at("text") != "" || said.at("tool_calls").empty()) {
        output.push_back(message_item(making, is_cut ? "incomplete" : "completed",
                                      {text_part(said.at("text"), said.at("annotations"))}));
    }
    for (const Json& call : said.at("tool_calls")) {
        output.push_back(call_item(making, call, output.size(), "completed"));
    }
    Json document = making.document(is_cut ? "incomplete" : "completed", std::move(output), response_usage(said));
    if (is_cut) document["incomplete_details"] = {{"reason", "max_output_tokens"}};
    if (!said.at("quarry").is_null()) document["quarry"] = said.at("quarry");
    return document;
}

Json failed_response(const Making& making, const Json& error) {
    Json document = making.document("failed", Json::array());
    // The protocol has codes of its own.
    const bool is_limited = error.at("code") == error_code_name(ErrorCode::rate_limited);
    document["error"] = {{"code", is_limited ? "rate_limit_exceeded" : "server_error"},
                         {"message", error.at("message")}};
    return document;
}

/// Writes a response's events, numbered in their order, each under its type.
class EventWriter {
public:
    explicit EventWriter(Making making) : making_(std::move(making)) {}

    [[nodiscard]] std::string begin() {
        const Json document = making_.document("in_progress", Json::array());
        event("response.created", {{"response", document}});
        event("response.in_progress", {{"response", document}});
        return std::exchange(out_, {});
    }
    [[nodiscard]] std::string next(const RunEvent& told) {
        const auto data = parse_bounded_json<Json>(told.data);
        if (told.name == "text") {
            add_text(data.at("text"));
        } else if (told.name == "failed") {
            event("response.failed", {{"response", failed_response(making_, data.at("error"))}});
        } else if (told.name == "done") {
            end(finished_response(making_, data));
        }
        return std::exchange(out_, {});
    }

private:
    void event(const std::string& type, Json fields) {
        Json data = {{"type", type}, {"sequence_number", number_++}};
        data.update(fields);
        out_ += "event: " + type + "\ndata: " + json_line(data) + "\n\n";
    }
    void part_event(const std::string& type, Json fields) {
        Json data = {{"item_id", "msg_" + making_.id}, {"output_index", 0}, {"content_index", 0}};
        data.update(fields);
        event(type, std::move(data));
    }
    void begin_message() {
        if (std::exchange(has_message_, true)) return;
        event("response.output_item.added",
              {{"output_index", 0}, {"item", message_item(making_, "in_progress", Json::array())}});
        part_event("response.content_part.added", {{"part", text_part({}, Json::array())}});
    }
    void add_text(const std::string& text) {
        begin_message();
        text_ += text;
        part_event("response.output_text.delta", {{"delta", text}, {"logprobs", Json::array()}});
    }
    /// The items of a response that is done, as far as they were not told.
    void end(const Json& document) {
        for (std::size_t i = 0; i < document.at("output").size(); ++i) {
            const Json& item = document.at("output")[i];
            if (item.at("type") == "message") {
                end_message(item.at("content")[0]);
            } else {
                whole_call(item, i);
            }
            event("response.output_item.done", {{"output_index", i}, {"item", item}});
        }
        event("response." + document.at("status").get<std::string>(), {{"response", document}});
    }
    void end_message(const Json& part) {
        const std::string whole = part.at("text");
        begin_message();
        if (whole.size() > text_.size() && whole.starts_with(text_)) add_text(whole.substr(text_.size()));
        for (std::size_t i = 0; i < part.at("annotations").size(); ++i) {
            part_event("response.output_text.annotation.added",
                       {{"annotation_index", i}, {"annotation", part.at("annotations")[i]}});
        }
        part_event("response.output_text.done", {{"text", whole}, {"logprobs", Json::array()}});
        part_event("response.content_part.done", {{"part", part}});
    }
    void whole_call(const Json& item, std::size_t index) {
        Json begun = item;
        begun["status"] = "in_progress";
        begun["arguments"] = "";
        event("response.output_item.added", {{"output_index", index}, {"item", begun}});
        const Json place = {{"item_id", item.at("id")}, {"output_index", index}};
        Json delta = place, done = place;
        delta["delta"] = item.at("arguments");
        done["name"] = item.at("name");
        done["arguments"] = item.at("arguments");
        event("response.function_call_arguments.delta", std::move(delta));
        event("response.function_call_arguments.done", std::move(done));
    }

    const Making making_;
    std::uint64_t number_ = 0;
    bool has_message_ = false;
    std::string text_;  ///< Told so far.
    std::string out_;
};

RunLog::StreamForm response_form(const Making& making) {
    // Of one stream, which is read from its beginning.
    const auto writer = std::make_shared<EventWriter>(making);
    return {.begin = writer->begin(),
            .event = [writer](const Run&, const RunEvent& event) { return writer->next(event); },
            .gap = [](std::uint64_t) { return std::string(); },
            .end = "data: [DONE]\n\n",
            .shutdown = "event: error\ndata: " +
                        json_line({{"type", "error"},
                                   {"code", "server_error"},
                                   {"message", "the server is ending; try again"},
                                   {"param", nullptr}}) +
                        "\n\n"};
}

template <typename Work>
auto with_responses(const Call& call, Work&& work) {
    const CallScope scope(call);
    const app::Services services = call.service.workspace().services(*scope);
    return work(app::ResponseArchive(services, call.caller.principal.name));
}

/// What was said in the responses that a request goes on from, oldest first.
std::vector<llm::ChatMessage> earlier_messages(const Call& call) {
    const std::string previous = text_or_null(call.values, "previous_response_id");
    if (previous.empty()) return {};
    std::vector<llm::ChatMessage> messages;
    for (const auto& one : with_responses(call, [&](const auto& archive) { return archive.chain(previous); })) {
        for (const std::string* items : {&one.input, &one.response}) {
            auto read = parse_bounded_json<nlohmann::json>(*items);
            if (items == &one.response) read = read.at("output");
            for (llm::ChatMessage& message : item_messages(read)) messages.push_back(std::move(message));
        }
    }
    return messages;
}

ModelRequest response_request(const Call& call) {
    ModelRequest request;
    request.model = call.values.at("model");
    if (const std::string instructions = text_or_null(call.values, "instructions"); !instructions.empty()) {
        request.chat.messages.push_back({.role = llm::ChatMessage::Role::system, .content = instructions});
    }
    for (std::vector<llm::ChatMessage> part : {earlier_messages(call), item_messages(call.values.at("input"))}) {
        std::ranges::move(part, std::back_inserter(request.chat.messages));
    }
    request.chat.tools = chat_tools(call.values);
    const nlohmann::json text = call.values.value("text", nlohmann::json());
    if (text.is_object()) request.chat.answer_schema = answer_schema(text.value("format", nlohmann::json()));
    request.chat.temperature = number_of<double>(call.values, "temperature");
    request.chat.max_tokens = number_of<int>(call.values, "max_output_tokens");
    return request;
}

void keep_response(const Call& call, const Making& making, const Json& document) {
    if (making.field("store", true) == false) return;
    with_responses(call, [&](const auto& archive) {
        archive.keep({.id = document.at("id"),
                      .previous = text_or_null(call.values, "previous_response_id"),
                      .created_at = making.created,
                      .input = call.values.at("input").dump(),
                      .response = json_line(document)});
        return true;
    });
}

std::optional<net::Response> respond(const Call& call) {
    const ModelRequest request = response_request(call);
    const Making making{crypto::random_hex(24), call.service.clock()(), call.values};
    if (is_true(call.values, "stream")) {
        check_model(call, request.model);
        stream_model(call, request, response_form(making),
                     [&](const Json& said) { keep_response(call, making, finished_response(making, said)); });
        return std::nullopt;
    }
    const CallScope scope(call);
    const Json document = finished_response(making, ask_model(call, request, *scope, [](std::string_view) {}));
    keep_response(call, making, document);
    return json_response(document);
}

net::Response show_response(const Call& call) {
    const auto found = with_responses(call, [&](const auto& archive) {
        return archive.find(call.values.at("response").template get<std::string>());
    });
    return json_response(parse_bounded_json<Json>(found.response));
}

net::Response remove_response(const Call& call) {
    const std::string id = call.values.at("response");
    with_responses(call, [&](const auto& archive) {
        archive.remove(id);
        return true;
    });
    return json_response({{"id", id}, {"object", "response"}, {"deleted", true}});
}

Route kept_route(std::string method, std::string id, std::string summary, net::Response (*handle)(const Call&)) {
    return {.method = std::move(method),
            .path = "/v1/responses/{response}",
            .id = std::move(id),
            .summary = std::move(summary),
            .tag = "openai",
            .parameters = {path_parameter("response", "Its id", "resp_0a52c9d41f7e4b3c8d6e5f4a3b2c1d0e", 100)},
            .responses = {{.status = 200, .description = "The response", .schema = {{"type", "object"}}}},
            .scope = "ask",
            .handle = handle};
}

Route response_route() {
    const Json text = {{"type", {"string", "null"}}};
    const Json item = {{"type", "object"}};
    Json body = {{"type", "object"},
                 {"properties",
                  {{"model", {{"type", "string"}, {"description", "As for chat completions"}}},
                   {"input",
                    {{"anyOf",
                      {{{"type", "string"}, {"minLength", 1}},
                       {{"type", "array"}, {"items", item}, {"minItems", 1}, {"maxItems", 1000}}}}}},
                   {"instructions", text},
                   {"previous_response_id", text},
                   {"store",
                    {{"type", {"boolean", "null"}},
                     {"description", "Keep it, so that a later one can continue it; the default"}}},
                   {"stream", {{"type", {"boolean", "null"}}}},
                   {"tools", function_tools_schema()},
                   {"tool_choice", {{"type", {"string", "object", "null"}}}},
                   {"text", {{"type", {"object", "null"}}}},
                   {"temperature", {{"type", {"number", "null"}}, {"minimum", 0}, {"maximum", 2}}},
                   {"max_output_tokens", {{"type", {"integer", "null"}}, {"minimum", 1}, {"maximum", 10'000'000}}},
                   {"metadata", {{"type", {"object", "null"}}, {"maxProperties", 16}}}}},
                 {"required", {"model", "input"}}};
    return {.method = "POST",
            .path = "/v1/responses",
            .id = "create_response",
            .summary = "Answer in the form of OpenAI's Responses. previous_response_id continues an earlier one.",
            .tag = "openai",
            .body = std::move(body),
            .responses = {{.status = 200, .description = "The response", .schema = {{"type", "object"}}},
                          {.status = 200, .description = "Its events", .type = "text/event-stream"}},
            .scope = "ask",
            .work = Work::generate,
            .example = {{"model", "quarry"}, {"input", "How do I undo a migration?"}},
            .handle = respond};
}

}  // namespace

std::vector<Route> response_routes() {
    std::vector<Route> routes = {response_route()};
    routes.push_back(kept_route("GET", "get_response", "A stored response.", show_response));
    routes.push_back(kept_route("DELETE", "delete_response", "Remove a stored response.", remove_response));
    routes.back().work = Work::write;
    return routes;
}

}  // namespace quarry::serve
