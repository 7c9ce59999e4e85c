#include "core/llm/gemini_answer.h"

#include "core/base/text.h"
#include "core/llm/json_members.h"

namespace quarry::llm {
namespace {

using nlohmann::json;

std::string gemini_finish_reason(const std::string& reason) {
    if (reason == "STOP") return "stop";
    if (reason == "MAX_TOKENS") return "length";
    for (const char* filtered :
         {"SAFETY", "RECITATION", "BLOCKLIST", "PROHIBITED_CONTENT", "SPII", "LANGUAGE", "IMAGE_SAFETY"}) {
        if (reason == filtered) return "content_filter";
    }
    return ascii_lower(reason);
}

}  // namespace

void GeminiAnswerReader::take_chunk(const json& chunk) {
    if (std::string model = text_member(chunk, "modelVersion"); !model.empty()) response().model = std::move(model);
    if (std::string id = text_member(chunk, "responseId"); !id.empty()) response().id = std::move(id);
    if (const json* const usage = find_member(chunk, "usageMetadata")) {
        response().usage =
            ChatUsage{count_member(*usage, "promptTokenCount"),
                      count_member(*usage, "candidatesTokenCount") + count_member(*usage, "thoughtsTokenCount"),
                      count_member(*usage, "cachedContentTokenCount")};
    }
    if (const json* const feedback = find_member(chunk, "promptFeedback");
        feedback != nullptr && !text_member(*feedback, "blockReason").empty()) {
        set_begun();
        response().finish_reason = "content_filter";
    }
    const json* const candidates = find_member(chunk, "candidates");
    if (candidates == nullptr || !candidates->is_array() || candidates->empty()) return;
    const json& candidate = candidates->front();
    if (!candidate.is_object()) return;
    set_begun();
    if (const json* const content = find_member(candidate, "content")) {
        if (const json* const parts = find_member(*content, "parts"); parts != nullptr && parts->is_array()) {
            for (const json& part : *parts) take_part(part);
        }
    }
    if (const std::string reason = text_member(candidate, "finishReason"); !reason.empty()) {
        response().finish_reason = gemini_finish_reason(reason);
    }
}

void GeminiAnswerReader::take_whole(const json& body) { take_chunk(body); }

void GeminiAnswerReader::take_part(const json& part) {
    const json* const call = find_member(part, "functionCall");
    if (call == nullptr) {
        const json* const thought = find_member(part, "thought");
        if (thought == nullptr || *thought != true) add_text(text_member(part, "text"));
        return;
    }
    ChatToolCall& wish = add_tool_call();
    wish.id = text_member(*call, "id");
    wish.name = text_member(*call, "name");
    const json* const arguments = find_member(*call, "args");
    wish.arguments = arguments == nullptr ? "{}" : json_text(*arguments);
    wish.signature = text_member(part, "thoughtSignature");
}

}  // namespace quarry::llm
