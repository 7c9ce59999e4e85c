#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace quarry::passages {

/// How a text is written.
enum class TextForm {
    prose,
    markdown,
    lines,  ///< Source code, or a file of settings: each line is by itself.
};

/// A stretch of a text that can be quoted by itself.
struct SentenceSpan {
    enum class Kind {
        prose,  ///< A sentence.
        line,   ///< A line of code or a row of a table: quoted only where no sentence serves.
        /// All of a passage that has nothing but headings and heads of tables: it can be cited, and answers nothing.
        headings,
    };
    std::size_t start = 0;  ///< Byte offsets into the text; white space around is left out.
    std::size_t end = 0;
    Kind kind = Kind::prose;
    /// Of a row of a Markdown table: where its head is, the line of column names and the line below that; both 0 for
    /// others.
    std::size_t head_start = 0;
    std::size_t head_end = 0;

    friend bool operator==(const SentenceSpan&, const SentenceSpan&) = default;
};

/// The sentences of valid UTF-8 `text` that overlap [start, end), in order; those cut by the range are completed
/// from what stands around it. Boundaries are those of core/chunk/sentences.h within paragraphs and list items. In
/// Markdown, headings, rules, fences, HTML, comments and front matter are left out.
[[nodiscard]] std::vector<SentenceSpan> find_sentences(std::string_view text, std::size_t start, std::size_t end,
                                                       TextForm form);

/// A sentence of Markdown as it is shown to people: without the marks of a block quote at the beginnings of its lines,
/// without comments, and of links and images only their text.
[[nodiscard]] std::string shown_sentence(std::string_view sentence);

}  // namespace quarry::passages
