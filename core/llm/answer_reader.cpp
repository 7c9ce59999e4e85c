// What the answers of all protocols have in common: text, tool calls, errors, forms.
#include "core/llm/answer_reader.h"

#include <fmt/format.h>

#include <utility>

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/http/api_error.h"
#include "core/llm/json_members.h"
#include "core/llm/lenient_json.h"

namespace quarry::llm {
namespace {

using nlohmann::json;

constexpr std::size_t quoted_bytes = 2000;     // kept of a stream, to be quoted if it turns out to be nonsense
constexpr std::size_t most_blanks = 64 << 10;  // some servers send line ends while they think
constexpr std::size_t most_tool_calls = 128;
constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

std::string_view without_mark(std::string_view text) {
    if (text.starts_with(byte_order_mark)) text.remove_prefix(byte_order_mark.size());
    return text;
}

}  // namespace

void AnswerReader::emit(const std::string& text) {
    if (text.empty()) return;
    response_.text += text;
    if (sink_) sink_(text);
}

void AnswerReader::add_text(std::string_view bytes) { emit(utf8_.feed(bytes)); }

ChatToolCall& AnswerReader::add_tool_call() {
    begun_ = true;
    if (response_.tool_calls.size() == most_tool_calls) {
        throw Error(ErrorCode::provider_failed, "cannot use the model's answer")
            .because(fmt::format("it calls more than {} functions at once", most_tool_calls));
    }
    return response_.tool_calls.emplace_back();
}

ChatResponse AnswerReader::take_response() {
    emit(utf8_.finish());
    for (std::size_t i = 0; i < response_.tool_calls.size(); ++i) {
        ChatToolCall& call = response_.tool_calls[i];
        if (call.id.empty()) call.id = fmt::format("call_{}", i + 1);
        for (std::string* text : {&call.id, &call.name, &call.arguments, &call.signature}) {
            if (find_invalid_utf8(*text)) *text = replace_invalid_utf8(*text);
        }
    }
    for (std::string* text : {&response_.finish_reason, &response_.model, &response_.id}) {
        if (find_invalid_utf8(*text)) *text = replace_invalid_utf8(*text);
    }
    // Some servers say "stop", or words of their own, when they mean this.
    std::string& reason = response_.finish_reason;
    if (!response_.tool_calls.empty() && reason != "length" && reason != "content_filter") reason = "tool_calls";
    return std::move(response_);
}

void AnswerReader::check_error(const json& chunk, std::string_view text) const {
    const json* const error = find_member(chunk, "error");
    if (error == nullptr && text_member(chunk, "type") != "error") return;
    const std::string kind = error == nullptr ? std::string() : text_member(*error, "type");
    throw Error(kind == "rate_limit_error" ? ErrorCode::rate_limited : ErrorCode::provider_failed,
                begun_ ? "the model's answer ended too early" : "the model returned no answer")
        .because(fmt::format("the server reports: {}", http::server_words(text)));
}

Error AnswerReader::not_an_answer(std::string_view why, std::string_view body) const {
    Error error =
        Error(ErrorCode::provider_failed, "the server's answer is not a model's",
              fmt::format("check chat.provider and chat.base_url, or those of the model's profile: {}", usual_address_))
            .because(std::string(why));
    const std::string words = http::server_words(body);
    return words.empty() ? error : std::move(error).because(fmt::format("it reports: {}", words));
}

void EventAnswerReader::feed(std::string_view piece) {
    const auto take = [this](const ServerSentEvent& event) { take_event(event); };
    if (form_ == Form::unknown) {
        body_ += piece;
        const std::string_view start = trim(without_mark(body_));
        if (start.empty()) {
            if (body_.size() > most_blanks) throw not_an_answer("it is blank", {});
            return;
        }
        if (body_.size() < byte_order_mark.size() && byte_order_mark.starts_with(body_)) return;
        form_ = start.front() == '{' || start.front() == '<' || start.front() == '[' ? Form::whole : Form::stream;
        if (form_ == Form::stream) events_.feed(body_, take);
    } else if (form_ == Form::whole) {
        body_ += piece;
    } else {
        if (!begun() && body_.size() < quoted_bytes) body_ += piece.substr(0, quoted_bytes);
        events_.feed(piece, take);
    }
}

void EventAnswerReader::take_event(const ServerSentEvent& event) {
    if (done_ || event.type == "ping") return;
    if (trim(event.data) == "[DONE]") {
        done_ = true;
        return;
    }
    const json chunk = parse_lenient_json(event.data);
    if (!chunk.is_object()) {
        throw not_an_answer(trim(event.data).starts_with('<') ? "it is a web page" : "it is not JSON", event.data);
    }
    check_error(chunk, event.data);
    take_chunk(chunk);
}

void EventAnswerReader::take_body() {
    const std::string_view text = without_mark(body_);
    const json body = parse_lenient_json(text);
    if (body.is_array() && !body.empty()) {
        for (const json& element : body) {
            check_error(element, text);
            take_chunk(element);
        }
        return;
    }
    if (!body.is_object()) {
        throw not_an_answer(trim(text).starts_with('<') ? "it is a web page" : "it is not JSON", text);
    }
    check_error(body, text);
    take_whole(body);
}

ChatResponse EventAnswerReader::finish() {
    if (form_ == Form::whole) {
        take_body();
    } else {
        events_.finish([this](const ServerSentEvent& event) { take_event(event); });
    }
    take_end();
    ChatResponse response = take_response();
    if (!begun()) throw not_an_answer(form_ == Form::unknown ? "it is empty" : "there is no answer in it", body_);
    return response;
}

}  // namespace quarry::llm
