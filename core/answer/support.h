#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/cancel.h"
#include "core/embed/embedder.h"

namespace quarry::answer {

/// How far the words of sources bear a statement out.
struct Support {
    double score = 0;                   ///< 0 to 1: the mean over its clauses, by the weight of their words.
    bool whole = false;                 ///< Each clause is supported.
    bool some = false;                  ///< At least one is, or is half.
    std::vector<std::string> problems;  ///< For people: "the number 500,000 is not in the source".
};

/// Measures support by words, without a model (documented in docs/ask.md).
///
/// A statement is cut into clauses. A clause scores the share of its words, compared as stems and without words that
/// only hold a sentence together, that the sources have; names count one and a half times, numbers twice. It scores at
/// most 0.3 when a number of it stands in no source, and at most 0.2 when it denies what the nearest clause of the
/// sources says, or says its opposite ("before" for "after"). From 0.7 a clause is supported, below 0.4 it is not.
/// Not thread-safe.
class SupportScorer {
public:
    /// `embedder` may be null; with one, a clause whose meaning is like the sources' scores up to a quarter higher.
    explicit SupportScorer(embed::Embedder* embedder = nullptr);
    ~SupportScorer();
    SupportScorer(SupportScorer&&) noexcept;
    SupportScorer& operator=(SupportScorer&&) noexcept;

    /// `statement` has no citation markers. `language` is that of the sources' documents, for words that are too few to
    /// tell theirs.
    [[nodiscard]] Support score(std::string_view statement, std::span<const std::string_view> sources,
                                const Cancellation& cancellation, std::string_view language = {});

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace quarry::answer
