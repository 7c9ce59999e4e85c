#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/extract/extractor.h"

namespace quarry::extract {

/// Adds the extractors of office documents, books, PDF files and mail to a list.
void add_office_extractors(std::vector<std::unique_ptr<Extractor>>& extractors);

/// The version of libzip, which office documents and books need; empty when it is not installed.
[[nodiscard]] std::optional<std::string> libzip_version();
/// The version of pdftotext, which PDF files need; empty when it does not run here.
[[nodiscard]] std::optional<std::string> pdftotext_version();
/// The programs that repair damaged PDF files, with their versions: "mutool 1.21.1, qpdf 11.3.0"; empty for none.
[[nodiscard]] std::string pdf_repair_programs();

}  // namespace quarry::extract
