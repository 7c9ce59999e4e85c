#include "core/chunk/regions.h"

#include <algorithm>
#include <iterator>

#include "core/base/characters.h"
#include "core/base/text.h"
#include "core/chunk/breaks.h"
#include "core/chunk/sentences.h"

namespace quarry::chunk {
namespace {

/// Calls `take` with the end of each line of [start, end) that is not blank, before its white space.
template <typename Take>
void for_each_line_end(std::string_view text, std::size_t start, std::size_t end, Take take) {
    for (std::size_t line = start; line < end;) {
        const std::size_t feed = std::min(text.find('\n', line), end);
        if (const std::size_t at = trim_white_space_end(text, line, feed); at > line) take(at);
        line = feed + 1;
    }
}

/// Ends of items: before each line that begins one.
std::vector<std::size_t> item_ends(std::string_view text, const Region& list) {
    std::vector<std::size_t> ends;
    std::size_t previous = list.start;
    for (std::size_t line = list.start; line < list.end;) {
        if (line > list.start && begins_list_item(text, line)) {
            if (const std::size_t at = trim_white_space_end(text, previous, line); at > previous) ends.push_back(at);
            previous = line;
        }
        line = std::min(text.find('\n', line), list.end - 1) + 1;
    }
    ends.push_back(list.end);
    return ends;
}

bool is_read_by_line(document::BlockKind kind) {
    return kind == document::BlockKind::table || kind == document::BlockKind::code || kind == document::BlockKind::html;
}

void append_sentences(std::string_view text, const Region& region, std::vector<std::size_t>& ends) {
    if (is_read_by_line(region.kind)) {
        for_each_line_end(text, region.start, region.end, [&](std::size_t at) { ends.push_back(at); });
        return;
    }
    std::size_t start = region.start;
    const std::vector<std::size_t> items =
        region.kind == document::BlockKind::list ? item_ends(text, region) : std::vector{region.end};
    for (const std::size_t item : items) {
        const std::vector<std::size_t> found = sentence_ends(text, start, item);
        ends.insert(ends.end(), found.begin(), found.end());
        start = item;
    }
}

/// Ends of what empty lines separate in text that no block holds.
void append_paragraphs(std::string_view text, const Region& region, std::vector<std::size_t>& ends) {
    std::size_t blank_since = region.start;
    bool blank = false;
    for_each_line_end(text, region.start, region.end, [&](std::size_t at) {
        const std::string_view between = text.substr(blank_since, at - blank_since);
        const std::size_t words = skip_white_space(between, 0, between.size());
        blank = std::count(between.begin(), between.begin() + static_cast<std::ptrdiff_t>(words), '\n') > 1;
        if (blank) ends.push_back(blank_since);
        blank_since = at;
    });
    ends.push_back(region.end);
}

std::size_t clip(const std::string& text, std::size_t offset) {
    return offset < text.size() ? floor_to_code_point(text, offset) : text.size();
}

}  // namespace

std::vector<Region> find_regions(const document::Document& document) {
    const std::string& text = document.text;
    std::vector<Region> regions;
    regions.reserve(document.blocks.size() + 1);
    std::size_t covered = 0;
    const auto add = [&](Region region) {
        region.start = skip_white_space(text, region.start, region.end);
        region.end = trim_white_space_end(text, region.start, region.end);
        if (region.end > region.start) regions.push_back(region);
    };
    for (const document::Block& block : document.blocks) {
        const std::size_t end = clip(text, block.end);
        const std::size_t start = std::max(covered, std::min(clip(text, block.start), end));
        if (end <= start) continue;
        add({covered, start, document::BlockKind::paragraph, 0, false});
        add({start, end, block.kind, block.kind == document::BlockKind::heading ? std::max(1, block.level) : 0, true});
        covered = end;
    }
    add({covered, text.size(), document::BlockKind::paragraph, 0, false});
    return regions;
}

std::vector<std::size_t> find_pages(const document::Document& document) {
    std::vector<std::size_t> pages = {0};
    const std::string& text = document.text;
    const auto add = [&](std::size_t start) {
        if (start > pages.back() && start < text.size()) pages.push_back(start);
    };
    for (const std::size_t start : document.page_starts) add(clip(text, start));
    if (!document.page_starts.empty()) return pages;
    for (std::size_t at = text.find('\f'); at != std::string::npos; at = text.find('\f', at + 1)) add(at + 1);
    return pages;
}

CutLevels sentence_levels(std::string_view text, const std::vector<Region>& regions) {
    CutLevels levels(2);
    for (const Region& region : regions) {
        if (region.kind == document::BlockKind::heading) {
            levels[1].push_back(region.end);
        } else {
            append_sentences(text, region, levels[0]);
        }
    }
    return levels;
}

CutLevels paragraph_levels(std::string_view text, const std::vector<Region>& regions) {
    CutLevels levels(1);
    for (const Region& region : regions) {
        if (region.kind == document::BlockKind::heading) continue;
        if (region.is_block) {
            levels[0].push_back(region.end);
        } else {
            append_paragraphs(text, region, levels[0]);
        }
    }
    for (std::vector<std::size_t>& level : sentence_levels(text, regions)) levels.push_back(std::move(level));
    return levels;
}

std::vector<std::size_t> row_ends(std::string_view text, const std::vector<Region>& regions) {
    std::vector<std::size_t> ends;
    for (const Region& region : regions) {
        if (region.kind == document::BlockKind::record) {
            ends.push_back(region.end);
            continue;
        }
        std::size_t header = region.start;
        if (region.kind == document::BlockKind::table) header = table_header_end(text, region.start, region.end);
        for_each_line_end(text, region.start, region.end, [&](std::size_t at) {
            if (at > header || at == region.end) ends.push_back(at);
        });
    }
    return ends;
}

std::size_t table_header_end(std::string_view text, std::size_t start, std::size_t end) {
    const std::size_t first = std::min(text.find('\n', start), end);
    if (first == end) return start;
    const std::size_t second = std::min(text.find('\n', first + 1), end);
    const std::string_view rule = trim(text.substr(first + 1, second - first - 1));
    const bool is_rule =
        rule.find('-') != std::string_view::npos && rule.find_first_not_of("|-: \t") == std::string_view::npos;
    return is_rule ? trim_white_space_end(text, first, second) : start;
}

}  // namespace quarry::chunk
