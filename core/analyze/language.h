#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "core/document/document.h"

namespace quarry::analyze {

/// The language of a text as ISO 639-1 ("de"), by its script and its function words ("der", "und"); "" when that does
/// not tell, as of a few words, of a table of numbers, or of two languages mixed. A pure function of its beginning: of
/// more than `language_sample_bytes` nothing is read, and mostly of less.
[[nodiscard]] std::string_view detect_language(std::string_view text);
inline constexpr std::size_t language_sample_bytes = 4096;

/// The language whose rules make the terms of a text in `language`: itself where there is a stemmer for it or its
/// accents tell words apart, else "en", by whose rules all is stemmed that is not known better.
[[nodiscard]] std::string_view stemming_language(std::string_view language) noexcept;

/// Whether words of the language differ in nothing but accents more often than not (Vietnamese: ma, má, mà, mả, mã,
/// mạ), so that they are also compared with them.
[[nodiscard]] bool accents_tell_words_apart(std::string_view language) noexcept;

/// Whether the case-folded, composed text has a letter that only Vietnamese has.
[[nodiscard]] bool has_vietnamese_letter(std::string_view folded) noexcept;

/// Whether words of the language are written in Latin letters. Those within a text in another script are English more
/// often than not.
[[nodiscard]] bool is_written_in_latin(std::string_view language) noexcept;

/// What a document's language is taken to be. `wanted` is a code that all documents are in; or "auto": what the
/// document says of itself, else, unless it is source code, what its words say. "" when that says nothing.
[[nodiscard]] std::string document_language(const document::Document& document, std::string_view wanted);
inline constexpr std::string_view automatic_language = "auto";

}  // namespace quarry::analyze
