#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "core/llm/answer_reader.h"
#include "core/llm/protocol.h"

namespace quarry::llm {

/// Puts a chat completion of OpenAI's protocol together: an event stream of chunks, or one JSON object.
class OpenAiAnswerReader final : public EventAnswerReader {
public:
    explicit OpenAiAnswerReader(const TextSink& sink, std::string_view usual_address = openai_address)
        : EventAnswerReader(sink, usual_address) {}

private:
    void take_chunk(const nlohmann::json& chunk) override;
    void take_whole(const nlohmann::json& body) override;
    void take(const nlohmann::json& completion, const char* message_name, const char* other_name);
    void take_tool_calls(const nlohmann::json& calls);
    [[nodiscard]] ChatToolCall& tool_call_of(const nlohmann::json& fragment);

    std::vector<std::optional<std::int64_t>> call_indexes_;  // the server's number of each tool call
};

}  // namespace quarry::llm
