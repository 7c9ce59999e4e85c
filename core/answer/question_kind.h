#pragma once

#include <bitset>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "core/analyze/fold.h"

namespace quarry::answer {

/// What a question asks for. A question may be of several kinds, or of none.
enum class QuestionKind {
    definition,     ///< "what is a lease"
    difference,     ///< "difference between a and b"
    default_value,  ///< "which value by default"
    how_to,         ///< "how do I rename it"
    when,
    where,
    who,
    number,  ///< "how many"
    why,
    whether,  ///< "can I", "is it"
};
inline constexpr std::size_t question_kinds = 10;
using QuestionKinds = std::bitset<question_kinds>;

/// Phrases of core/answer/question_words.h.
class PhraseList {
public:
    explicit PhraseList(std::string_view phrases, bool whole_words = true);
    /// Whether one of them is in a case-folded text, from a word's beginning to a word's end.
    [[nodiscard]] bool is_in(std::string_view folded) const { return !find(folded).empty(); }
    /// The longest that is there, as a part of `folded`; empty for none.
    [[nodiscard]] std::string_view find(std::string_view folded) const;
    /// Whether one of them is at the beginning of the text.
    [[nodiscard]] bool begins(std::string_view folded) const;

private:
    struct Phrase {
        std::string_view text;
        bool at_beginning = false, any_ending = false;
    };
    [[nodiscard]] bool is_at(const Phrase& phrase, std::string_view folded, std::size_t at) const;

    std::vector<Phrase> phrases_;
    bool whole_words_;
};

/// A question as its words say what it asks for, and how sentences of its language that answer it look. Not
/// thread-safe.
class QuestionReading {
public:
    /// Valid UTF-8.
    explicit QuestionReading(std::string_view question);

    /// As it was asked.
    [[nodiscard]] const std::string& text() const noexcept { return text_; }
    [[nodiscard]] const QuestionKinds& kinds() const noexcept { return kinds_; }
    [[nodiscard]] bool is(QuestionKind kind) const { return kinds_[static_cast<std::size_t>(kind)]; }
    /// ISO 639-1: the question's, English where its words do not tell. One without phrases is read with those of
    /// English.
    [[nodiscard]] std::string_view language() const noexcept { return language_; }
    /// The question without the phrases that ask ("difference", "by default"): what it is about, case-folded. All of it
    /// when nothing else is left.
    [[nodiscard]] const std::string& subject() const noexcept { return subject_; }
    /// Whether it has a word that tells what it is about: "the" and "what is" have not.
    [[nodiscard]] bool has_subject() const noexcept { return has_subject_; }
    /// A text, case-folded, without what it says to questions of these kinds: "how to order a lamp", "予約の方法" as a
    /// heading.
    [[nodiscard]] std::string without_asking(std::string_view text);
    /// Whether a sentence has a phrase that answers to this kind of question often have: "because" for why.
    [[nodiscard]] bool has_cue(QuestionKind kind, std::string_view folded_sentence) const;
    /// Whether a sentence begins with a word that points back to the one before it: "This", "For example".
    [[nodiscard]] bool leans_back(std::string_view folded_sentence) const {
        return leans_back_.begins(folded_sentence);
    }
    /// For texts that are compared with phrases.
    [[nodiscard]] std::string fold(std::string_view text) { return folder_.casefold(text); }

private:
    analyze::Folder folder_;
    QuestionKinds kinds_;
    std::string text_, subject_;
    bool has_subject_ = false;
    std::string_view language_;
    std::vector<PhraseList> asking_, cues_;  ///< By kind.
    PhraseList leans_back_;
};

}  // namespace quarry::answer
