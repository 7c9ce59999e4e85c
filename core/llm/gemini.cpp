// Google's generateContent protocol.
#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <utility>

#include "core/base/bounded_json.h"
#include "core/base/text.h"
#include "core/http/url.h"
#include "core/llm/gemini_answer.h"
#include "core/llm/json_members.h"
#include "core/llm/protocol.h"

namespace quarry::llm {
namespace {

using nlohmann::json;

json gemini_arguments(const std::string& arguments) {
    json parsed = parse_bounded_json(arguments);
    if (parsed.is_object()) return parsed;
    return trim(arguments).empty() ? json::object() : json{{"arguments", arguments}};
}

json gemini_parts(const ChatMessage& message) {
    json parts = json::array();
    if (message.role == ChatMessage::Role::tool) {
        json response = {{"name", message.tool_name}, {"response", {{"result", message.content}}}};
        parts.push_back({{"functionResponse", std::move(response)}});
        return parts;
    }
    if (!message.content.empty()) parts.push_back({{"text", message.content}});
    for (const ChatToolCall& call : message.tool_calls) {
        json part = {{"functionCall", {{"name", call.name}, {"args", gemini_arguments(call.arguments)}}}};
        if (!call.signature.empty()) part["thoughtSignature"] = call.signature;
        parts.push_back(std::move(part));
    }
    return parts;
}

json generation_config(const ChatRequest& request) {
    json config = json::object();
    if (request.max_tokens) config["maxOutputTokens"] = *request.max_tokens;
    if (request.temperature) config["temperature"] = *request.temperature;
    if (!request.answer_schema.empty()) {
        config["responseMimeType"] = "application/json";
        config["responseJsonSchema"] = parse_bounded_json(request.answer_schema);
    }
    return config;
}

json gemini_body(const ChatTarget& /*target*/, const ChatRequest& request) {
    json contents = json::array(), system = json::array(), functions = json::array();
    for (const ChatMessage& message : request.messages) {
        json parts = gemini_parts(message);
        if (parts.empty()) continue;
        if (message.role == ChatMessage::Role::system) {
            for (json& part : parts) system.push_back(std::move(part));
            continue;
        }
        const char* const role = message.role == ChatMessage::Role::assistant ? "model" : "user";
        if (contents.empty() || contents.back()["role"] != role) {
            contents.push_back({{"role", role}, {"parts", json::array()}});
        }
        for (json& part : parts) contents.back()["parts"].push_back(std::move(part));
    }
    json body = {{"contents", std::move(contents)}};
    if (!system.empty()) body["systemInstruction"] = {{"parts", std::move(system)}};
    if (json config = generation_config(request); !config.empty()) body["generationConfig"] = std::move(config);
    for (const ChatTool& tool : request.tools) {
        functions.push_back({{"name", tool.name},
                             {"description", tool.description},
                             {"parametersJsonSchema", parse_bounded_json(tool.parameters)}});
    }
    if (!functions.empty()) body["tools"].push_back({{"functionDeclarations", std::move(functions)}});
    return body;
}

std::unique_ptr<AnswerReader> gemini_reader(const ChatRequest& /*request*/, const TextSink& sink) {
    return std::make_unique<GeminiAnswerReader>(sink);
}

std::string gemini_path(const ChatTarget& target) {
    return fmt::format("{}{}:streamGenerateContent?alt=sse", target.model.starts_with("models/") ? "" : "models/",
                       target.model);
}

/// Google's own address without a version, or with the one that has neither system instructions nor schemas.
std::string gemini_base_url(const std::string& said) {
    http::HttpUrl url = http::parse_http_url(said);
    while (url.path.ends_with('/')) url.path.pop_back();
    const ChatProvider* const google = find_chat_provider("gemini");
    const bool is_google = url.host == http::parse_http_url(google->base_url).host;
    return is_google && (url.path.empty() || url.path == "/v1") ? std::string(google->base_url) : said;
}

}  // namespace

const ChatProtocol gemini_chat_protocol{gemini_path,    gemini_body, gemini_reader,
                                        gemini_address, false,       gemini_base_url};

}  // namespace quarry::llm
