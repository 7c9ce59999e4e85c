#pragma once

#include <map>
#include <string>
#include <string_view>

#include "cli/ui/answer_stream.h"
#include "cli/ui/output.h"
#include "core/answer/answer.h"

namespace quarry::cli {

/// Thrown by `AnswerDisplay::write` when nobody reads any more: the model need not go on.
struct ReaderGone {};

/// Shows one answer as text: while it comes, then its sources, doubts, notes and warnings.
class AnswerDisplay {
public:
    /// `extractive` when no model answers: such an answer is shown when its citations are known.
    AnswerDisplay(Output& out, bool extractive);

    /// Where the numbers of a model's citations lead.
    void retrieved(const answer::Retrieved& retrieved);
    /// Shows a piece. Throws ReaderGone.
    void write(std::string_view piece);
    /// Ends the line: before anything else is printed, such as an error or a call of a tool.
    void pause() { stream_.finish(); }
    /// Shows what belongs behind the answer.
    void finish(const answer::Answer& answer);

private:
    Output& out_;
    const bool extractive_;
    std::map<std::size_t, std::string> links_;
    AnswerStream stream_;
};

}  // namespace quarry::cli
