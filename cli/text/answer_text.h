#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/answer/answer.h"
#include "core/answer/verify_answer.h"

namespace quarry::cli {

class Output;

/// How an answer is shown.
struct AnswerStyle {
    bool markdown = false;     ///< As Markdown with a footnote for each source, for a file.
    bool answer_only = false;  ///< Without sources and notes.
    bool quotes = false;       ///< With the words of each source where the answer has them in its own form.
};

/// "Title › Heading" of a citation; empty where its document has neither.
[[nodiscard]] std::string shown_headings(const answer::Citation& citation);
/// The place of a citation below an excerpt, and its words in full where they are wanted.
void print_place(Output& out, const answer::Citation& citation, bool with_quote);
/// "Sources:" with each citation's place and quote; nothing when there are none.
void print_sources(Output& out, const answer::Answer& answer);
/// "Not supported by the sources:" with each sentence that is not wholly supported and why; nothing when all are.
void print_unsupported(Output& out, std::string_view answer, const std::vector<answer::SentenceCheck>& sentences);

/// "1 of 3 sentences supported, 1 partly, 1 uncited; 2 of 2 citations hold"
[[nodiscard]] std::string verification_counts(const answer::Verification& result);

}  // namespace quarry::cli
