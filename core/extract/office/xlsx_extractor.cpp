#include "core/extract/office/xlsx_extractor.h"

#include <array>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "core/base/text.h"
#include "core/extract/office/opc_package.h"
#include "core/extract/office/sheet_writer.h"
#include "core/extract/office/xlsx_numbers.h"
#include "core/extract/office/xml_elements.h"
#include "core/extract/text_builder.h"

namespace quarry::extract {
namespace {

/// Column of a cell's reference: "AB12" is 27; nothing when it names none, or one that no spreadsheet has.
std::optional<std::size_t> column_of(std::string_view reference) {
    constexpr std::size_t most_columns = 16'384;
    std::size_t column = 0;
    for (const char c : reference) {
        if (c < 'A' || c > 'Z') break;
        column = column * 26 + static_cast<std::size_t>(c - 'A') + 1;
        if (column > most_columns) return std::nullopt;
    }
    return column == 0 ? std::nullopt : std::optional(column - 1);
}

/// The words of a string item: plain, or in runs; without readings above ideographs.
std::string string_item(pugi::xml_node item) {
    std::string text;
    walk(item, [&](pugi::xml_node node) {
        const std::string_view name = local_name(node);
        if (name == "t") text += all_text(node);
        return name != "rPh" && name != "t";
    });
    return text;
}

/// The strings that cells refer to, one behind the other: there may be millions.
class SharedStrings {
public:
    void add(std::string_view text) {
        texts_ += text;
        ends_.push_back(static_cast<std::uint32_t>(texts_.size()));
    }
    /// What they take, with their places.
    [[nodiscard]] std::size_t bytes() const noexcept { return texts_.size() + ends_.size() * sizeof ends_[0]; }
    /// Empty where there is none; valid until the next is added.
    [[nodiscard]] std::string_view at(std::size_t index) const {
        if (index >= ends_.size()) return {};
        const std::size_t start = index == 0 ? 0 : ends_[index - 1];
        return std::string_view(texts_).substr(start, ends_[index] - start);
    }

private:
    std::string texts_;
    std::vector<std::uint32_t> ends_;  ///< Texts are held to less than 4 GB.
};

class XlsxReader {
public:
    XlsxReader(std::string_view bytes, std::string_view media_type, const ExtractOptions& options)
        : budget_("XLSX", options), package_(bytes, budget_), builder_(options, media_type), writer_(builder_) {}

    document::Document read() {
        const std::string part = package_.main_part();
        const XmlDocument workbook(package_.archive().read_required(part), part, budget_);
        const auto relationships = package_.relationships(part);
        read_shared_strings(target_of_type(relationships, "sharedStrings"));
        const std::string_view from_1904 = attribute(child(workbook.root(), "workbookPr"), "date1904");
        read_styles(target_of_type(relationships, "styles"), from_1904 == "1" || from_1904 == "true");
        package_.read_properties(builder_);
        const pugi::xml_node sheets = child(workbook.root(), "sheets");
        if (!sheets) throw budget_.refusal("it contains no workbook", "check its file extension");
        for (const pugi::xml_node one : sheets.children()) {
            const auto found = relationships.find(attribute(one, "id"));  // r:id
            if (local_name(one) != "sheet" || found == relationships.end()) continue;
            if (!read_.insert(found->second.target).second) continue;  // no workbook has a sheet twice
            builder_.begin_page();
            const std::string_view state = attribute(one, "state");
            if (state == "hidden" || state == "veryHidden") {
                builder_.count_removed("hidden sheet");
            } else if (found->second.type == "worksheet") {
                builder_.heading(1, attribute(one, "name"));
                read_sheet(found->second.target);
            }
        }
        return builder_.finish();
    }

private:
    void read_shared_strings(const std::string& part) {
        if (part.empty()) return;
        const auto choose = [](pugi::xml_node opened) {
            if (opened.parent().type() == pugi::node_document) return XmlElements::Use::enter;
            return local_name(opened) == "si" ? XmlElements::Use::collect : XmlElements::Use::skip;
        };
        for_each_element(package_.archive(), part, budget_, choose, [this](pugi::xml_node item) {
            shared_strings_.add(string_item(item));
            builder_.watch().require_text_size(shared_strings_.bytes());
        });
    }

    void read_styles(const std::string& part, bool from_1904) {
        auto xml = part.empty() ? std::nullopt : package_.archive().read(part);
        if (!xml) return;
        const XmlDocument document(std::move(*xml), part, budget_);
        numbers_ = XlsxNumbers(document.root(), from_1904);
    }

    void read_sheet(const std::string& part) {
        const auto choose = [](pugi::xml_node opened) {
            const std::string_view name = local_name(opened);
            if (opened.parent().type() == pugi::node_document || name == "sheetData") return XmlElements::Use::enter;
            const bool is_row = name == "row" && local_name(opened.parent()) == "sheetData";
            return is_row ? XmlElements::Use::collect : XmlElements::Use::skip;
        };
        std::size_t row_number = 0;
        if (!for_each_element(package_.archive(), part, budget_, choose,
                              [&](pugi::xml_node row) { read_row(row, row_number); })) {
            throw package_.archive().lacks(part);
        }
        writer_.finish();
    }

    void read_row(pugi::xml_node row, std::size_t& row_number) {
        // References may be left out: what follows stands beside.
        const int given = to_int(attribute(row, "r"));
        row_number = given > 0 ? static_cast<std::size_t>(given) : row_number + 1;
        std::size_t next_column = 0;
        for (const pugi::xml_node cell : row.children()) {
            if (local_name(cell) != "c") continue;
            const std::size_t column = column_of(attribute(cell, "r")).value_or(next_column);
            std::string text = cell_text(cell);
            if (!trim(text).empty()) writer_.cell(row_number, column, std::move(text));
            next_column = column + 1;
        }
    }

    [[nodiscard]] std::string cell_text(pugi::xml_node cell) const {
        const std::string_view type = attribute(cell, "t");
        if (type == "inlineStr") return string_item(child(cell, "is"));
        const std::string value = all_text(child(cell, "v"));
        if (type == "s") {
            const int index = to_int(trim(value), -1);
            return index >= 0 ? std::string(shared_strings_.at(static_cast<std::size_t>(index))) : "";
        }
        if (type == "b") return trim(value) == "1" ? "TRUE" : "FALSE";
        if (type == "str" || type == "e" || type == "d") return value;
        return numbers_.show(trim(value), attribute(cell, "s"));
    }

    ExtractBudget budget_;
    OpcPackage package_;
    TextBuilder builder_;
    SheetWriter writer_;
    SharedStrings shared_strings_;
    XlsxNumbers numbers_;
    std::set<std::string> read_;  ///< Sheets.
};

}  // namespace

std::span<const std::string_view> XlsxExtractor::extensions() const noexcept {
    static constexpr auto endings = std::to_array<std::string_view>({"xlsx", "xlsm", "xltx", "xltm"});
    return endings;
}

document::Document XlsxExtractor::extract(std::string bytes, const ExtractOptions& options) const {
    return XlsxReader(bytes, media_type(), options).read();
}

}  // namespace quarry::extract
