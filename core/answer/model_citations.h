#pragma once

#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

#include "core/answer/citation.h"
#include "core/passages/passages.h"

namespace quarry::answer {

/// A citation of one sentence of a passage.
[[nodiscard]] Citation make_citation(std::size_t number, const passages::Passage& passage,
                                     const passages::PassageSentence& sentence, double overlap);

/// What a model's markers refer to.
struct ModelCitations {
    std::vector<Citation> citations;   ///< By number, then by place; each quote once a number.
    std::vector<std::size_t> unknown;  ///< Cited numbers that no passage has, in order, each once.
};

/// Ties each citing sentence of a model's answer to the sentence of its source that shares most with it. `passages`
/// are the sources of the prompt: [1] is the first.
[[nodiscard]] ModelCitations cite_model_answer(std::string_view answer, std::span<const passages::Passage> passages);

}  // namespace quarry::answer
