#pragma once

#include <cstddef>
#include <functional>
#include <span>
#include <string_view>
#include <vector>

#include "core/chunk/cutter.h"
#include "core/chunk/regions.h"
#include "core/document/chunk_span.h"
#include "core/document/document.h"

namespace quarry::chunk {

/// Where to cut in (low, high], `high` at the latest: text before `low` is in a chunk already, that behind `high` does
/// not fit. Gives `high` when no place is better than another.
using ChooseCut = std::function<std::size_t(std::size_t low, std::size_t high)>;

/// Cuts [begin, end) into chunks appended to `spans`, each as large as fits and ending where `choose` says. Overlap
/// begins behind the first of `ends` in it (in order: of sentences, of lines of code …), else where a line or word
/// does.
void cut_region(std::string_view text, const Cutter& cutter, std::size_t begin, std::size_t end,
                const ChooseCut& choose, std::vector<document::ChunkSpan>& spans,
                std::span<const std::size_t> ends = {});

/// Chooses the last offset of the first level that has one in (low, high], else a line's end, else a space. Borrows.
[[nodiscard]] ChooseCut choose_by_levels(const Cutter& cutter, const CutLevels& levels);

/// Gives each span the headings that its first byte lies under. Spans are in order.
void set_heading_paths(const document::Document& document, std::vector<document::ChunkSpan>& spans);

}  // namespace quarry::chunk
