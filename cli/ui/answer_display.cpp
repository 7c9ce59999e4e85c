#include "cli/ui/answer_display.h"

#include <ostream>

#include "cli/text/answer_text.h"
#include "cli/ui/approve.h"
#include "cli/ui/markdown_view.h"

namespace quarry::cli {

namespace event = answer::event;

AnswerDisplay::AnswerDisplay(Output& out)
    : out_(out), stream_(out, [this](std::size_t number) { return links_[number]; }) {}

void AnswerDisplay::take(const answer::AnswerEvent& event) {
    if (const auto* found = std::get_if<event::Retrieved>(&event.body)) {
        retrieved(*found);
    } else if (const auto* text = std::get_if<event::Text>(&event.body)) {
        write(text->text);
    } else if (const auto* result = std::get_if<event::ToolResult>(&event.body)) {
        pause();
        out_.note(call_note(result->record));
    } else if (std::holds_alternative<event::ApprovalNeeded>(event.body) ||
               std::holds_alternative<event::Failed>(event.body)) {
        pause();
    } else if (const auto* notice = std::get_if<event::Notice>(&event.body)) {
        notices_.emplace_back(notice->is_warning, notice->text);
    } else if (const auto* done = std::get_if<event::Done>(&event.body)) {
        finish(done->answer);
    }
}

void AnswerDisplay::retrieved(const event::Retrieved& retrieved) {
    extractive_ = retrieved.kind == answer::AnswerKind::extractive;
    for (std::size_t i = 0; i < retrieved.found.passages.size() && !extractive_; ++i) {
        links_[i + 1] = place_address(retrieved.found.passages[i].uri, retrieved.found.passages[i].start_line);
    }
}

void AnswerDisplay::write(std::string_view piece) {
    if (extractive_) return;
    stream_.write(piece);
    if (out_.closed()) throw ReaderGone();
}

void AnswerDisplay::finish(const answer::Answer& answer) {
    if (extractive_) {
        for (const answer::Citation& citation : answer.citations) {
            links_[citation.number] = place_address(citation.uri, citation.start_line);
        }
        stream_.write(answer.text);
    }
    stream_.finish();
    print_sources(out_, answer);
    print_unsupported(out_, answer.text, answer.sentences);
    out_.result() << std::flush;
    for (const auto& [is_warning, text] : notices_) {
        if (is_warning) {
            out_.warn(text);
        } else if (text != left_out_) {
            out_.note(text);
        }
    }
}

}  // namespace quarry::cli
