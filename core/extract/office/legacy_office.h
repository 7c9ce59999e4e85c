#pragma once

#include <array>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/extract/extractor.h"

namespace quarry::extract {

/// A binary format of Microsoft Office from before 2007, and the programs that read it.
struct LegacyFormat {
    std::string_view name;  ///< "doc", which is its ending too.
    std::string_view media_type;
    std::string_view kind;  ///< For messages.
    std::array<std::string_view, 3> extensions;
    /// What LibreOffice makes of it, which keeps headings, lists, tables and sheets; empty where it makes nothing.
    std::string_view office_format;
    bool prefers_libreoffice;  ///< Small programs lose too much: hidden sheets, dates.
    /// Small programs, by their arguments before the file, in order of preference: they write text of the type `output`
    /// to their standard output.
    std::vector<std::vector<std::string>> readers;
    std::string_view output;
    std::string_view package;  ///< Of Debian, with what reads it best.
};
[[nodiscard]] std::span<const LegacyFormat> legacy_formats();

/// Files in such a format (.doc, .xls, .ppt, .msg), through the first of its programs that is installed, in a limited
/// process of its own. Files that have the ending, but are in another format that quarry reads (RTF, HTML, DOCX), are
/// read as that.
class LegacyOfficeExtractor final : public Extractor {
public:
    /// `format` must outlive it.
    explicit LegacyOfficeExtractor(const LegacyFormat& format) : format_(format) {}

    [[nodiscard]] std::string_view name() const noexcept override;
    [[nodiscard]] std::string_view media_type() const noexcept override;
    [[nodiscard]] std::span<const std::string_view> extensions() const noexcept override;
    [[nodiscard]] bool is_binary() const noexcept override { return true; }
    [[nodiscard]] ReadIn read_in() const noexcept override { return ReadIn::this_process; }
    /// Also throws Error(failed), with the command that installs one, when no program for it is there.
    [[nodiscard]] document::Document extract(std::string bytes, const ExtractOptions& options) const override;

private:
    const LegacyFormat& format_;
};

}  // namespace quarry::extract
