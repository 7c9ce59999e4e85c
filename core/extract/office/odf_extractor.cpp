#include "core/extract/office/odf_extractor.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "core/base/text.h"
#include "core/extract/office/odf_blocks.h"
#include "core/extract/office/opc_package.h"
#include "core/extract/office/sheet_writer.h"
#include "core/extract/office/xml_elements.h"
#include "core/extract/office/zip_archive.h"

namespace quarry::extract {
namespace {

/// The largest sheet of any program: cells beyond are filling.
constexpr std::size_t most_sheet_rows = 1'048'576, most_sheet_columns = 16'384;
/// A row that is repeated more often is a column that was filled down to its end: it is written so often.
constexpr std::size_t most_equal_rows = 1000;

class OdfReader {
public:
    OdfReader(std::string_view kind, std::string_view media_type, const ExtractOptions& options)
        : budget_(kind, options), builder_(options, media_type), blocks_(styles_, builder_, budget_) {}

    document::Document read(std::string bytes) {
        if (!bytes.starts_with('<') && !bytes.starts_with("\xEF\xBB\xBF<")) {
            read_package(bytes);
        } else {
            const XmlDocument flat(std::move(bytes), "document", budget_);
            styles_.add(flat.root());
            read_dublin_core(child(flat.root(), "meta"), builder_);
            body(flat.root());
        }
        return builder_.finish();
    }

private:
    void read_package(std::string_view bytes) {
        ZipArchive archive(bytes, budget_);
        if (auto manifest = archive.read("META-INF/manifest.xml")) {
            if (manifest->find("encryption-data") != std::string::npos) {
                throw budget_.refusal("it is encrypted with a password", "save it without a password");
            }
        }
        if (auto xml = archive.read("styles.xml")) {
            styles_.add(XmlDocument(std::move(*xml), "styles.xml", budget_).root());
        }
        if (auto xml = archive.read("meta.xml")) {
            const XmlDocument meta(std::move(*xml), "meta.xml", budget_);
            read_dublin_core(child(meta.root(), "meta"), builder_);
        }
        const std::string type = archive.read("mimetype").value_or("");
        if (type.find("opendocument.spreadsheet") != std::string::npos) {
            read_sheets(archive);
        } else {
            const XmlDocument content(archive.read_required("content.xml"), "content.xml", budget_);
            styles_.add(content.root());
            body(content.root());
        }
    }

    /// Row by row: sheets may be large.
    void read_sheets(ZipArchive& archive) {
        styles_.resolve();
        OdfSheets sheets(*this);
        bool any = false;
        using Use = XmlElements::Use;
        const auto choose = [&](pugi::xml_node opened) {
            const std::string_view name = local_name(opened);
            any |= name == "spreadsheet";
            if (name == "automatic-styles") return Use::collect;
            if (name == "table-row") return Use::collect;
            if (name == "table") return sheets.begin(opened) ? Use::enter : Use::skip;
            const bool holds_rows = opened.parent().type() == pugi::node_document || name == "body" ||
                                    name == "spreadsheet" || name == "table-header-rows" || name == "table-rows" ||
                                    name == "table-row-group";
            return holds_rows ? Use::enter : Use::skip;
        };
        const auto visit = [&](pugi::xml_node whole) {
            if (local_name(whole) == "table-row") return sheets.row(whole);
            styles_.add(whole.parent());
            styles_.resolve();
        };
        if (!for_each_element(archive, "content.xml", budget_, choose, visit)) throw archive.lacks("content.xml");
        sheets.finish();
        if (!any) throw holds_nothing();
    }

    void body(pugi::xml_node root) {
        styles_.resolve();
        for (const pugi::xml_node one : child(root, "body").children()) {
            const std::string_view name = local_name(one);
            if (name == "text") return text(one);
            if (name == "spreadsheet") return sheets(one);
            if (name == "presentation" || name == "drawing") return slides(one);
        }
        throw holds_nothing();
    }

    [[nodiscard]] Error holds_nothing() const {
        return budget_.refusal("it contains no OpenDocument text, spreadsheet or presentation",
                               "check its file extension");
    }

    void text(pugi::xml_node content) {
        bool any_break = false;
        walk(content, [&](pugi::xml_node node) {
            const std::string_view name = local_name(node);
            any_break |=
                name == "soft-page-break" ||
                (name == "p" || name == "h" ? styles_.style(attribute(node, "style-name")).page_break_before : false);
            return !any_break;
        });
        if (any_break) builder_.begin_page();
        blocks_.write(content);
        blocks_.finish();
    }

    void sheets(pugi::xml_node content) {
        OdfSheets sheets(*this);
        for (const pugi::xml_node one : content.children()) {
            if (local_name(one) != "table" || !sheets.begin(one)) continue;
            walk(one, [&](pugi::xml_node node) {
                const std::string_view name = local_name(node);
                if (name != "table-row") {
                    return name == "table-header-rows" || name == "table-rows" || name == "table-row-group";
                }
                sheets.row(node);
                return false;
            });
        }
        sheets.finish();
    }

    /// The sheets one after another, row by row.
    class OdfSheets {
    public:
        explicit OdfSheets(OdfReader& reader) : reader_(reader), writer_(reader.builder_) {}
        /// Ends the sheet before; false for one that is hidden.
        bool begin(pugi::xml_node table) {
            finish();
            row_ = 0;
            reader_.builder_.begin_page();
            if (reader_.styles_.style(attribute(table, "style-name")).hidden) {
                reader_.builder_.count_removed("hidden sheet");
                return false;
            }
            reader_.builder_.heading(1, attribute(table, "name"));
            return true;
        }
        void row(pugi::xml_node node) { reader_.sheet_row(node, row_, writer_); }
        void finish() { writer_.finish(); }

    private:
        OdfReader& reader_;
        SheetWriter writer_;
        std::size_t row_ = 0;
    };

    void sheet_row(pugi::xml_node node, std::size_t& row, SheetWriter& writer) {
        struct Stretch {
            std::size_t first, count;
            std::string text;
        };
        std::vector<Stretch> filled;
        std::size_t column = 0;
        for (const pugi::xml_node cell : node.children()) {
            const std::string_view name = local_name(cell);
            if (name != "table-cell" && name != "covered-table-cell") continue;
            budget_.check();
            const std::size_t count = repeats(cell, "number-columns-repeated", most_sheet_columns - column);
            std::string text = name == "table-cell" ? cell_text(cell) : std::string();
            if (!trim(text).empty()) filled.push_back({column, count, std::move(text)});
            column += count;
        }
        const std::size_t rows = repeats(node, "number-rows-repeated", most_sheet_rows - row);
        if (!filled.empty() && rows > most_equal_rows) {
            builder_.count_removed("repeated row", rows - most_equal_rows);
        }
        for (std::size_t each = 0; each < std::min(rows, most_equal_rows) && !filled.empty(); ++each) {
            for (const Stretch& stretch : filled) {
                for (std::size_t at = 0; at < stretch.count; ++at)
                    writer.cell(row + each, stretch.first + at, stretch.text);
            }
        }
        row += rows;
    }

    /// How often a cell or row stands there: at least once, but at the sheet's end.
    static std::size_t repeats(pugi::xml_node node, std::string_view name, std::size_t room) {
        const int given = std::max(to_int(attribute(node, name), 1), 1);
        return std::min(static_cast<std::size_t>(given), room);
    }

    std::string cell_text(pugi::xml_node cell) {
        // Dates are shown in any form; their value has one.
        const std::string_view date = attribute(cell, "date-value");
        if (!date.empty()) {
            std::string shown(date);
            std::replace(shown.begin(), shown.end(), 'T', ' ');
            return shown;
        }
        std::string text = blocks_.lines(cell);
        return text.empty() ? std::string(attribute(cell, "value")) : text;
    }

    void slides(pugi::xml_node content) {
        int number = 0;
        for (const pugi::xml_node page : content.children()) {
            if (local_name(page) != "page") continue;
            builder_.begin_page();
            ++number;
            if (styles_.style(attribute(page, "style-name")).hidden) {
                builder_.count_removed("hidden slide");
                continue;
            }
            slide(page, number);
        }
        warn_of_slides_without_text(untitled_, builder_.document());
    }

    void slide(pugi::xml_node page, int number) {
        std::string title;
        for (const pugi::xml_node frame : page.children()) {
            if (attribute(frame, "class") == "title" && title.empty()) title = trim(blocks_.lines(frame));
        }
        if (title.empty()) ++untitled_;
        builder_.heading(1, title.empty() ? fmt::format("Slide {}", number) : title);
        for (const pugi::xml_node one : page.children()) {
            const std::string_view role = attribute(one, "class");
            if (role == "title" || role == "header" || role == "footer" || role == "date-time" || role == "page-number")
                continue;
            if (local_name(one) == "notes") continue;
            shape(one);
        }
        blocks_.finish();
        speaker_notes(child(page, "notes"));
    }

    /// Text boxes, tables and groups; a shape has its paragraphs in itself.
    void shape(pugi::xml_node node) {
        if (const pugi::xml_node box = child(node, "text-box")) return blocks_.write(box);
        if (local_name(node) == "g") {
            for (const pugi::xml_node one : node.children()) shape(one);
            return;
        }
        blocks_.write(node);
    }

    void speaker_notes(pugi::xml_node notes) {
        std::string text;
        for (const pugi::xml_node frame : notes.children()) {
            if (attribute(frame, "class") == "notes") text += blocks_.lines(frame);
        }
        if (trim(text).empty()) return;
        builder_.begin_quote();
        builder_.paragraph(text);
        builder_.end_quote();
    }

    ExtractBudget budget_;
    OdfStyles styles_;
    TextBuilder builder_;
    OdfBlocks blocks_;
    std::size_t untitled_ = 0;  ///< Slides whose headings are made up.
};

}  // namespace

std::string_view OdfExtractor::name() const noexcept {
    return kind_ == Kind::text ? "odt" : kind_ == Kind::spreadsheet ? "ods" : "odp";
}

std::string_view OdfExtractor::media_type() const noexcept {
    switch (kind_) {
        case Kind::text: return "application/vnd.oasis.opendocument.text";
        case Kind::spreadsheet: return "application/vnd.oasis.opendocument.spreadsheet";
        case Kind::presentation: break;
    }
    return "application/vnd.oasis.opendocument.presentation";
}

std::span<const std::string_view> OdfExtractor::extensions() const noexcept {
    static constexpr auto text = std::to_array<std::string_view>({"odt", "ott", "fodt"});
    static constexpr auto spreadsheet = std::to_array<std::string_view>({"ods", "ots", "fods"});
    static constexpr auto presentation = std::to_array<std::string_view>({"odp", "otp", "fodp"});
    return kind_ == Kind::text          ? std::span<const std::string_view>(text)
           : kind_ == Kind::spreadsheet ? std::span<const std::string_view>(spreadsheet)
                                        : std::span<const std::string_view>(presentation);
}

document::Document OdfExtractor::extract(std::string bytes, const ExtractOptions& options) const {
    return OdfReader(name(), media_type(), options).read(std::move(bytes));
}

}  // namespace quarry::extract
