#include "cli/ui/answer_display.h"

#include <fmt/format.h>

#include <ostream>

#include "cli/text/answer_markdown.h"
#include "cli/ui/approve.h"
#include "cli/ui/markdown_view.h"

namespace quarry::cli {

namespace event = answer::event;

AnswerDisplay::AnswerDisplay(Output& out, AnswerStyle style)
    : out_(out), style_(style), stream_(out, [this](std::size_t number) { return links_[number]; }) {}

void AnswerDisplay::take(const answer::AnswerEvent& event) {
    if (const auto* found = std::get_if<event::Retrieved>(&event.body)) {
        retrieved(*found);
    } else if (const auto* text = std::get_if<event::Text>(&event.body)) {
        write(text->text);
    } else if (const auto* result = std::get_if<event::ToolResult>(&event.body)) {
        pause();
        if (!style_.answer_only) out_.note(call_note(result->record));
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
    if (extractive_ || style_.markdown || style_.answer_only) return;
    stream_.write(piece);
    if (out_.closed()) throw ReaderGone();
}

void AnswerDisplay::print_excerpts(const answer::Answer& answer) {
    if (const std::string_view line = answer::lead_in(answer); !line.empty()) out_.result() << line << "\n\n";
    for (std::size_t i = 0; i < answer.citations.size(); ++i) {
        const answer::Citation& citation = answer.citations[i];
        links_[citation.number] = place_address(citation.uri, citation.start_line);
        const std::string mark = style_.answer_only ? "" : fmt::format(" [{}]", citation.number);
        // A terminal shows Markdown, to which code and tables must be that.
        stream_.write(out_.options().out_is_terminal ? markdown_excerpt(citation, mark) : citation.shown + mark);
        stream_.finish();
        if (!style_.answer_only) print_place(out_, citation, style_.quotes);
        if (answer.form == answer::AnswerForm::passages && i + 1 < answer.citations.size()) out_.result() << '\n';
    }
}

namespace {

/// Of passages that are shown because no sentence is clear, the closest alone: who wants the answer alone wants one.
answer::Answer with_closest_alone(answer::Answer answer) {
    if (answer.form != answer::AnswerForm::passages || answer.citations.size() < 2) return answer;
    answer.citations.resize(1);
    answer.sentences.resize(1);
    return answer;
}

}  // namespace

void AnswerDisplay::print_text(const answer::Answer& answer) {
    if (style_.markdown) {
        out_.result() << markdown_answer(answer, style_.answer_only);
    } else if (extractive_) {
        print_excerpts(answer);
    } else {
        if (style_.answer_only) stream_.write(markdown_answer(answer, true));
        stream_.finish();
        if (!style_.answer_only) print_sources(out_, answer);
    }
    if (!style_.markdown && !style_.answer_only) print_unsupported(out_, answer.text, answer.sentences);
}

void AnswerDisplay::finish(const answer::Answer& answer) {
    print_text(style_.answer_only ? with_closest_alone(answer) : answer);
    out_.result() << std::flush;
    for (const auto& [is_warning, text] : notices_) {
        if (is_warning) {
            out_.warn(text);
        } else if (text != left_out_ && !style_.answer_only) {
            out_.note(text);
        }
    }
}

}  // namespace quarry::cli
