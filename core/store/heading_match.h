#pragma once

#include <span>
#include <string>

#include "core/analyze/multilingual_analyzer.h"
#include "core/lexical/lexical_query.h"

namespace quarry::store {

/// Compares headings that stand within chunks with conditions on the terms of headings. Not thread-safe.
class HeadingMatch {
public:
    /// `languages` are those by whose rules the terms of the base were made.
    explicit HeadingMatch(std::span<const std::string> languages) : analyzer_(languages) {}

    /// Whether the heading has one of the condition's sequences, by the rules of one of the languages.
    [[nodiscard]] bool holds(const std::string& label, const lexical::TermCondition& condition);

private:
    analyze::MultilingualAnalyzer analyzer_;
};

}  // namespace quarry::store
