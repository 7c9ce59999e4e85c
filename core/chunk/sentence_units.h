#pragma once

#include <cstddef>
#include <string_view>

namespace quarry::chunk {

/// A stretch within which no sentence ends.
struct SentenceUnit {
    enum class Kind {
        none,
        whole,      ///< A code span, a link, an image, a comment, a tag: has nothing to do with the sentence's end.
        quotation,  ///< In quotation marks or CJK brackets: the sentence may end with it.
    };
    Kind kind = Kind::none;
    std::size_t end = 0;     ///< Behind its last mark.
    std::size_t inside = 0;  ///< Of a quotation, where its words end, before the closing mark; of a link, where its
                             ///< text ends; else `end`.
};

/// The unit whose first mark is at `at`, in [start, text.size()). Units end in their paragraph, and are at most some
/// hundred bytes long (comments: some thousand); what does not is no unit. Constant time.
[[nodiscard]] SentenceUnit find_sentence_unit(std::string_view text, std::size_t start, std::size_t at);

}  // namespace quarry::chunk
