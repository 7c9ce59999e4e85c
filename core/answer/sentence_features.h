#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

#include "core/analyze/analyzer.h"
#include "core/answer/passage_parts.h"
#include "core/answer/question_kind.h"
#include "core/base/cancel.h"
#include "core/passages/passages.h"

namespace quarry::answer {

/// What is known of a sentence that may answer a question; each from 0 to 1.
enum class SentenceFeature {
    coverage,      ///< Share of the weight of the question's terms that it has.
    context,       ///< The same of those that only its headings, its labels and the title have.
    surroundings,  ///< The same of all in its paragraph, the paragraphs next to it, its labels, headings and title.
    proximity,     ///< How near each other they stand.
    score,         ///< Of its passage in the search, 1 for the best passage.
    heading,       ///< Share of the terms that the nearest heading is about that the question has.
    first,         ///< It is the first sentence below its heading, or of its passage.
    defines,       ///< The question wants a definition, and it says what the thing is that it begins with.
    cue,           ///< It has a phrase that answers to a question of this kind often have.
    number,        ///< A number or a date is wanted, and it has one that the question has not.
    name,          ///< A person or a place is wanted, and it has a name or a path that the question has not.
    code,          ///< A way is wanted, and it has a command, an option or a path, is a numbered step, or code follows.
    leans_back,    ///< It begins with "This", "For example": it needs the sentence before it.
    leans_forward,  ///< It ends with a colon.
    asks,           ///< It is a question itself.
    fragment,       ///< It has fewer than four words.
    lengthy,        ///< It has more than forty words.
    line,           ///< It is a line of code or a row of a table.
    named_label,    ///< Share of the question's options, paths and other names that its labels have, as written.
    named_here,  ///< The same of its paragraph with its labels; where a version is asked about, with its headings too.
};
inline constexpr std::size_t sentence_features = 20;

struct SentenceCandidate {
    std::size_t passage = 0;   ///< Index into the passages.
    std::size_t part = 0;      ///< Index into that passage's parts.
    std::size_t sentence = 0;  ///< Index into that passage's sentences.
    std::vector<analyze::Term> terms;
    std::array<double, sentence_features> features{};
    bool fits = false;  ///< Shares enough with the question to answer it at all.
    bool names_other =
        false;  ///< It is about another version or number than the question (core/answer/asked_numbers.h).

    [[nodiscard]] double feature(SentenceFeature one) const { return features[static_cast<std::size_t>(one)]; }
};

/// A passage with its parts.
struct PassageReading {
    const passages::Passage* passage = nullptr;
    std::vector<PassagePart> parts;
};

/// The sentences of the passages with what is known of each; labels are not among them. `subject` as in SentenceWish.
[[nodiscard]] std::vector<SentenceCandidate> describe_sentences(QuestionReading& question, std::string_view subject,
                                                                std::span<const PassageReading> passages,
                                                                const Cancellation& cancellation);

}  // namespace quarry::answer
