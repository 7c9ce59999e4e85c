#pragma once

#include <string_view>

#include "core/llm/answer_reader.h"
#include "core/llm/ndjson_reader.h"

namespace quarry::llm {

/// Puts the answer of a program together: lines of JSON, each an object with any of
/// {"text": "…"}, {"tool_call": {"name": "…", "arguments": {…}}}, {"finish_reason": "stop"}, {"model": "…"},
/// {"usage": {"input_tokens": 1, "output_tokens": 1, "cached_input_tokens": 0}}, {"error": "…"}.
class CommandAnswerReader final : public AnswerReader {
public:
    explicit CommandAnswerReader(const TextSink& sink) : AnswerReader(sink, "") {}
    void feed(std::string_view piece) override;
    [[nodiscard]] ChatResponse finish() override;

private:
    void take_line(std::string_view line);

    JsonLineParser lines_;
};

}  // namespace quarry::llm
