#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "core/base/document.h"

namespace quarry {

/// Turns the bytes of one kind of file into text with structure. Stateless; safe to share between threads.
class Extractor {
public:
    virtual ~Extractor() = default;

    /// Name in configuration: "markdown", "text".
    [[nodiscard]] virtual std::string_view name() const noexcept = 0;
    [[nodiscard]] virtual std::string_view media_type() const noexcept = 0;
    /// Lower-case file name endings without the dot.
    [[nodiscard]] virtual std::span<const std::string_view> extensions() const noexcept = 0;
    /// The document in `bytes`. `name` is the file's name, for a title when the text has none.
    /// Throws Error(failed) when the bytes are not of this kind (invalid UTF-8 with its byte offset).
    [[nodiscard]] virtual Document extract(std::string bytes, std::string_view name) const = 0;
};

/// Every extractor of this binary.
[[nodiscard]] std::span<const std::unique_ptr<Extractor>> extractors();

/// The extractor for a file name by its ending (names without one: README, LICENSE, Makefile … are text), or null.
[[nodiscard]] const Extractor* find_extractor_for_file(std::string_view file_name);

/// The extractor with that name or media type; throws Error(usage) that lists the names.
[[nodiscard]] const Extractor& extractor_by_name(std::string_view name_or_media_type);

/// Whether the first bytes look binary: a NUL, or many control characters.
[[nodiscard]] bool looks_binary(std::string_view first_bytes) noexcept;

}  // namespace quarry
