#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "core/passages/sentences.h"

namespace quarry::answer {

/// A citation marker in an answer: [1], [1, 2] or [1-3].
struct CitationMarker {
    std::size_t start = 0;  ///< Bytes of the answer, brackets included.
    std::size_t end = 0;
    std::vector<std::size_t> numbers;
};

/// The markers of an answer, in order. Markdown links ("[1](…)") and brackets with other text are none.
[[nodiscard]] std::vector<CitationMarker> find_markers(std::string_view answer);

/// A sentence of an answer with the sources that it cites, each once.
struct AnswerSentence {
    passages::SentenceSpan span;  ///< Bytes of the answer, with the markers.
    std::vector<std::size_t> numbers;
};

/// The sentences of an answer, in order: those that cite and those that do not. A marker that stands behind a
/// sentence's full stop belongs to that sentence, and is in its span.
[[nodiscard]] std::vector<AnswerSentence> find_answer_sentences(std::string_view answer);

/// `text` without its citation markers.
[[nodiscard]] std::string without_markers(std::string_view text);

}  // namespace quarry::answer
