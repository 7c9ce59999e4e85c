#include "core/extract/office/pdf_column_reader.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "core/base/ascii.h"
#include "core/base/text.h"
#include "core/extract/office/pdf_listing.h"
#include "core/extract/office/pdf_marks.h"
#include "core/extract/office/pdf_tables.h"

namespace quarry::extract {
namespace {

using Kind = PdfPiece::Kind;

/// How many times the usual size a heading's letters have at least, and a note's at most.
constexpr float heading_size = 1.1F, note_size = 0.93F;
/// How many times the usual distance two lines of one paragraph are apart at most.
constexpr float paragraph_distance = 1.22F;
/// Sizes this near are the same.
constexpr float same_size = 0.08F;

bool same_sizes(const PdfLine& one, const PdfLine& other) {
    return std::abs(one.size - other.size) <= same_size * std::max(one.size, other.size);
}

class ColumnReader {
public:
    ColumnReader(const PdfPage& page, const PdfColumn& column, std::size_t page_index, const PdfManner& manner)
        : page_(page), manner_(manner), page_index_(page_index), lines_(pdf_lines(page, column.words)) {
        for (const PdfLine& line : lines_) texts_.push_back(pdf_text(page, line.words));
        body_end_ = column.lowest ? notes_start() : lines_.size();
        measure();
    }

    std::vector<PdfPiece> read() {
        const std::vector<bool> blocked = find_headings_and_listings();
        std::vector<PdfTable> tables = find_pdf_tables(page_, lines_, blocked);
        auto table = tables.begin();
        for (std::size_t index = 0; index < lines_.size();) {
            if (index == body_end_) end_piece();
            if (table != tables.end() && table->first == index) {
                index = table->end;
                add_table(*table++);
            } else if (listing_ends_[index] > index) {
                index = add_listing(index);
            } else if (heading_ends_[index] > index) {
                index = add_heading(index);
            } else {
                add_line(index++);
            }
        }
        end_piece();
        return std::move(pieces_);
    }

private:
    [[nodiscard]] float distance(std::size_t index) const { return lines_[index].bottom - lines_[index - 1].bottom; }
    [[nodiscard]] bool follows_closely(std::size_t index) const {
        return index > 0 && distance(index) <= paragraph_distance * pitch_;
    }

    /// Where the notes at the bottom begin: smaller lines, the first of which has a mark.
    [[nodiscard]] std::size_t notes_start() const {
        constexpr std::size_t most_share = 2;
        std::size_t start = lines_.size(), marked = lines_.size();
        while (start > 0 && lines_[start - 1].size < note_size * manner_.usual) {
            --start;
            if (pdf_note_mark(texts_[start]) > 0 && !begins_pdf_caption(texts_[start])) marked = start;
        }
        return start > 0 && (lines_.size() - marked) * most_share <= lines_.size() ? marked : lines_.size();
    }

    /// The usual distance of lines, and how far to the right each line's block goes.
    void measure() {
        std::vector<float> distances;
        constexpr float farthest = 3;
        for (std::size_t index = 1; index < lines_.size(); ++index) {
            if (distance(index) > 0 && distance(index) < farthest * lines_[index].height()) {
                distances.push_back(distance(index));
            }
        }
        if (distances.empty()) {
            constexpr float leading = 1.2F;
            pitch_ = leading * manner_.usual;
        } else {
            const auto middle = distances.begin() + static_cast<std::ptrdiff_t>(distances.size() / 2);
            std::nth_element(distances.begin(), middle, distances.end());
            pitch_ = *middle;
        }
        if (!lines_.empty()) all_ = lines_.front();
        for (const PdfLine& line : lines_) all_.include(line);
        rights_.assign(lines_.size(), all_.right);
        for (std::size_t start = 0, end = 0; start < lines_.size(); start = end) {
            end = start + 1;
            while (end < lines_.size() && follows_closely(end) && same_sizes(lines_[end], lines_[end - 1])) ++end;
            float right = usual_right(start, end);
            // Two lines are no evidence of a margin.
            constexpr std::size_t fewest_lines = 3;
            constexpr float most_of = 0.75F;
            if (end - start < fewest_lines) right = std::max(right, all_.left + most_of * all_.width());
            std::fill(rights_.begin() + static_cast<std::ptrdiff_t>(start),
                      rights_.begin() + static_cast<std::ptrdiff_t>(end), right);
        }
    }

    /// A line or two that are too long for it say nothing of a block's margin.
    [[nodiscard]] float usual_right(std::size_t start, std::size_t end) const {
        std::vector<float> rights;
        for (std::size_t index = start; index < end; ++index) rights.push_back(lines_[index].right);
        const auto at = rights.end() - 1 - static_cast<std::ptrdiff_t>(rights.size() / 4);
        std::nth_element(rights.begin(), at, rights.end());
        return *at;
    }

    /// Whether the first word of the next line would have had room on a line.
    [[nodiscard]] bool has_room(std::size_t index, float next_word) const {
        constexpr float space = 0.3F;
        return rights_[index] - lines_[index].right > next_word + space * lines_[index].size;
    }
    [[nodiscard]] bool has_room_for_next(std::size_t index) const {
        return index + 1 < lines_.size() && has_room(index, lines_[index + 1].words.front().width());
    }

    [[nodiscard]] std::vector<bool> find_headings_and_listings() {
        std::vector<bool> blocked(lines_.size(), false);
        heading_ends_.assign(lines_.size(), 0);
        listing_ends_.assign(lines_.size(), 0);
        for (std::size_t index = 0; index < lines_.size();) {
            std::size_t end = index;
            if (!manner_.typescript) static_cast<void>(pdf_listing(page_, lines_, index, end));
            if (end > index) {
                listing_ends_[index] = end;
            } else if (end = heading_end(index); end > index) {
                heading_ends_[index] = last_heading_end_ = end;
            } else {
                end = index + 1;
                blocked[index] = begins_pdf_caption(texts_[index]);
                ++index;
                continue;
            }
            std::fill(blocked.begin() + static_cast<std::ptrdiff_t>(index),
                      blocked.begin() + static_cast<std::ptrdiff_t>(end), true);
            index = end;
        }
        return blocked;
    }

    /// Behind the lines of the heading that begins at `index`; `index` where none does.
    [[nodiscard]] std::size_t heading_end(std::size_t index) const {
        if (index >= body_end_) return index;
        const PdfLine& line = lines_[index];
        const std::string& text = texts_[index];
        constexpr std::size_t most_lines = 4, longest = 160;
        if (line.size >= heading_size * manner_.usual) {
            if (line.characters > longest || !has_letters(text) || has_cells(line)) return index;
            if (pdf_item_mark(text) > 0 && pdf_heading_depth(text) == 0) return index;
            std::size_t end = index + 1;
            while (end < lines_.size() && same_sizes(lines_[end], line) && !has_cells(lines_[end]) &&
                   pdf_heading_depth(texts_[end]) == 0 && distance(end) <= 1.6F * line.height()) {
                ++end;
            }
            return end - index <= most_lines ? end : index;
        }
        if (pdf_heading_depth(text) == 0 || has_cells(line)) return index;
        if (line.size < note_size * manner_.usual && is_ascii_digit(text[0])) return index;
        // Of the text's size: alone, or at least below a gap and shorter than a line of text.
        const bool above = index == 0 || distance(index) > 1.15F * pitch_ || last_heading_end_ == index;
        const bool below = index + 1 >= lines_.size() || distance(index + 1) > 1.15F * pitch_;
        if (!above) return index;
        if (below) return index + 1;
        if (pdf_item_mark(text) > 0 && pdf_item_mark(texts_[index + 1]) > 0) return index;
        const bool text_below = !same_sizes(line, lines_[index + 1]) || has_room_for_next(index);
        return text_below && is_short(line) ? index + 1 : index;
    }

    [[nodiscard]] bool is_short(const PdfLine& line) const {
        constexpr float most = 0.75F;
        return line.width() < most * all_.width();
    }
    [[nodiscard]] static bool has_letters(std::string_view text) {
        return std::count_if(text.begin(), text.end(),
                             [](char c) { return is_ascii_letter(c) || static_cast<unsigned char>(c) >= 0x80; }) >= 3;
    }
    /// Whether gaps divide a line, other than the one behind a heading's number.
    [[nodiscard]] bool has_cells(const PdfLine& line) const {
        constexpr float cell_gap = 1.5F;
        for (std::size_t index = 1; index < line.words.size(); ++index) {
            const float gap = line.words[index].left - line.words[index - 1].right;
            if (gap <= cell_gap * line.height()) continue;
            if (index > 1 || !is_pdf_section_number(page_.text_of(line.words.front()))) return true;
        }
        return false;
    }

    PdfPiece& begin_piece(Kind kind, std::size_t line) {
        end_piece();
        pieces_.emplace_back();
        pieces_.back().kind = line >= body_end_ && kind != Kind::table ? Kind::footnote : kind;
        pieces_.back().page = page_index_;
        return pieces_.back();
    }

    void add_table(PdfTable& table) {
        if (table.contents) {
            // A line for each entry.
            PdfPiece& piece = begin_piece(Kind::paragraph, table.first);
            piece.parts.emplace_back();
            for (const std::vector<std::string>& row : table.rows) {
                if (!piece.parts.back().empty()) piece.parts.back() += '\n';
                std::string entry;
                for (const std::string& cell : row) entry += (entry.empty() || cell.empty() ? "" : " ") + cell;
                piece.parts.back() += entry;
            }
            return;
        }
        PdfPiece& piece = begin_piece(Kind::table, table.first);
        piece.tables.push_back(std::move(table.rows));
        piece.columns = std::move(table.columns);
    }

    std::size_t add_listing(std::size_t index) {
        std::size_t end = index;
        PdfPiece& piece = begin_piece(Kind::code, index);
        piece.parts.push_back(pdf_listing(page_, lines_, index, end));
        return end;
    }

    std::size_t add_heading(std::size_t index) {
        PdfPiece& piece = begin_piece(Kind::heading, index);
        piece.parts.push_back(texts_[index]);
        piece.size = lines_[index].size;
        const std::size_t end = heading_ends_[index];
        for (std::size_t line = index + 1; line < end; ++line)
            manner_.hyphens.append(piece.parts[0], texts_[line], ' ');
        piece.level = pdf_heading_depth(piece.parts[0]);
        return end;
    }

    /// Whether a line begins something of its own, not being more of the paragraph or item that is open.
    [[nodiscard]] bool begins_anew(std::size_t index, std::size_t mark) const {
        if (!open_) return true;
        const PdfLine& line = lines_[index];
        const PdfLine& before = lines_[index - 1];
        const bool notes = index >= body_end_;
        if (notes && pdf_note_mark(texts_[index]) > 0) return true;
        if (!follows_closely(index) || !same_sizes(line, before)) return true;
        if (begins_pdf_caption(texts_[index]) && (has_room_for_next(index - 1) || ends_pdf_sentence(texts_[index - 1])))
            return true;
        const float em = line.size;
        if (mark > 0) {
            // A number may begin a line of prose by chance.
            const bool chance = !in_item_ && !has_room_for_next(index - 1) && !ends_pdf_sentence(texts_[index - 1]) &&
                                std::abs(line.left - before.left) < em / 2;
            return !chance;
        }
        if (in_item_) return line.left < text_left_ - em / 2 && line.left <= mark_left_ + em;
        const bool hanging = paragraph_lines_ > 1 && before.left > first_left_ + em * 0.7F;
        if (hanging) return line.left < before.left - em * 0.7F;
        return line.left > before.left + em * 0.7F && before.left <= first_left_ + em * 0.3F &&
               (paragraph_lines_ > 1 || has_room_for_next(index - 1) || ends_pdf_sentence(texts_[index - 1]));
    }

    void add_line(std::size_t index) {
        const std::string_view text = texts_[index];
        const std::size_t mark = pdf_item_mark(text);
        if (begins_anew(index, mark)) {
            begin_text(index, mark);
        } else {
            manner_.hyphens.append(pieces_.back().parts[0], text, has_room_for_next(index - 1) ? '\n' : ' ');
            ++paragraph_lines_;
        }
        last_line_ = index;
    }

    void begin_text(std::size_t index, std::size_t mark) {
        const PdfLine& line = lines_[index];
        std::string_view text = texts_[index];
        const bool caption = begins_pdf_caption(text);
        PdfPiece& piece = begin_piece(caption ? Kind::caption : mark > 0 ? Kind::item : Kind::paragraph, index);
        in_item_ = piece.kind == Kind::item;
        if (in_item_) {
            const std::string_view sign = text.substr(0, mark);
            const bool counted =
                std::any_of(sign.begin(), sign.end(), [](char c) { return is_ascii_digit(c) || is_ascii_lower(c); });
            piece.marker = counted ? std::string(sign) : "-";
            text = trim(text.substr(mark));
            mark_left_ = line.left;
            text_left_ = line.words.size() > 1 ? line.words[1].left : line.left + line.size;
            piece.level = item_level(line.left);
        } else {
            items_.clear();
        }
        if (piece.kind == Kind::footnote) {
            // The mark is set higher and smaller, and touches the note.
            const std::size_t length = pdf_note_mark(text);
            piece.parts.emplace_back(text.substr(0, length));
            if (length > 0) piece.parts[0] += ' ';
            piece.parts[0] += trim(text.substr(length));
        } else {
            piece.parts.emplace_back(text);
        }
        piece.may_continue = piece.kind == Kind::paragraph && (index == 0 || !follows_closely(index));
        open_ = true;
        first_left_ = line.left;
        paragraph_lines_ = 1;
    }

    /// By how many items that are open an item is set in.
    int item_level(float left) {
        while (!items_.empty() && items_.back() > left - 2) items_.pop_back();
        items_.push_back(left);
        return static_cast<int>(items_.size()) - 1;
    }

    void end_piece() {
        if (!std::exchange(open_, false)) return;
        PdfPiece& piece = pieces_.back();
        constexpr float usual_word = 2.5F;
        piece.unfinished = piece.kind != Kind::caption && !ends_pdf_sentence(piece.parts[0]) &&
                           !has_room(last_line_, usual_word * lines_[last_line_].size);
    }

    const PdfPage& page_;
    const PdfManner& manner_;
    std::size_t page_index_;
    std::vector<PdfLine> lines_;
    std::vector<std::string> texts_;
    std::size_t body_end_ = 0;
    PdfBox all_;
    float pitch_ = 0;
    std::vector<float> rights_;                             ///< Of each line's block.
    std::vector<std::size_t> heading_ends_, listing_ends_;  ///< Behind what begins at a line; 0 for nothing.
    std::size_t last_heading_end_ = 0;
    std::vector<PdfPiece> pieces_;
    bool open_ = false;  ///< The last piece takes more lines.
    bool in_item_ = false;
    std::size_t last_line_ = 0, paragraph_lines_ = 0;
    float first_left_ = 0, mark_left_ = 0, text_left_ = 0;
    std::vector<float> items_;  ///< Where the marks of items are that this one may be within.
};

}  // namespace

std::vector<PdfPiece> read_pdf_column(const PdfPage& page, const PdfColumn& column, std::size_t page_index,
                                      const PdfManner& manner) {
    return ColumnReader(page, column, page_index, manner).read();
}

}  // namespace quarry::extract
