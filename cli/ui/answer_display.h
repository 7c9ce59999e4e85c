#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "cli/text/answer_text.h"
#include "cli/ui/answer_stream.h"
#include "cli/ui/output.h"
#include "core/answer/answer_event.h"

namespace quarry::cli {

/// Thrown by `AnswerDisplay::take` when nobody reads any more: the model need not go on.
struct ReaderGone {};

/// Shows one answer as text from its events: while it comes, then its sources, what they do not support, notes and
/// warnings.
class AnswerDisplay {
public:
    explicit AnswerDisplay(Output& out, AnswerStyle style = {});

    /// Shows an event. Throws ReaderGone.
    void take(const answer::AnswerEvent& event);
    /// Ends the line: before anything else is printed, such as an error or a call of a tool.
    void pause() { stream_.finish(); }
    /// Leaves a notice of this text out: it was shown with an answer before.
    void leave_out(std::string notice) { left_out_ = std::move(notice); }

private:
    void retrieved(const answer::event::Retrieved& retrieved);
    void write(std::string_view piece);
    void finish(const answer::Answer& answer);
    void print_text(const answer::Answer& answer);
    void print_excerpts(const answer::Answer& answer);

    Output& out_;
    AnswerStyle style_;
    bool extractive_ = false;  ///< Such an answer is shown when its citations are known.
    std::map<std::size_t, std::string> links_;
    AnswerStream stream_;
    std::vector<std::pair<bool, std::string>> notices_;  ///< Shown at the end; true for warnings.
    std::string left_out_;
};

}  // namespace quarry::cli
