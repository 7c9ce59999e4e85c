#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

#include "core/base/error.h"
#include "core/llm/chat_model.h"
#include "core/llm/event_stream.h"
#include "core/llm/utf8_stream.h"

namespace quarry::llm {

/// Puts a model's answer together from the bytes of a 2xx response, and streams its text as it comes. Knows nothing of
/// the network. Each protocol has its own; for one answer, by one thread.
class AnswerReader {
public:
    /// `usual_address`: as in ChatProtocol, for the hint where the answer is none.
    AnswerReader(const TextSink& sink, std::string_view usual_address) : sink_(sink), usual_address_(usual_address) {}
    virtual ~AnswerReader() = default;
    AnswerReader(const AnswerReader&) = delete;
    AnswerReader& operator=(const AnswerReader&) = delete;

    /// Takes the next bytes, cut anywhere. Throws Error(provider_failed, or rate_limited) with the server's words for
    /// an error in mid-stream, and for what is no answer of the protocol (a web page, nonsense).
    virtual void feed(std::string_view piece) = 0;
    /// The whole answer, when no more bytes come; nothing may be fed afterwards. A missing end mark is no error: the
    /// finish reason is empty then. Throws as `feed`, and for an answer in which there was nothing.
    [[nodiscard]] virtual ChatResponse finish() = 0;

protected:
    /// Text of the answer, as bytes that may end inside a character.
    void add_text(std::string_view bytes);
    /// A further wish to have a function called. Throws Error(provider_failed) for more than any model asks for.
    ChatToolCall& add_tool_call();
    /// The answer so far made whole: half characters, tool calls without an id.
    [[nodiscard]] ChatResponse take_response();
    /// Whether something of an answer came.
    [[nodiscard]] bool begun() const noexcept { return begun_; }
    void set_begun() noexcept { begun_ = true; }
    [[nodiscard]] ChatResponse& response() noexcept { return response_; }

    /// Throws when `chunk` has a member "error", or says that it is one.
    void check_error(const nlohmann::json& chunk, std::string_view text) const;
    /// The error for bytes that are no answer.
    [[nodiscard]] Error not_an_answer(std::string_view why, std::string_view body) const;

private:
    void emit(const std::string& text);

    const TextSink& sink_;
    std::string_view usual_address_;
    Utf8Stream utf8_;
    ChatResponse response_;
    bool begun_ = false;
};

/// A reader of answers that are a stream of events whose data is JSON, or one JSON text from servers that do not
/// stream (a JSON array stands for its elements in order). A stream may end with or without "[DONE]".
class EventAnswerReader : public AnswerReader {
public:
    using AnswerReader::AnswerReader;
    void feed(std::string_view piece) final;
    [[nodiscard]] ChatResponse finish() final;

protected:
    /// One event's data, an object without an error in it.
    virtual void take_chunk(const nlohmann::json& chunk) = 0;
    /// The answer as one object. Throws for an object that is none.
    virtual void take_whole(const nlohmann::json& body) = 0;
    /// No more comes: for what was held back.
    virtual void take_end() {}

private:
    enum class Form { unknown, stream, whole };
    void take_event(const ServerSentEvent& event);
    void take_body();

    Form form_ = Form::unknown;
    std::string body_;  // the beginning while the form is unknown; all of it when it is whole
    EventStreamParser events_;
    bool done_ = false;
};

}  // namespace quarry::llm
