#pragma once

#include <string_view>

#include "core/llm/answer_reader.h"
#include "core/llm/ndjson_reader.h"
#include "core/llm/protocol.h"

namespace quarry::llm {

/// Puts an answer of Ollama's own protocol together: lines of JSON, the last of which says "done".
class OllamaAnswerReader final : public AnswerReader {
public:
    explicit OllamaAnswerReader(const TextSink& sink) : AnswerReader(sink, ollama_address) {}
    void feed(std::string_view piece) override;
    [[nodiscard]] ChatResponse finish() override;

private:
    void take_line(std::string_view line);
    void take_tool_calls(const nlohmann::json& calls);

    JsonLineParser lines_;
};

}  // namespace quarry::llm
