#include "cli/ui/chat_input.h"

#include <fmt/format.h>

#include <iostream>

#include "cli/ui/output.h"
#include "core/base/text.h"

namespace quarry::cli {
namespace {

constexpr std::size_t longest_input = 100'000;  // bytes
constexpr std::string_view block_mark = R"(""")";

}  // namespace

ChatInput::ChatInput(Context& context, bool person, const std::vector<std::string>& earlier)
    : context_(context), person_(person) {
    if (!person_) return;
    interrupts_ = std::make_unique<AnswerInterrupts>();
    try {
        editor_ = std::make_unique<LineEditor>(earlier, [this] {
            return interrupts_->interrupted() || interrupts_->ended() || context_.cancel.cancelled();
        });
    } catch (const Error& error) {
        interrupts_.reset();  // what waits for a whole line cannot look at it
        context_.out.note(fmt::format("{}; line editing is off", error.what()));
    }
}

std::optional<std::string> ChatInput::line(const char* prompt) {
    if (!editor_) {
        if (person_) std::cerr << prompt << std::flush;
        std::string text;
        if (!std::getline(context_.in, text)) return std::nullopt;
        if (text.ends_with('\r')) text.pop_back();
        return find_invalid_utf8(text) ? replace_invalid_utf8(text) : text;
    }
    for (;;) {
        LineEditor::Read read = editor_->read(prompt);
        if (read.ending == LineEditor::Ending::line) return std::move(read.text);
        if (read.ending == LineEditor::Ending::end || interrupts_->ended()) return std::nullopt;
        context_.out.note("Ctrl-D or /quit ends the chat");
    }
}

std::optional<std::string> ChatInput::next() {
    std::optional<std::string> first = line("> ");
    if (!first) return std::nullopt;
    std::string text = *std::move(first);
    const bool block = trim(text) == block_mark;
    if (block) text.clear();
    while (text.size() <= longest_input) {
        if (!block) {
            if (!text.ends_with('\\')) break;
            text.pop_back();
        }
        const std::optional<std::string> more = line("… ");
        if (!more || (block && trim(*more) == block_mark)) break;
        if (!text.empty()) text += '\n';
        text += *more;
    }
    if (editor_) editor_->remember(text);
    return text;
}

}  // namespace quarry::cli
