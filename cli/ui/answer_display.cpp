#include "cli/ui/answer_display.h"

#include <ostream>

#include "cli/text/answer_text.h"
#include "cli/ui/markdown_view.h"

namespace quarry::cli {

AnswerDisplay::AnswerDisplay(Output& out, bool extractive)
    : out_(out), extractive_(extractive), stream_(out, [this](std::size_t number) { return links_[number]; }) {}

void AnswerDisplay::retrieved(const answer::Retrieved& retrieved) {
    for (std::size_t i = 0; i < retrieved.passages.size() && !extractive_; ++i) {
        links_[i + 1] = place_address(retrieved.passages[i].uri, retrieved.passages[i].start_line);
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
    for (const std::string& note : {answer.note, answer.retries}) {
        if (!note.empty()) out_.note(note);
    }
    for (const std::string& warning : answer.warnings) out_.warn(warning);
}

}  // namespace quarry::cli
