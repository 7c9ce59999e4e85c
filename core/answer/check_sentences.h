#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/answer/citation.h"
#include "core/base/cancel.h"
#include "core/embed/embedder.h"

namespace quarry::answer {

/// What became of a sentence of an answer when it was held against its citations.
enum class Verdict {
    supported,
    partly,       ///< Some of it is borne out.
    unsupported,  ///< What it cites says something else, or nothing of the kind.
    uncited,      ///< It states something and cites nothing.
};

/// "supported", "partly", "unsupported" or "uncited".
[[nodiscard]] std::string_view verdict_name(Verdict verdict) noexcept;

/// A sentence of an answer that states something.
struct SentenceCheck {
    std::size_t start = 0;  ///< Bytes of the answer, citation markers included.
    std::size_t end = 0;
    Verdict verdict = Verdict::uncited;
    double support = 0;                   ///< 0 to 1: core/answer/support.h.
    std::vector<std::size_t> numbers{};   ///< That it cites.
    std::vector<std::string> problems{};  ///< Why it is not supported, for people.
    bool altered_quote = false;           ///< It quotes words that what it cites does not have.
};

/// Holds each sentence of an answer that states something against the quotes of the citations with the numbers that it
/// cites: its words, its numbers and names, what it denies, and what it quotes, word for word. Headings, questions,
/// code and lines that only lead to a list ("These are:") state nothing. `embedder` may be null; with one, likeness of
/// meaning counts too. `lost`: the numbers of citations whose words are no longer in their documents.
[[nodiscard]] std::vector<SentenceCheck> check_sentences(std::string_view answer, std::span<const Citation> citations,
                                                         embed::Embedder* embedder, const Cancellation& cancellation,
                                                         std::span<const std::size_t> lost = {});

/// Whether every sentence is cited and none unsupported: what `--require-citations` wants.
[[nodiscard]] bool all_sentences_hold(std::span<const SentenceCheck> sentences) noexcept;

}  // namespace quarry::answer
