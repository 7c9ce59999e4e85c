#include "core/answer/citation.h"

#include <algorithm>
#include <optional>

#include "core/base/hash.h"

namespace quarry::answer {
namespace {

bool holds_in(const std::optional<std::string>& text, const Citation& citation) {
    if (!text || citation.start_byte > citation.end_byte || citation.end_byte > text->size()) return false;
    const std::string_view there =
        std::string_view(*text).substr(citation.start_byte, citation.end_byte - citation.start_byte);
    return there == citation.quote && sha256(there) == citation.sha256;
}

}  // namespace

bool citation_holds(const store::Store& store, const Citation& citation) {
    return holds_in(store.document_text(citation.document_id), citation);
}

std::size_t remove_broken_citations(const store::Store& store, std::vector<Citation>& citations) {
    std::optional<std::int64_t> loaded;
    std::optional<std::string> text;
    return std::erase_if(citations, [&](const Citation& citation) {
        if (loaded != citation.document_id) {
            text = store.document_text(citation.document_id);
            loaded = citation.document_id;
        }
        return !holds_in(text, citation);
    });
}

}  // namespace quarry::answer
