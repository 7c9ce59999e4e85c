#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

namespace quarry {

/// A citation marker in an answer: [1], [1, 2] or [1-3].
struct CitationMarker {
    std::size_t start = 0;  ///< Bytes of the answer, brackets included.
    std::size_t end = 0;
    std::vector<std::size_t> numbers;
};

/// The markers of an answer, in order. Markdown links ("[1](…)") and brackets with other text are none.
[[nodiscard]] std::vector<CitationMarker> find_markers(std::string_view answer);

/// A sentence of an answer with the sources that it cites, each once.
struct CitingSentence {
    std::size_t start = 0;
    std::size_t end = 0;
    std::vector<std::size_t> numbers;
};

/// The sentences that cite, in order. A marker that stands behind a sentence's full stop belongs to that sentence.
[[nodiscard]] std::vector<CitingSentence> find_citing_sentences(std::string_view answer);

}  // namespace quarry
