#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "core/base/cancel.h"
#include "core/document/document.h"

namespace quarry::extract {

/// How much one document may ask for. What is beyond is an error that names the limit.
struct ExtractLimits {
    std::uint64_t max_text_bytes = 500'000'000;        ///< Of the text that comes out; see also `for_source`.
    std::uint64_t max_inflated_bytes = 1'000'000'000;  ///< Of all that is unpacked from an archive, really inflated.
    std::uint64_t max_entries = 20'000;                ///< Of an archive.
    std::uint64_t max_ratio = 200;                     ///< Inflated to packed, beyond the first 10 MB.
    std::size_t max_depth = 200;                       ///< Of nested elements or archives.
    std::chrono::milliseconds max_time{30'000};        ///< Of the processor, for quarry's own work.
    std::chrono::milliseconds max_program_time{60'000};  ///< By the clock, for each helper program.
    std::uint64_t max_program_memory = 1'000'000'000;    ///< Resident, of a helper program and what it starts.

    /// These limits, with no more text than a document of so many bytes has for honest reasons: formats repeat names,
    /// paths and cells, but not the whole document a thousand times. `is_packed`: the bytes are compressed.
    [[nodiscard]] ExtractLimits for_source(std::uint64_t bytes, bool is_packed) const noexcept;
};

class Converter;

struct ExtractOptions {
    std::string_view name;  ///< The file's name, for a title when the text has none.
    ExtractLimits limits{};
    const Cancellation* cancel = nullptr;  ///< May be null. Long work throws Error(interrupted).
    /// What reads formats in a process that can do nothing else, for extractors that call others; null: this one does.
    Converter* converter = nullptr;
    /// The languages in which pages that are images are read, as tesseract names them: "eng+deu". Empty: they are not.
    std::string_view recognize = {};
};

/// In which process the bytes of a format are read (core/extract/converter.h).
enum class ReadIn {
    this_process,      ///< Text that stays as it is; and what starts other programs, which are confined themselves.
    confined_process,  ///< It needs nothing but the bytes.
    confined_process_with_libzip,
};

/// Turns the bytes of one kind of file into text with structure. Stateless; safe to share between threads.
class Extractor {
public:
    virtual ~Extractor() = default;

    /// Name in configuration: "markdown", "text".
    [[nodiscard]] virtual std::string_view name() const noexcept = 0;
    [[nodiscard]] virtual std::string_view media_type() const noexcept = 0;
    /// Lower-case file name endings without the dot.
    [[nodiscard]] virtual std::span<const std::string_view> extensions() const noexcept = 0;
    /// Whether the format's files are no text, so that bytes which look binary are to be expected.
    [[nodiscard]] virtual bool is_binary() const noexcept { return false; }
    /// Whether the text is another one than the file's, so that for a while both are in memory.
    [[nodiscard]] virtual bool is_converted() const noexcept { return true; }
    /// Where `Converter::convert` has the bytes read. `extract` itself reads them in the process that calls it.
    [[nodiscard]] virtual ReadIn read_in() const noexcept {
        return is_converted() ? ReadIn::confined_process : ReadIn::this_process;
    }
    /// The document in `bytes`. Throws Error(failed) when the bytes are not of this kind (invalid UTF-8 with its byte
    /// offset), or exceed a limit.
    [[nodiscard]] virtual document::Document extract(std::string bytes, const ExtractOptions& options) const = 0;
};

/// Every extractor of this binary.
[[nodiscard]] std::span<const std::unique_ptr<Extractor>> extractors();

/// The extractor for a file name by its ending (names without one: README, LICENSE, Makefile … are text), or null.
[[nodiscard]] const Extractor* find_extractor_for_file(std::string_view file_name);

/// The extractor for a script, by the "#!" line that it begins with, or null: for files whose names do not tell.
[[nodiscard]] const Extractor* find_extractor_for_script(std::string_view first_bytes);

/// Whether a name leaves open what the file is: it has no ending, or a number for one (ls.1, GPL-1.2).
[[nodiscard]] bool needs_content(std::string_view file_name);

/// The extractor for a file by its name; for a name that leaves it open, by what the first bytes are: a script, a page,
/// a PDF, JSON, a mail, a manual page … Null when neither tells.
[[nodiscard]] const Extractor* find_extractor(std::string_view file_name, std::string_view first_bytes);

/// The extractor with that name or media type; throws Error(usage) that lists the names.
[[nodiscard]] const Extractor& extractor_by_name(std::string_view name_or_media_type);

/// Whether the first bytes look binary: a NUL, or many control characters.
[[nodiscard]] bool looks_binary(std::string_view first_bytes) noexcept;

}  // namespace quarry::extract
