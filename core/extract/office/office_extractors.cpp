#include "core/extract/office/office_extractors.h"

#include "core/extract/office/docx_extractor.h"
#include "core/extract/office/epub_extractor.h"
#include "core/extract/office/legacy_office.h"
#include "core/extract/office/mail_extractor.h"
#include "core/extract/office/odf_extractor.h"
#include "core/extract/office/pdf_extractor.h"
#include "core/extract/office/pptx_extractor.h"
#include "core/extract/office/rtf_extractor.h"
#include "core/extract/office/xlsx_extractor.h"

namespace quarry::extract {

void add_office_extractors(std::vector<std::unique_ptr<Extractor>>& extractors) {
    extractors.push_back(std::make_unique<DocxExtractor>());
    extractors.push_back(std::make_unique<PdfExtractor>());
    extractors.push_back(std::make_unique<PptxExtractor>());
    extractors.push_back(std::make_unique<XlsxExtractor>());
    for (const auto kind :
         {OdfExtractor::Kind::text, OdfExtractor::Kind::spreadsheet, OdfExtractor::Kind::presentation}) {
        extractors.push_back(std::make_unique<OdfExtractor>(kind));
    }
    extractors.push_back(std::make_unique<EpubExtractor>());
    extractors.push_back(std::make_unique<RtfExtractor>());
    extractors.push_back(std::make_unique<MailExtractor>());
    extractors.push_back(std::make_unique<MailboxExtractor>());
    for (const LegacyFormat& format : legacy_formats()) {
        extractors.push_back(std::make_unique<LegacyOfficeExtractor>(format));
    }
}

}  // namespace quarry::extract
