#include "core/extract/office/pdf_pieces.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <map>
#include <utility>

#include "core/extract/office/pdf_column_reader.h"
#include "core/extract/office/pdf_columns.h"
#include "core/extract/office/pdf_listing.h"
#include "core/extract/office/pdf_marks.h"

namespace quarry::extract {
namespace {

using Kind = PdfPiece::Kind;

bool floats(const PdfPiece& piece) { return piece.kind == Kind::caption || piece.kind == Kind::table; }
bool is_text(const PdfPiece& piece) { return piece.kind == Kind::paragraph || piece.kind == Kind::item; }

/// Figures are set to the right and labels are set in: what is above each other is of one column.
bool same_columns(const PdfPiece& one, const PdfPiece& other) {
    return std::equal(one.columns.begin(), one.columns.end(), other.columns.begin(), other.columns.end(),
                      [](const PdfBox& above, const PdfBox& below) {
                          return std::min(above.right, below.right) > std::max(above.left, below.left);
                      });
}

/// Puts the pieces of columns and pages one behind the other, and makes one of what they divide.
class PieceList {
public:
    explicit PieceList(const PdfHyphens& hyphens) : hyphens_(hyphens) {}

    void append(std::vector<PdfPiece> more) {
        if (!more.empty() && !continue_table(more)) continue_text(more);
        pieces_.insert(pieces_.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
    }
    [[nodiscard]] std::vector<PdfPiece> take() { return std::move(pieces_); }

private:
    /// A table at a page's top, with the columns of the one that ended the page before: its header may come again.
    bool continue_table(std::vector<PdfPiece>& more) {
        if (pieces_.empty()) return false;
        PdfPiece& table = pieces_.back();
        PdfPiece& next = more.front();
        if (table.kind != Kind::table || next.kind != Kind::table || table.last_page() + 1 != next.page) return false;
        if (!same_columns(table, next)) return false;
        PdfPiece::Rows& rows = next.tables.front();
        if (rows.front() == table.tables.front().front()) rows.erase(rows.begin());
        table.tables.push_back(std::move(rows));
        more.erase(more.begin());
        return true;
    }

    void continue_text(std::vector<PdfPiece>& more) {
        auto next = std::find_if_not(more.begin(), more.end(), floats);
        if (next == more.end() || !is_text(*next) || !next->may_continue) return;
        const bool same_page = !pieces_.empty() && pieces_.back().last_page() == next->page;
        auto before = pieces_.rbegin();
        // What stands between comes behind; on another page it would come from its own page.
        while (same_page && before != pieces_.rend() && floats(*before) && before->page == next->page) ++before;
        if (before == pieces_.rend() || !is_text(*before) || !before->unfinished) return;
        if (!same_page && before->last_page() + 1 != next->page) return;
        std::string& text = before->parts.back();
        const std::string& rest = next->parts.front();
        hyphens_.append(text, rest, ' ');
        if (!same_page) {
            text.resize(text.size() - rest.size());
            before->parts.push_back(rest);
        }
        before->unfinished = next->unfinished;
        more.erase(next);
    }

    const PdfHyphens& hyphens_;
    std::vector<PdfPiece> pieces_;
};

/// A page that is set sideways, in the order that pdftotext found: it knows which way the words run.
std::vector<PdfPiece> sideways_page(const PdfPage& page, std::size_t index) {
    std::vector<PdfPiece> pieces(1);
    pieces[0].page = index;
    std::string& text = pieces[0].parts.emplace_back();
    for (std::size_t word = 0; word < page.words.size(); ++word) {
        if (word > 0) text += page.words[word].line == page.words[word - 1].line ? ' ' : '\n';
        text += page.text_of(page.words[word]);
    }
    return pieces;
}

std::vector<PdfPiece> read_page(const PdfPage& page, std::size_t index, PdfColumns& columns, const PdfManner& manner) {
    PieceList list(manner.hyphens);
    std::vector<PdfPiece> notes;
    for (const PdfColumn& column : columns.divide(page)) {
        std::vector<PdfPiece> pieces = read_pdf_column(page, column, index, manner);
        const auto note = [](const PdfPiece& piece) { return piece.kind == Kind::footnote; };
        const auto first_note =
            std::stable_partition(pieces.begin(), pieces.end(), [&](const auto& one) { return !note(one); });
        notes.insert(notes.end(), std::make_move_iterator(first_note), std::make_move_iterator(pieces.end()));
        pieces.erase(first_note, pieces.end());
        list.append(std::move(pieces));
    }
    std::vector<PdfPiece> pieces = list.take();
    pieces.insert(pieces.end(), std::make_move_iterator(notes.begin()), std::make_move_iterator(notes.end()));
    return pieces;
}

/// A heading without a number has the level of those with one of its size, or the rank of its size.
void set_heading_levels(std::vector<PdfPiece>& pieces) {
    std::map<long, int, std::greater<>> levels;  // by tenths of points; 0 where no heading of the size has a number
    const auto key = [](const PdfPiece& piece) { return std::lround(piece.size * 2); };
    for (const PdfPiece& piece : pieces) {
        if (piece.kind != Kind::heading) continue;
        int& level = levels.try_emplace(key(piece), 0).first->second;
        if (piece.level > 0) level = level == 0 ? piece.level : std::min(level, piece.level);
    }
    int above = 0;
    for (auto& [size, level] : levels) {
        if (level == 0) level = above + 1;
        above = std::max(above, level);
    }
    for (PdfPiece& piece : pieces) {
        if (piece.kind == Kind::heading && piece.level == 0) piece.level = levels[key(piece)];
    }
}

/// Where headings with numbers are larger than the text, "3. Do this" of the text's size is an item.
void make_items_of_small_headings(std::vector<PdfPiece>& pieces, float usual) {
    constexpr float larger = 1.1F;
    constexpr std::ptrdiff_t fewest = 3;
    const auto is_large = [&](const PdfPiece& piece) {
        return piece.kind == Kind::heading && piece.level > 0 && piece.size >= larger * usual;
    };
    if (std::count_if(pieces.begin(), pieces.end(), is_large) < fewest) return;
    for (PdfPiece& piece : pieces) {
        if (piece.kind != Kind::heading || piece.size >= larger * usual) continue;
        const std::size_t mark = pdf_item_mark(piece.parts[0]);
        if (mark == 0) continue;
        piece.kind = Kind::item;
        piece.level = 0;
        piece.marker = piece.parts[0].substr(0, mark);
        piece.parts[0].erase(0, mark + 1);
    }
}

}  // namespace

std::vector<PdfPiece> pdf_pieces(std::span<PdfPage> pages, std::size_t& removed_upright) {
    removed_upright = 0;
    std::vector<bool> sideways;
    for (PdfPage& page : pages) {
        bool is_sideways = false;
        removed_upright += remove_upright_words(page, is_sideways);
        sideways.push_back(is_sideways);
    }
    const PdfManner manner{usual_pdf_size(pages), is_pdf_typescript(pages), PdfHyphens(pages)};
    PdfColumns columns(manner.usual);
    PieceList list(manner.hyphens);
    for (std::size_t index = 0; index < pages.size(); ++index) {
        const PdfPage page = std::exchange(pages[index], {});
        list.append(sideways[index] ? sideways_page(page, index) : read_page(page, index, columns, manner));
    }
    std::vector<PdfPiece> pieces = list.take();
    make_items_of_small_headings(pieces, manner.usual);
    set_heading_levels(pieces);
    return pieces;
}

}  // namespace quarry::extract
