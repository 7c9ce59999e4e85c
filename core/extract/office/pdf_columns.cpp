#include "core/extract/office/pdf_columns.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <optional>

#include "core/base/ascii.h"
#include "core/base/characters.h"
#include "core/extract/office/pdf_lines.h"

namespace quarry::extract {
namespace {

/// In points: no gutter is narrower. Columns of papers may be as near as this.
constexpr float narrowest_gutter = 3;
/// In lines: how far down columns stand beside each other, and how far where the page has such columns elsewhere.
constexpr float shortest_gutter = 6, shortest_known_gutter = 2.5F;
/// Of the places for gutters, the longest are tried: as many as words can be looked at for a page.
constexpr std::size_t most_words_looked_at = 1'000'000, fewest_gutters_tried = 4;
/// A page is looked at on a grid of at most so many places each way.
constexpr std::size_t most_across = 2000, most_down = 1500;

/// A free stretch between words to its left and to its right.
using Gutter = PdfBox;

/// Where a page has no words.
class FreeSpace {
public:
    FreeSpace(const PdfPage& page, float line_height) {
        const float width = std::max(page.width, 1.F), height = std::max(page.height, 1.F);
        step_x_ = std::max(1.F, width / most_across);
        step_y_ = std::max(line_height / 4, height / most_down);
        across_ = static_cast<std::size_t>(width / step_x_) + 2;
        down_ = static_cast<std::size_t>(height / step_y_) + 2;
        cover(page);
    }

    /// Free stretches of a least width and height; of several beside each other with the same ends, one.
    [[nodiscard]] std::vector<Gutter> stretches(float least_height) const {
        const std::size_t window = std::max<std::size_t>(1, static_cast<std::size_t>(narrowest_gutter / step_x_));
        const auto least = std::max<std::size_t>(1, static_cast<std::size_t>(least_height / step_y_));
        std::vector<Gutter> found;
        std::vector<Gutter> open, now;
        std::vector<std::size_t> covered(down_);  // places in the window
        for (std::size_t x = 0; x < across_; ++x) {
            for (std::size_t y = 0; y < down_; ++y) {
                covered[y] += words_at(x, y);
                if (x >= window) covered[y] -= words_at(x - window, y);
            }
            if (x + 1 < window) continue;
            now.clear();
            for (std::size_t y = 0; y < down_; ++y) {
                const std::size_t start = y;
                while (y < down_ && covered[y] == 0) ++y;
                if (y - start >= least) now.push_back(box(x + 1 - window, start, x + 1, y));
            }
            join(open, now, found);
        }
        found.insert(found.end(), open.begin(), open.end());
        return found;
    }

private:
    [[nodiscard]] std::uint32_t words_at(std::size_t x, std::size_t y) const { return covered_[x * down_ + y] > 0; }
    [[nodiscard]] Gutter box(std::size_t left, std::size_t top, std::size_t right, std::size_t bottom) const {
        return {static_cast<float>(left) * step_x_, static_cast<float>(top) * step_y_,
                static_cast<float>(right) * step_x_, static_cast<float>(bottom) * step_y_};
    }
    [[nodiscard]] static std::size_t place(float at, float step, std::size_t most) {
        return std::min(most, static_cast<std::size_t>(std::max(0.F, std::round(at / step))));
    }

    /// Counts words at each place: their corners first, then sums along both ways.
    void cover(const PdfPage& page) {
        covered_.assign(across_ * down_, 0);
        for (const PdfWord& word : page.words) {
            const std::size_t left = place(word.left, step_x_, across_ - 1);
            const std::size_t right = std::max(left + 1, place(word.right, step_x_, across_ - 1));
            const std::size_t top = place(word.top, step_y_, down_ - 1);
            const std::size_t bottom = std::max(top + 1, place(word.bottom, step_y_, down_ - 1));
            const auto add = [&](std::size_t x, std::size_t y, int count) {
                if (x < across_ && y < down_) covered_[x * down_ + y] += count;
            };
            add(left, top, 1);
            add(right, top, -1);
            add(left, bottom, -1);
            add(right, bottom, 1);
        }
        for (std::size_t x = 0; x < across_; ++x) {
            for (std::size_t y = 1; y < down_; ++y) covered_[x * down_ + y] += covered_[x * down_ + y - 1];
        }
        for (std::size_t x = 1; x < across_; ++x) {
            for (std::size_t y = 0; y < down_; ++y) covered_[x * down_ + y] += covered_[(x - 1) * down_ + y];
        }
    }

    /// Widens the stretches that go on at the next place, both sorted by their tops; the others are found.
    void join(std::vector<Gutter>& open, std::vector<Gutter>& now, std::vector<Gutter>& found) const {
        const float near = 1.5F * step_y_;
        auto old = open.begin();
        for (Gutter& next : now) {
            while (old != open.end() && old->top < next.top - near) found.push_back(*old++);
            if (old != open.end() && std::abs(old->top - next.top) <= near &&
                std::abs(old->bottom - next.bottom) <= near) {
                next.left = old->left;
                next.top = std::max(next.top, old->top);
                next.bottom = std::min(next.bottom, old->bottom);
                ++old;
            }
        }
        found.insert(found.end(), old, open.end());
        open.swap(now);
    }

    float step_x_ = 1, step_y_ = 1;
    std::size_t across_ = 0, down_ = 0;
    std::vector<std::int32_t> covered_;  ///< Column after column.
};

/// What the words of a part of a page read like.
struct Prose {
    std::size_t lines = 0;
    bool reads = false;                          ///< Long lines of letters that mostly fill the width.
    bool even_left = false, even_right = false;  ///< Most lines begin, or end, at one place.
    bool is_index = false;                       ///< Words, and numbers at the ends of many lines.
};

/// Whether two thirds of the places are one.
bool are_even(std::vector<float> places) {
    constexpr float near = 2;
    std::sort(places.begin(), places.end());
    std::size_t most = 0;
    for (std::size_t from = 0, to = 0; to < places.size(); ++to) {
        while (places[to] - places[from] > near) ++from;
        most = std::max(most, to - from + 1);
    }
    return most * 3 > places.size() * 2;
}

Prose prose_of(const PdfPage& page, const std::vector<PdfWord>& words) {
    Prose prose;
    if (words.empty()) return prose;
    std::size_t characters = 0, letters = 0, in_lines = 0, in_long_lines = 0;
    PdfBox all = words.front();
    for (const PdfWord& word : words) {
        all.include(word);
        const std::string_view text = page.text_of(word);
        for (std::size_t at = 0; at < text.size();) {
            const CodePoint one = decode_utf8(text, at);
            at += one.length;
            if (one.value == U'.') continue;  // leaders of an index
            ++characters;
            // Of signs beyond ASCII, most are letters; a CJK one is worth two.
            if (is_cjk(one.value)) ++characters, ++letters;
            if (one.value >= 0x80 || is_ascii_letter(static_cast<char>(one.value))) ++letters;
        }
    }
    constexpr float filling = 0.6F;
    std::vector<float> lefts, rights;
    std::size_t ending_in_number = 0;
    for (const PdfLine& line : pdf_lines(page, words)) {
        ending_in_number += is_ascii_digit(page.text_of(line.words.back()).back()) ? 1 : 0;
        lefts.push_back(line.left);
        rights.push_back(line.right);
        ++prose.lines;
        in_lines += line.characters;
        if (line.width() >= filling * all.width()) in_long_lines += line.characters;
    }
    constexpr std::size_t fewest_characters = 17;
    prose.reads = characters >= fewest_characters * prose.lines && letters * 10 >= characters * 6 &&
                  in_long_lines * 2 >= in_lines;
    prose.is_index = letters * 10 >= characters * 6 && ending_in_number * 3 >= prose.lines;
    prose.even_left = are_even(std::move(lefts));
    prose.even_right = are_even(std::move(rights));
    return prose;
}

class GutterSearch {
public:
    GutterSearch(const PdfPage& page, float line_height, const std::vector<float>& known)
        : page_(page), line_height_(line_height), known_(known) {}

    [[nodiscard]] std::vector<Gutter> find() {
        std::vector<Gutter> tried = FreeSpace(page_, line_height_).stretches(shortest_known_gutter * line_height_);
        keep_longest(tried, most_words_looked_at * 4 / page_.words.size());
        std::erase_if(tried, [&](Gutter& one) { return !narrow_to_text(one); });
        keep_longest(tried, most_words_looked_at / page_.words.size());
        for (const Gutter& one : tried) {
            const bool is_long = one.height() >= shortest_gutter * line_height_;
            if ((is_known(one) || (is_long && !is_river(one))) && !beside_accepted(one) &&
                divides_prose(one, is_long ? 4 : 2)) {
                accepted_.push_back(without_crossed_ends(one));
            }
        }
        return accepted_;
    }

private:
    static void keep_longest(std::vector<Gutter>& gutters, std::size_t most) {
        std::stable_sort(gutters.begin(), gutters.end(), [](const Gutter& one, const Gutter& other) {
            return one.height() != other.height() ? one.height() > other.height() : one.width() > other.width();
        });
        if (gutters.size() > std::max(fewest_gutters_tried, most)) gutters.resize(std::max(fewest_gutters_tried, most));
    }

    /// Takes a stretch down to where words are on both of its sides; false where they are not.
    [[nodiscard]] bool narrow_to_text(Gutter& gutter) const {
        std::optional<PdfBox> left, right;
        for (const PdfWord& word : page_.words) {
            if (word.centre() < gutter.top || word.centre() > gutter.bottom) continue;
            std::optional<PdfBox>& side = word.middle() < gutter.middle() ? left : right;
            if (side) {
                side->include(word);
            } else {
                side = word;
            }
        }
        if (!left || !right) return false;
        gutter.left = std::max(gutter.left, left->right);
        gutter.right = std::min(gutter.right, right->left);
        return std::min(left->bottom, right->bottom) - std::max(left->top, right->top) >=
               shortest_known_gutter * line_height_;
    }

    [[nodiscard]] bool is_known(const Gutter& gutter) const {
        const auto inside = [&](float at) { return at > gutter.left - 1 && at < gutter.right + 1; };
        return std::any_of(known_.begin(), known_.end(), inside) ||
               std::any_of(accepted_.begin(), accepted_.end(), [&](const Gutter& one) { return inside(one.middle()); });
    }

    /// Whether a stretch may be spaces of a paragraph that are below each other by chance: lines just above or below
    /// it, as near as lines of a paragraph are, run across. No chance goes on for many lines.
    [[nodiscard]] bool is_river(const Gutter& gutter) const {
        constexpr float longest_river = 16, lines_apart = 0.6F;
        if (gutter.height() >= longest_river * line_height_) return false;
        float top = gutter.bottom, bottom = gutter.top;
        for (const PdfWord& word : page_.words) {
            if (word.centre() < gutter.top || word.centre() > gutter.bottom) continue;
            top = std::min(top, word.top);
            bottom = std::max(bottom, word.bottom);
        }
        return top - gutter.top < lines_apart * line_height_ || gutter.bottom - bottom < lines_apart * line_height_;
    }

    static bool share_rows(const Gutter& one, const Gutter& other) {
        return std::min(one.bottom, other.bottom) > std::max(one.top, other.top);
    }

    /// Whether it is an accepted one over again: no column is as narrow as what is between them.
    [[nodiscard]] bool beside_accepted(const Gutter& gutter) const {
        constexpr float narrowest_column = 5;  // in lines' heights
        return std::any_of(accepted_.begin(), accepted_.end(), [&](const Gutter& one) {
            return share_rows(one, gutter) &&
                   std::abs(one.middle() - gutter.middle()) < narrowest_column * line_height_;
        });
    }

    /// At its ends, a stretch may go through a space of a line that crosses it: words of the column to its right begin
    /// where the column does.
    [[nodiscard]] Gutter without_crossed_ends(Gutter gutter) const {
        std::vector<PdfWord> beside;
        for (const PdfWord& word : page_.words) {
            if (word.centre() >= gutter.top && word.centre() <= gutter.bottom) beside.push_back(word);
        }
        struct Edge {
            PdfBox line;
            float left;  ///< Of the first word to the right.
        };
        std::vector<Edge> edges;
        std::vector<float> lefts;
        for (const PdfLine& line : pdf_lines(page_, beside)) {
            const auto right = std::find_if(line.words.begin(), line.words.end(),
                                            [&](const PdfWord& word) { return word.middle() > gutter.middle(); });
            if (right == line.words.end()) continue;
            edges.push_back({line, right->left});
            lefts.push_back(right->left);
        }
        if (lefts.empty()) return gutter;
        // Where most lines begin, or a little to the left of it.
        std::nth_element(lefts.begin(), lefts.begin() + static_cast<std::ptrdiff_t>(lefts.size() / 4), lefts.end());
        constexpr float near = 2.5F;
        const float margin = lefts[lefts.size() / 4] - near;
        for (auto edge = edges.begin(); edge != edges.end() && edge->left < margin; ++edge)
            gutter.top = edge->line.bottom;
        for (auto edge = edges.rbegin(); edge != edges.rend() && edge->left < margin; ++edge) {
            gutter.bottom = edge->line.top;
        }
        return gutter;
    }

    [[nodiscard]] bool divides_prose(const Gutter& gutter, std::size_t fewest_lines) const {
        float from = -1e6F, to = 1e6F;  // the next gutters
        for (const Gutter& one : accepted_) {
            if (!share_rows(one, gutter)) continue;
            if (one.middle() < gutter.middle()) from = std::max(from, one.middle());
            if (one.middle() > gutter.middle()) to = std::min(to, one.middle());
        }
        std::vector<PdfWord> left, right;
        for (const PdfWord& word : page_.words) {
            if (word.centre() < gutter.top || word.centre() > gutter.bottom) continue;
            if (word.middle() < from || word.middle() > to) continue;
            (word.middle() < gutter.middle() ? left : right).push_back(word);
        }
        const Prose before = prose_of(page_, left), after = prose_of(page_, right);
        // An index has short lines.
        constexpr std::size_t fewest_entries = 12;
        if (before.is_index && after.is_index && std::min(before.lines, after.lines) >= fewest_entries) return true;
        // The spaces of prose may be below each other for some lines; what is beside them is not even.
        if (!after.even_left && !before.even_right) return false;
        return before.reads && after.reads && before.lines >= fewest_lines && after.lines >= fewest_lines;
    }

    const PdfPage& page_;
    float line_height_;
    const std::vector<float>& known_;
    std::vector<Gutter> accepted_;
};

}  // namespace

std::vector<PdfColumn> PdfColumns::divide(const PdfPage& page) {
    constexpr std::size_t fewest_words = 40;  // of a page with columns
    std::vector<PdfColumn> columns;
    std::vector<Gutter> gutters;
    constexpr float smallest = 2;
    const float line_height = std::max(usual_, smallest);
    if (page.words.size() >= fewest_words) gutters = GutterSearch(page, line_height, known_).find();
    if (gutters.empty()) {
        if (!page.words.empty()) columns.push_back({page.words, true});
        return columns;
    }
    known_.clear();
    std::vector<float> edges;  // of bands, in which the same gutters are
    for (const Gutter& gutter : gutters) {
        known_.push_back(gutter.middle());
        edges.push_back(gutter.top);
        edges.push_back(gutter.bottom);
    }
    std::sort(edges.begin(), edges.end());
    std::vector<std::vector<PdfWord>> bands(edges.size() + 1);
    for (const PdfWord& word : page.words) {
        const auto band = std::upper_bound(edges.begin(), edges.end(), word.centre()) - edges.begin();
        bands[static_cast<std::size_t>(band)].push_back(word);
    }
    std::vector<float> before;  // the gutters of the band above
    std::size_t first_of_band = 0;
    for (std::size_t band = 0; band < bands.size(); ++band) {
        if (bands[band].empty()) continue;
        std::vector<float> middles;
        for (const Gutter& gutter : gutters) {
            if (band > 0 && band < edges.size() && gutter.top <= edges[band - 1] && gutter.bottom >= edges[band]) {
                middles.push_back(gutter.middle());
            }
        }
        std::sort(middles.begin(), middles.end());
        if (columns.empty() || middles != before) {
            first_of_band = columns.size();
            columns.resize(columns.size() + middles.size() + 1);
            for (PdfColumn& column : columns) column.lowest = false;
        }
        for (const PdfWord& word : bands[band]) {
            const auto column = std::upper_bound(middles.begin(), middles.end(), word.middle()) - middles.begin();
            PdfColumn& to = columns[first_of_band + static_cast<std::size_t>(column)];
            to.words.push_back(word);
            to.lowest = true;
        }
        before = middles;
    }
    std::erase_if(columns, [](const PdfColumn& column) { return column.words.empty(); });
    return columns;
}

}  // namespace quarry::extract
