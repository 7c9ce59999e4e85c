#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/analyze/analyzer.h"

namespace quarry::analyze {

/// The terms of a text whose language is not known, by the rules of each of several languages. Made for short texts.
/// Not thread-safe.
class MultilingualAnalyzer {
public:
    /// A term with all that it may be.
    struct Reading {
        std::string text;                 ///< By the rules of the first language.
        std::vector<std::string> others;  ///< By those of further ones, where they differ; distinct.
        std::size_t start = 0;            ///< Bytes of the text.
        std::size_t end = 0;
        bool alternative = false;  ///< As of a Term.
        std::string exact{};       ///< Its exact form (see Analyzer), where the text is in a language that has them.
    };

    /// `languages` as stemming_language gives them; none at all stands for English.
    explicit MultilingualAnalyzer(std::span<const std::string> languages);

    /// The terms of valid UTF-8, in text order.
    [[nodiscard]] std::vector<Reading> analyze(std::string_view text);
    /// The same by the rules of one language.
    [[nodiscard]] std::vector<Term> analyze_in(const std::string& language, std::string_view text);
    [[nodiscard]] const std::vector<std::string>& languages() const noexcept { return languages_; }

private:
    std::vector<std::string> languages_;
    Analyzer analyzer_;
};

}  // namespace quarry::analyze
