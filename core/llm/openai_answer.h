#pragma once

#include <string>
#include <string_view>

#include "core/llm/chat_model.h"
#include "core/llm/event_stream.h"
#include "core/llm/utf8_stream.h"

namespace quarry {

/// Puts a chat completion together from the bytes of a 2xx answer: an event stream of chunks, or one JSON object
/// from servers that do not stream. Knows nothing of the network.
///
/// Throws Error(provider_failed) with the server's words for an error in mid-stream, an answer that is neither form
/// (a web page, nonsense), and one without any choice. A stream may end without "[DONE]".
class OpenAiAnswerReader {
public:
    explicit OpenAiAnswerReader(const TextSink& sink) : sink_(sink) {}

    void feed(std::string_view piece);
    /// The whole answer; nothing may be fed afterwards.
    [[nodiscard]] ChatResponse finish();

private:
    enum class Form { unknown, stream, whole };
    void take_event(const ServerSentEvent& event);
    void take_json(std::string_view text, bool chunk);
    void emit(std::string_view bytes);

    const TextSink& sink_;
    Form form_ = Form::unknown;
    std::string body_;  // the beginning while the form is unknown; all of it when it is whole
    EventStreamParser events_;
    Utf8Stream utf8_;
    ChatResponse response_;
    bool done_ = false;
    bool seen_choice_ = false;
};

}  // namespace quarry
