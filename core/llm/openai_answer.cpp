#include "core/llm/openai_answer.h"

#include <fmt/format.h>

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/http/api_error.h"
#include "core/llm/lenient_json.h"

namespace quarry {
namespace {

using nlohmann::json;

constexpr std::size_t quoted_bytes = 2000;  // kept of a stream, to be quoted if it turns out to be nonsense

Error not_a_completion(std::string_view why, std::string_view body) {
    Error error =
        Error(ErrorCode::provider_failed, "the server's answer is not a chat completion",
              "check chat.base_url: it must be the address of an OpenAI-compatible server, and most end in /v1")
            .because(std::string(why));
    const std::string words = server_words(body);
    return words.empty() ? error : std::move(error).because(fmt::format("it says: {}", words));
}

const json* member(const json& object, const char* name) {
    if (!object.is_object()) return nullptr;
    const auto found = object.find(name);
    return found == object.end() || found->is_null() ? nullptr : &*found;
}

std::string text_member(const json& object, const char* name) {
    const json* found = member(object, name);
    return found != nullptr && found->is_string() ? found->get<std::string>() : std::string();
}

std::int64_t count_member(const json& object, const char* name) {
    const json* found = member(object, name);
    return found != nullptr && found->is_number_integer() ? found->get<std::int64_t>() : 0;
}

/// The text of a message or delta: a string, or parts of which some have text; a refusal counts as text.
std::string message_text(const json& message) {
    const json* content = member(message, "content");
    if (content == nullptr) return text_member(message, "refusal");
    if (content->is_string()) return content->get<std::string>();
    std::string text;
    if (content->is_array()) {
        for (const json& part : *content) text += text_member(part, "text");
    }
    return text;
}

}  // namespace

void OpenAiAnswerReader::feed(std::string_view piece) {
    if (form_ == Form::unknown) {
        body_ += piece;
        std::string_view start = body_;
        if (start.starts_with("\xEF\xBB\xBF")) start.remove_prefix(3);
        start = trim(start);
        if (start.empty()) {
            body_.clear();  // blank so far: nothing to keep, however long it goes on
            return;
        }
        form_ = start.front() == '{' || start.front() == '<' || start.front() == '[' ? Form::whole : Form::stream;
        if (form_ == Form::whole) return;
        events_.feed(body_, [this](const ServerSentEvent& event) { take_event(event); });
    } else if (form_ == Form::whole) {
        body_ += piece;
    } else {
        if (!seen_choice_ && body_.size() < quoted_bytes) body_ += piece.substr(0, quoted_bytes);
        events_.feed(piece, [this](const ServerSentEvent& event) { take_event(event); });
    }
}

void OpenAiAnswerReader::take_event(const ServerSentEvent& event) {
    if (done_ || event.type == "ping") return;
    if (trim(event.data) == "[DONE]") {
        done_ = true;
        return;
    }
    take_json(event.data, true);
}

void OpenAiAnswerReader::take_json(std::string_view text, bool chunk) {
    const json parsed = parse_lenient_json(text);
    if (!parsed.is_object()) {
        const bool page = trim(text).starts_with('<');
        throw not_a_completion(page ? "it is a web page" : "it is not JSON", text);
    }
    if (member(parsed, "error") != nullptr) {
        throw Error(ErrorCode::provider_failed,
                    seen_choice_ ? "the model's answer broke off" : "the model gave no answer")
            .because(fmt::format("the server says: {}", server_words(text)));
    }
    if (const json* usage = member(parsed, "usage")) {
        response_.usage =
            ChatUsage{count_member(*usage, "prompt_tokens"), count_member(*usage, "completion_tokens"), 0};
    }
    const json* choices = member(parsed, "choices");
    if (choices == nullptr || !choices->is_array() || choices->empty()) {
        if (!chunk) throw not_a_completion("it has no choices", text);
        return;  // a chunk with usage only, or of a kind that is new
    }
    const json& choice = choices->front();
    const json* message = member(choice, chunk ? "delta" : "message");
    if (message == nullptr) message = member(choice, chunk ? "message" : "delta");
    seen_choice_ = seen_choice_ || message != nullptr;
    if (std::string reason = text_member(choice, "finish_reason"); !reason.empty()) {
        response_.finish_reason = std::move(reason);
    }
    if (message != nullptr) emit(utf8_.feed(original_bytes(message_text(*message))));
}

void OpenAiAnswerReader::emit(std::string_view text) {
    if (text.empty()) return;
    response_.text += text;
    if (sink_) sink_(text);
}

ChatResponse OpenAiAnswerReader::finish() {
    if (form_ == Form::whole) {
        std::string_view whole = body_;
        if (whole.starts_with("\xEF\xBB\xBF")) whole.remove_prefix(3);
        take_json(whole, false);
    } else {
        events_.finish([this](const ServerSentEvent& event) { take_event(event); });
    }
    emit(utf8_.finish());
    if (!seen_choice_) throw not_a_completion(form_ == Form::unknown ? "it is empty" : "it has no choices", body_);
    return std::move(response_);
}

}  // namespace quarry
