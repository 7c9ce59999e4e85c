#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>
#include <utility>
#include <variant>

#include "core/answer/answer.h"
#include "core/answer/check_sentences.h"
#include "core/base/error.h"
#include "core/llm/chat_model.h"
#include "core/tools/tool_call.h"

namespace quarry::answer {

/// The parts of an AnswerEvent. What they refer to is valid during the call of the sink only.
namespace event {

/// The passages that the answer will rest on, before it begins.
struct Retrieved {
    const answer::Retrieved& found;
    AnswerKind kind;  ///< What answers from them.
};
/// What the model says, piece by piece: the answer, and before calls of tools what is said there too, which is no part
/// of `Done::answer`.
struct Text {
    std::string_view text;
};
/// A statement of the answer with the verdict on it. `answer` is the whole text, into which the check has spans.
struct Claim {
    std::string_view answer;
    const SentenceCheck& check;
};
/// The model wants a tool to run.
struct ToolCall {
    const llm::ChatToolCall& call;
};
/// What became of it.
struct ToolResult {
    const tools::ToolCallRecord& record;
};
/// A call waits until somebody allows it.
struct ApprovalNeeded {
    std::string_view tool, arguments;
};
/// What the reader should know of the answer.
struct Notice {
    bool is_warning;  ///< Else a note.
    std::string_view text;
};
/// What the answer took. Only where a model answered.
struct Usage {
    const std::optional<llm::ChatUsage>& usage;
    const std::optional<double>& cost;
    bool cached;
};
/// The answer is complete. The last event of a run, as is Failed.
struct Done {
    const Answer& answer;
};
struct Failed {
    const Error& error;
};

}  // namespace event

/// What happens while a question is answered: the one way in which an answer is delivered. The terminal prints the
/// events; other doors send them under the names that core/wire gives them.
struct AnswerEvent {
    using Body = std::variant<event::Retrieved, event::Text, event::Claim, event::ToolCall, event::ToolResult,
                              event::ApprovalNeeded, event::Notice, event::Usage, event::Done, event::Failed>;
    std::uint64_t number;  ///< From 1 in each run.
    Body body;
};

/// Takes the events of a run in their order, on the thread that answers. What it throws ends the answer.
using AnswerEventSink = std::function<void(const AnswerEvent& event)>;

/// The events of one run: numbers them and hands them on. Used by one thread.
class AnswerEvents {
public:
    AnswerEvents() = default;
    /// An empty sink drops the events.
    explicit AnswerEvents(AnswerEventSink sink) : sink_(std::move(sink)) {}

    void emit(const AnswerEvent::Body& body) const {
        if (!sink_) return;
        threw_ = true;
        sink_(AnswerEvent{++last_, body});
        threw_ = false;
    }
    /// Whether the sink has thrown: it gets no further event then.
    [[nodiscard]] bool threw() const noexcept { return threw_; }

private:
    AnswerEventSink sink_;
    mutable std::uint64_t last_ = 0;
    mutable bool threw_ = false;
};

}  // namespace quarry::answer
