#pragma once

#include <memory>
#include <vector>

#include "core/extract/extractor.h"

namespace quarry {

/// Adds the extractors of office documents, books, PDF files and mail to a list.
void add_office_extractors(std::vector<std::unique_ptr<Extractor>>& extractors);

}  // namespace quarry
