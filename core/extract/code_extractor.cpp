#include "core/extract/code_extractor.h"

#include <utility>

#include "core/base/text.h"
#include "core/extract/encoding.h"
#include "core/extract/invisible.h"
#include "core/extract/title.h"

namespace quarry::extract {

CodeExtractor::CodeExtractor(const document::SourceLanguage& language)
    : language_(language), extensions_(split(language.extensions, ' ')) {}

document::Document CodeExtractor::extract(std::string bytes, const ExtractOptions& options) const {
    document::Document document;
    DecodedText source = decode_text(std::move(bytes), options.name);
    note_source(source, document);
    document.text = remove_invisible(std::move(source.text), document.removed);
    document.media_type = language_.media_type;
    document.title = title_from_name(options.name);
    return document;
}

}  // namespace quarry::extract
