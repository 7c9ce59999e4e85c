// What is said in a chat.
#include "cli/ui/chat_loop.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <ostream>

#include "cli/ui/answer_display.h"
#include "cli/ui/approve.h"
#include "cli/ui/chat_stoppable.h"
#include "cli/ui/output.h"
#include "core/base/text.h"
#include "core/wire/answer_json.h"
#include "core/wire/document.h"
#include "core/wire/error_json.h"

namespace quarry::cli {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t questions_brought_back = 500;  // by the arrow keys

/// Calls of tools are told a person also where a program reads the answer.
void note_call(Output& out, const answer::AnswerEvent& event) {
    if (const auto* result = std::get_if<answer::event::ToolResult>(&event.body)) out.note(call_note(result->record));
}

}  // namespace

ChatLoop::ChatLoop(Context& context, app::ConversationService& conversation)
    : context_(context),
      conversation_(conversation),
      person_(context.stdin_is_terminal && context.out.options().err_is_terminal && !context.json) {}

ChatLoop::~ChatLoop() = default;

void ChatLoop::greet() {
    const std::size_t turns = conversation_.turns().size();
    const std::optional<std::string> model = conversation_.model_name();
    context_.out.note(fmt::format(
        "{}{}; /help lists the commands, Ctrl-D ends",
        model ? fmt::format("answers by {}", one_line(strip_terminal_controls(*model), 100))
              : std::string("answers from the documents' own sentences"),
        turns == 0 ? std::string() : fmt::format(", going on with {} ({} turns)", conversation_.name(), turns)));
}

int ChatLoop::run() {
    std::vector<std::string> earlier;
    if (person_) earlier = conversation_.recent_questions(questions_brought_back);
    input_ = std::make_unique<ChatInput>(context_, person_, earlier);
    if (person_) greet();
    while (std::optional<std::string> line = input_->next()) {
        if (!context_.json && line->starts_with('/')) {
            if (command(*line) == Next::leave) break;
            continue;
        }
        const std::string question(trim(*line));
        if (question.empty()) continue;
        answer(&question);
        if (context_.out.closed()) break;
        if (input_->interrupts() != nullptr && input_->interrupts()->ended()) break;
        context_.cancel.check();
    }
    if (person_ && !conversation_.name().empty()) {
        context_.out.note(fmt::format("kept as {0}; go on with: quarry chat --session {0}", conversation_.name()));
    }
    const std::string untraced = conversation_.trace_failure();
    if (!untraced.empty()) context_.out.note(untraced);
    return failures_ == 0 ? 0 : static_cast<int>(ErrorCode::some_inputs_failed);
}

ChatLoop::Stoppable::Stoppable(ChatLoop& loop)
    : interrupts_(loop.input_ ? loop.input_->interrupts() : nullptr),
      cancellation_(interrupts_ != nullptr ? stopped_ : loop.context_.cancel) {
    if (interrupts_ != nullptr) interrupts_->watch(&stopped_);
}

ChatLoop::Stoppable::~Stoppable() {
    if (interrupts_ == nullptr) return;
    interrupts_->watch(nullptr);
    static_cast<void>(interrupts_->interrupted());
}

void ChatLoop::answer(const std::string* question) {
    const Stoppable work(*this);
    AnswerDisplay display(context_.out);
    display.leave_out(last_note_);
    const answer::AnswerEventSink sink = [&](const answer::AnswerEvent& event) {
        if (!context_.json) return display.take(event);
        const auto* const text = std::get_if<answer::event::Text>(&event.body);
        if (text != nullptr) print_event("text", {{"text", text->text}});
        note_call(context_.out, event);
    };
    try {
        chat::ChatReply said = conversation_.ask(question, sink, "chat", work.cancellation());
        last_ = said.answer;
        if (said.answer.note == last_note_) said.answer.note.clear();
        if (!said.answer.note.empty()) last_note_ = said.answer.note;
        show(said);
    } catch (const ReaderGone&) {
        // Nothing more to do: what came so far is kept.
    } catch (const Error& error) {
        if (error.code() == ErrorCode::interrupted && !work.alone()) throw;
        fail(error);
    }
}

void ChatLoop::show(const chat::ChatReply& said) {
    const std::string& question = conversation_.turns().back().question;
    if (context_.json) {
        const std::string& name = conversation_.name();
        print_event("answer", {{"session", name.empty() ? Json(nullptr) : Json(name)},
                               {"turn", said.number},
                               {"stand_alone", said.stand_alone},
                               {"notes", said.notes},
                               {"answer", wire::answer_json(question, said.answer)}});
    } else {
        context_.out.result() << '\n' << std::flush;
        if (person_ && said.stand_alone != question) {
            context_.out.note(
                fmt::format("searched for: {}", one_line(strip_terminal_controls(said.stand_alone), 300)));
        }
    }
    for (const std::string& note : said.notes) context_.out.note(note);
    if (said.not_kept) fail(*said.not_kept);
}

void ChatLoop::fail(const Error& error) {
    if (error.code() == ErrorCode::interrupted) {
        context_.out.note("stopped; /retry asks again");
        return;
    }
    if (error.code() != ErrorCode::nothing_found) ++failures_;
    if (context_.json) {
        print_event("error", {{"error", wire::error_json(error)}});
    } else if (error.code() == ErrorCode::nothing_found) {
        context_.out.result() << "The documents do not say.\n\n" << std::flush;
    } else {
        context_.out.error(error);
    }
}

void ChatLoop::print_event(const char* event, Json fields) {
    Json document = {{"schema", "quarry.chat/1"}, {"event", event}};
    document.update(fields);
    context_.out.result() << wire::line_text(document) << '\n' << std::flush;
}

std::optional<chat::ChatReply> ask_once(Context& context, app::ConversationService& conversation,
                                        const std::string& question, bool shown, AnswerStyle style) {
    AnswerDisplay display(context.out, style);
    const answer::AnswerEventSink sink = [&](const answer::AnswerEvent& event) {
        if (shown) return display.take(event);
        note_call(context.out, event);
    };
    try {
        chat::ChatReply said = conversation.ask(&question, sink, "ask", context.cancel);
        for (const std::string& note : said.notes) context.out.note(note);
        return said;
    } catch (const ReaderGone&) {
        return std::nullopt;
    }
}

}  // namespace quarry::cli
