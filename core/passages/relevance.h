#pragma once

#include <span>
#include <string_view>

#include "core/passages/passages.h"
#include "core/store/store.h"

namespace quarry::passages {

/// How well passages fit a question, 0 to 1: the largest share of the question's words that one of them has, with its
/// title and headings. A word weighs up to twice as much as another, the rarer it is in the base; words such as "how"
/// and "is" next to nothing; words that no document has weigh as much as the rarest. 0 for a question without words.
/// `language`: that of the question, where it is known.
[[nodiscard]] double relevance(const store::Store& store, std::string_view question, std::span<const Passage> passages,
                               std::string_view language = {});

}  // namespace quarry::passages
