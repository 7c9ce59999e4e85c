#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/store/store.h"

namespace quarry::answer {

/// A passage of a document that an answer rests on, exact to the byte and checkable.
struct Citation {
    std::size_t number = 0;  ///< The n of [n] in the answer. Several quotes of one source share it.
    std::int64_t document_id = 0;
    std::string uri;
    std::string title;
    std::string language{};  ///< ISO 639-1 of the document; empty when unknown, and in a record that was read.
    std::vector<std::string> heading_path;
    std::size_t start_byte = 0;  ///< Into the document's text.
    std::size_t end_byte = 0;
    std::size_t start_line = 1;  ///< 1-based.
    std::size_t end_line = 1;
    std::size_t page = 0;  ///< 1-based, of the first byte; 0 in a text without pages.
    std::string quote;    ///< `document.text[start_byte, end_byte)`, exactly.
    std::string shown;    ///< The quote as people read it, without marks of Markdown; empty in a record that was read.
    std::string markdown{};  ///< Of an excerpt, the same as Markdown, with code in fences and tables whole; else empty.
    std::string sha256;   ///< Of the quote.
    /// Share of the terms of the sentence that cites which the quote has too, 0 to 1; 1 for a quoted sentence.
    double overlap = 1;
};

/// Whether the store still holds the quote where the citation says, unchanged.
[[nodiscard]] bool citation_holds(const store::Store& store, const Citation& citation);

/// Takes out the citations that do not hold; returns how many those were. Reads each document once when citations
/// of one document stand together.
[[nodiscard]] std::size_t remove_broken_citations(const store::Store& store, std::vector<Citation>& citations);

}  // namespace quarry::answer
