#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "core/analyze/analyzer.h"
#include "core/analyze/compound.h"

namespace quarry::passages {

/// Whether a question asks for a number or a date ("how many", "when"), which an answer then should hold.
[[nodiscard]] bool asks_for_number(std::string_view question);

/// The terms of a question with a weight each: rare ones among the candidates weigh more, function words next to
/// nothing (unless the question has no other words).
class QueryTerms {
public:
    /// `language`: that of the question, where it is known (core/analyze/function_words.h).
    QueryTerms(analyze::Analyzer& analyzer, std::string_view question, std::string_view language = {});

    /// Sets the weights from how many of the candidate texts hold each term; `texts` are analysed terms.
    void weigh(std::span<const std::vector<analyze::Term>> texts);

    /// Makes other forms of the question's words (core/analyze/word_forms.h) those of the question, and adds its
    /// compounds (core/analyze/compound.h) at the end. For all terms of texts that are compared with it.
    void unify(std::vector<analyze::Term>& terms) const;

    [[nodiscard]] bool empty() const noexcept { return terms_.empty(); }
    /// Weight of a term of a text; 0 when the question does not have it.
    [[nodiscard]] double weight(const std::string& term) const;
    /// Whether the question has the term, and not as a function word.
    [[nodiscard]] bool is_content(const std::string& term) const;
    /// How many distinct terms are no function words.
    [[nodiscard]] std::size_t content_count() const noexcept;
    [[nodiscard]] double total_weight() const noexcept { return total_; }

private:
    struct Entry {
        bool content = false;
        double weight = 1;
    };
    std::unordered_map<std::string, Entry> terms_;
    std::unordered_map<std::string, std::string> forms_;  ///< Terms of the question by those of its other forms.
    std::vector<std::pair<std::string, analyze::Compound>> compounds_;  ///< By their terms.
    double total_ = 0;
};

}  // namespace quarry::passages
