#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <string>
#include <string_view>

namespace quarry::testing {

/// A container's entries by their names.
using Parts = std::map<std::string, std::string>;

/// The piece as often as it takes to fill so many bytes.
[[nodiscard]] std::string repeated(std::string_view piece, std::size_t size);
[[nodiscard]] std::string times(std::size_t count, const std::function<std::string(std::size_t)>& piece);
/// A container of the Open Packaging Conventions: its main part, that one's relationships, and other parts.
[[nodiscard]] std::string office_package(const std::string& main, const std::string& of_main, Parts parts = {});
[[nodiscard]] std::string workbook(const std::string& rows, const std::string& strings = "<si><t>x</t></si>");
/// A workbook of many sheets: of one part, or of a part each.
[[nodiscard]] std::string many_sheets(std::size_t count, bool one_part);
[[nodiscard]] std::string word_document(const std::string& body, Parts parts = {}, const std::string& of_main = {});
/// A presentation that refers to one slide so often.
[[nodiscard]] std::string slides(const std::string& shapes, std::size_t count = 1);
/// `kind` is the body's element: "text".
[[nodiscard]] std::string flat_odf(const std::string& kind, const std::string& body, const std::string& styles = {});
[[nodiscard]] std::string spreadsheet(const std::string& rows);
/// A book whose contents name one chapter so often.
[[nodiscard]] std::string book(const std::string& chapter, std::size_t count);

}  // namespace quarry::testing
