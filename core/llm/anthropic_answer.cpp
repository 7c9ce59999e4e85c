#include "core/llm/anthropic_answer.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/base/error.h"
#include "core/llm/json_members.h"

namespace quarry::llm {
namespace {

using nlohmann::json;

std::string anthropic_finish_reason(std::string reason) {
    if (reason == "end_turn" || reason == "stop_sequence") return "stop";
    if (reason == "max_tokens" || reason == "model_context_window_exceeded") return "length";
    if (reason == "tool_use") return "tool_calls";
    if (reason == "refusal") return "content_filter";
    return reason;
}

}  // namespace

void AnthropicAnswerReader::take_chunk(const json& chunk) {
    const std::string type = text_member(chunk, "type");
    const std::int64_t index = count_member(chunk, "index");
    if (type == "message_start") {
        if (const json* const message = find_member(chunk, "message")) take_head(*message);
    } else if (type == "content_block_start") {
        close_block();
        if (const json* const block = find_member(chunk, "content_block")) open_block(index, *block);
    } else if (type == "content_block_delta") {
        if (const json* const delta = find_member(chunk, "delta")) take_delta(index, *delta);
    } else if (type == "content_block_stop") {
        close_block();
    } else if (type == "message_delta") {
        if (const json* const delta = find_member(chunk, "delta")) take_stop_reason(*delta);
        if (const json* const usage = find_member(chunk, "usage")) take_usage(*usage);
    } else if (type == "message_stop") {
        close_block();
    }
}

void AnthropicAnswerReader::take_whole(const json& body) {
    const json* const content = find_member(body, "content");
    if (content == nullptr || !content->is_array()) throw not_an_answer("it has no content", json_text(body));
    take_head(body);
    for (std::size_t i = 0; i < content->size(); ++i) {
        open_block(static_cast<std::int64_t>(i), (*content)[i]);
        close_block();
    }
    take_stop_reason(body);
}

void AnthropicAnswerReader::take_head(const json& message) {
    set_begun();
    response().model = text_member(message, "model");
    response().id = text_member(message, "id");
    if (const json* const usage = find_member(message, "usage")) take_usage(*usage);
}

void AnthropicAnswerReader::take_stop_reason(const json& holder) {
    if (std::string reason = text_member(holder, "stop_reason"); !reason.empty()) {
        // The tool that answers by a schema is the answer, not a wish.
        const bool answered = answer_by_tool_ && reason == "tool_use" && response().tool_calls.empty();
        response().finish_reason = answered ? "stop" : anthropic_finish_reason(std::move(reason));
    }
}

void AnthropicAnswerReader::take_usage(const json& usage) {
    ChatUsage& counts = response().usage ? *response().usage : response().usage.emplace();
    // What the stream's end says stands for all of it; it leaves out what has not changed.
    if (find_member(usage, "input_tokens") != nullptr) {
        counts.cached_input_tokens = count_member(usage, "cache_read_input_tokens");
        counts.input_tokens = count_member(usage, "input_tokens") + counts.cached_input_tokens +
                              count_member(usage, "cache_creation_input_tokens");
    }
    if (find_member(usage, "output_tokens") != nullptr) counts.output_tokens = count_member(usage, "output_tokens");
}

void AnthropicAnswerReader::open_block(std::int64_t index, const json& block) {
    const std::string type = text_member(block, "type");
    block_ = Block::other;
    if (type == "text") {
        set_begun();
        block_ = Block::text;
        add_block_text(text_member(block, "text"));
        if (const json* const citations = find_member(block, "citations"); citations && citations->is_array()) {
            for (const json& citation : *citations) cite(citation);
        }
    } else if (type == "tool_use") {
        const std::string name = text_member(block, "name");
        const json* const input = find_member(block, "input");
        const std::string arguments = input != nullptr && !input->empty() ? json_text(*input) : std::string();
        if (answer_by_tool_ && name == anthropic_answer_tool) {
            set_begun();
            block_ = Block::answer;
            add_text(arguments);
            return;
        }
        block_ = Block::tool;
        ChatToolCall& call = add_tool_call();
        calls_[index] = response().tool_calls.size() - 1;
        call.id = text_member(block, "id");
        call.name = name;
        call.arguments = arguments;
    }
}

void AnthropicAnswerReader::take_delta(std::int64_t index, const json& delta) {
    const std::string type = text_member(delta, "type");
    if (type == "text_delta") {
        set_begun();
        add_block_text(text_member(delta, "text"));
    } else if (type == "citations_delta") {
        if (const json* const citation = find_member(delta, "citation")) cite(*citation);
    } else if (type == "input_json_delta") {
        const std::string piece = text_member(delta, "partial_json");
        if (block_ == Block::answer) {
            add_text(piece);
        } else if (const auto call = calls_.find(index); call != calls_.end()) {
            response().tool_calls[call->second].arguments += piece;
        }
    }
}

void AnthropicAnswerReader::add_block_text(std::string_view bytes) {
    held_ += bytes;
    const std::size_t last = held_.find_last_not_of(" \t\r\n");
    if (last == std::string::npos) return;
    add_text(std::string_view(held_).substr(0, last + 1));
    held_.erase(0, last + 1);
}

void AnthropicAnswerReader::cite(const json& citation) {
    if (text_member(citation, "type") != "search_result_location") return;
    if (find_member(citation, "search_result_index") == nullptr) return;
    const auto index = static_cast<std::uint64_t>(count_member(citation, "search_result_index"));
    // A number that no source has is kept, so that it is seen that the citation is wrong.
    const std::size_t number = index < source_numbers_.size() ? source_numbers_[index] : index + 1;
    if (std::find(cited_.begin(), cited_.end(), number) == cited_.end()) cited_.push_back(number);
}

void AnthropicAnswerReader::close_block() {
    for (const std::size_t number : cited_) add_text(fmt::format(" [{}]", number));
    cited_.clear();
    add_text(held_);
    held_.clear();
    block_ = Block::other;
}

}  // namespace quarry::llm
