#include "core/extract/office/pdf_text.h"

#include "core/extract/office/list_writer.h"

namespace quarry::extract {
namespace {

class PieceWriter {
public:
    explicit PieceWriter(TextBuilder& builder) : builder_(builder), list_(builder) {}

    void write(const PdfPiece& piece) {
        const bool item = piece.kind == PdfPiece::Kind::item;
        if (!item) list_.close();
        begin_pages(piece.page + 1);
        switch (piece.kind) {
            case PdfPiece::Kind::heading: builder_.heading(piece.level, piece.parts[0]); break;
            case PdfPiece::Kind::code: builder_.code(piece.parts[0], {}); break;
            case PdfPiece::Kind::table: write_table(piece); break;
            case PdfPiece::Kind::item: list_.item(piece.level, piece.marker, piece.parts); break;
            default: builder_.paragraph_over_pages(piece.parts);
        }
        begun_ = std::max(begun_, piece.last_page() + 1);
    }
    void finish(std::size_t pages) {
        list_.close();
        begin_pages(pages);
    }

private:
    void begin_pages(std::size_t pages) {
        for (; begun_ < pages; ++begun_) builder_.begin_page();
    }
    void write_table(const PdfPiece& piece) {
        builder_.begin_table(piece.columns.size());
        for (std::size_t page = 0; page < piece.tables.size(); ++page) {
            if (page > 0) builder_.begin_page();
            for (const auto& row : piece.tables[page]) builder_.row(row);
        }
        builder_.end_table();
    }

    TextBuilder& builder_;
    ListWriter list_;
    std::size_t begun_ = 0;  ///< Pages.
};

}  // namespace

void write_pdf_pieces(std::span<const PdfPiece> pieces, std::size_t pages, TextBuilder& builder) {
    PieceWriter writer(builder);
    for (const PdfPiece& piece : pieces) writer.write(piece);
    writer.finish(pages);
}

}  // namespace quarry::extract
