#pragma once

#include "core/llm/answer_reader.h"
#include "core/llm/protocol.h"

namespace quarry::llm {

/// Puts an answer of Google's generateContent together: a stream of events each of which is a whole response, or one
/// JSON object, or an array of them.
class GeminiAnswerReader final : public EventAnswerReader {
public:
    explicit GeminiAnswerReader(const TextSink& sink) : EventAnswerReader(sink, gemini_address) {}

private:
    void take_chunk(const nlohmann::json& chunk) override;
    void take_whole(const nlohmann::json& body) override;
    void take_part(const nlohmann::json& part);
};

}  // namespace quarry::llm
