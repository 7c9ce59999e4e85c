#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "core/answer/check_sentences.h"
#include "core/answer/citation.h"
#include "core/base/cancel.h"
#include "core/embed/embedder.h"
#include "core/store/store.h"

namespace quarry::answer {

/// An answer as `ask --json` or `batch` wrote it, as far as it can be checked again.
struct SavedAnswer {
    std::string question;
    std::string text;
    bool answered = true;
    std::vector<Citation> citations;  ///< `document_id` is not known.
};

/// Reads the record: a document of quarry.ask/1, or a line of quarry.batch/1. Throws Error(usage) with the field for
/// anything that is no such record.
[[nodiscard]] SavedAnswer parse_saved_answer(std::string_view json);

/// Reads one record, or records that stand on a line each. Lines of questions that failed hold no answer and are left
/// out. Throws Error(usage) as `parse_saved_answer` does, with the line; also when no answer is left.
[[nodiscard]] std::vector<SavedAnswer> parse_saved_answers(std::string_view text);

/// What has become of a citation since its answer was made.
enum class CitationState {
    unchanged,  ///< The words stand where it says.
    moved,      ///< They stand elsewhere in the same document.
    changed,    ///< The document no longer has them.
    gone,       ///< The document is no longer there.
    altered,    ///< The words do not have the hash that stands beside them: the record was edited.
};

/// "unchanged", "moved", "changed", "gone" or "altered".
[[nodiscard]] std::string_view citation_state_name(CitationState state) noexcept;

struct CheckedCitation {
    Citation citation;  ///< Of a moved one: where the words stand now.
    CitationState state = CitationState::unchanged;
    std::size_t old_line = 1;  ///< Where the record has it.
};

struct Verification {
    std::vector<CheckedCitation> citations;  ///< In the record's order.
    std::vector<SentenceCheck> sentences;    ///< By the citations whose words are still there.

    /// Whether all words that are cited still stand in their documents, and no sentence lacks support.
    [[nodiscard]] bool holds() const noexcept;
};

/// Checks a saved answer against the base as it is now. What the record says of itself, verdicts among it, is not
/// believed. `embedder` may be null. Sources outside the collections are as if they were not there.
[[nodiscard]] Verification verify_answer(const store::Store& store, const SavedAnswer& answer,
                                         const store::CollectionNames& collections, embed::Embedder* embedder,
                                         const Cancellation& cancellation);

}  // namespace quarry::answer
