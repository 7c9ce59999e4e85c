#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "core/base/cancel.h"
#include "core/chunk/breaks.h"
#include "core/chunk/chunker.h"
#include "core/document/chunk_span.h"
#include "core/tokenize/tokenizer.h"

namespace quarry::chunk {

/// Where the next chunk begins.
struct CutStart {
    std::size_t start = 0;  ///< With overlap before `fresh`, or at its line's indentation; else `fresh`.
    std::size_t fresh = 0;  ///< First byte that is not blank and in no chunk yet.
};

/// The measuring that all strategies share: how far a chunk reaches, where it is best cut, where the next begins.
///
/// All of it costs time in proportion to the chunk, never to the text. Borrows its arguments.
class Cutter {
public:
    Cutter(std::string_view text, const ChunkOptions& options, const ChunkTools& tools)
        : text_(text),
          size_(options.size),
          overlap_(options.overlap),
          measure_(tools.unit.measure(text)),
          never_falls_(tools.unit.never_falls()),
          cancellation_(tools.cancellation) {}

    /// The largest end <= limit such that [start, end) counts at most the size; one code point at the least.
    [[nodiscard]] std::size_t reach(std::size_t start, std::size_t limit) const;
    /// The best place in (low, high] by `kinds`. White space behind `high` is looked at too: it is trimmed anyway.
    [[nodiscard]] std::size_t cut(std::size_t low, std::size_t high, std::span<const Break> kinds) const;
    /// Where a chunk begins whose fresh text begins at or behind `from`: at its line's indentation if `kinds` has any.
    [[nodiscard]] CutStart begin(std::size_t from, std::size_t limit, std::span<const Break> kinds) const;
    /// The smallest start > low such that [start, end) counts at most the overlap, moved on to where a line, sentence
    /// or word begins if `kinds` has any, behind white space; `end` without overlap.
    [[nodiscard]] std::size_t overlap_start(std::size_t low, std::size_t end, std::span<const Break> kinds) const;

    /// Whether [start, end) counts at most the overlap.
    [[nodiscard]] bool is_overlap(std::size_t start, std::size_t end) const {
        return overlap_ > 0 && measure_->count(start, end) <= overlap_;
    }

    /// Cuts all of [begin, end) into chunks appended to `spans`, at the best of `kinds`; with none, at the size.
    void cut_all(std::size_t begin, std::size_t end, std::span<const Break> kinds,
                 std::vector<document::ChunkSpan>& spans) const;

    /// `end` if [start, end) counts at most the size, else the largest end > low found before it for which it does: cut
    /// short, a text can count more tokens.
    [[nodiscard]] std::size_t fitting_end(std::size_t start, std::size_t low, std::size_t end) const;

    /// Throws Error(interrupted) once cancelled.
    void check_cancelled() const { cancellation_.check(); }

private:
    std::string_view text_;
    std::size_t size_;
    std::size_t overlap_;
    std::unique_ptr<tokenize::TextMeasure> measure_;
    bool never_falls_;
    const Cancellation& cancellation_;
};

}  // namespace quarry::chunk
