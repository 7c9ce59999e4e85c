#include "core/extract/office/legacy_office.h"

#include <fmt/format.h>

#include <array>
#include <cerrno>
#include <filesystem>
#include <optional>
#include <utility>
#include <vector>

#include "core/base/file.h"
#include "core/base/subprocess.h"
#include "core/base/text.h"
#include "core/extract/converter.h"
#include "core/extract/office/budget.h"
#include "core/extract/sniff.h"

namespace quarry::extract {

namespace {

/// Signature of OLE compound files, which all of these formats are in.
constexpr std::string_view ole_file = "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1";

const std::array<LegacyFormat, 4>& all_legacy_formats() {
    static const std::array<LegacyFormat, 4> all = {{
        {"doc",
         "application/msword",
         "Word document",
         {"doc"},
         "docx",
         false,
         {{"antiword", "-w", "0", "-m", "UTF-8.txt"}, {"catdoc", "-w", "-d", "utf-8"}},
         "text",
         "antiword"},
        {"xls",
         "application/vnd.ms-excel",
         "Excel workbook",
         {"xls", "xlt"},
         "xlsx",
         true,
         {{"xls2csv", "-d", "utf-8", "-q", "2"}},
         "csv",
         "libreoffice-calc-nogui"},
        {"ppt",
         "application/vnd.ms-powerpoint",
         "PowerPoint presentation",
         {"ppt", "pps"},
         "pptx",
         true,
         {{"catppt", "-d", "utf-8"}},
         "text",
         "libreoffice-impress-nogui"},
        {"msg",
         "application/vnd.ms-outlook",
         "Outlook message",
         {"msg"},
         "",
         false,
         {{"msgconvert", "--outfile", "-"}},
         "mail",
         "libemail-outlook-message-perl"},
    }};
    return all;
}

bool is_missing(const SubprocessResult& result) {
    return result.ending == SubprocessResult::Ending::not_started && result.status == ENOENT;
}

SubprocessOptions reader_limits(const ExtractLimits& limits) {
    return {.max_time = limits.max_program_time,
            .max_output_bytes = limits.max_text_bytes,
            .max_file_bytes = limits.max_inflated_bytes,
            .resident_bytes = limits.max_program_memory};
}

/// One file in one of the formats.
class LegacyReader {
public:
    LegacyReader(const LegacyFormat& format, const ExtractOptions& options)
        : format_(format), options_(options), budget_(format.kind, options) {}

    document::Document read(std::string bytes) {
        if (!bytes.starts_with(ole_file)) return read_as_what_it_is(std::move(bytes));
        const TemporaryDirectory folder;
        const std::string input = (folder.path() / fmt::format("input.{}", format_.name)).string();
        write_file_atomically(input, bytes);
        std::string().swap(bytes);
        std::optional<document::Document> document;
        if (format_.prefers_libreoffice) document = read_by_libreoffice(folder.path(), input);
        for (const std::vector<std::string>& reader : format_.readers) {
            if (!document) document = read_by(reader, folder.path(), input);
        }
        if (!document && !format_.prefers_libreoffice) document = read_by_libreoffice(folder.path(), input);
        if (document) return std::move(*document);
        throw budget_.refusal("no program that reads this format is installed",
                              fmt::format("apt install --no-install-recommends {}", format_.package));
    }

private:
    /// Programs write RTF, HTML and the formats of today under the old endings.
    document::Document read_as_what_it_is(std::string bytes) {
        const std::string_view type = sniff_media_type(std::string_view(bytes).substr(0, sniffed));
        if (type.empty()) {
            throw budget_.refusal("it is not a file of Microsoft Office", "check its file extension");
        }
        return convert(extractor_by_name(type), std::move(bytes), options_);
    }

    /// By a small program, confined to a folder that holds the file; nothing when it is not installed.
    std::optional<document::Document> read_by(const std::vector<std::string>& reader,
                                              const std::filesystem::path& folder, const std::string& input) const {
        std::vector<std::string> command = reader;
        command.push_back(input);
        SubprocessOptions limits = reader_limits(options_.limits);
        limits.server_folder = folder.string();
        SubprocessResult result = run_subprocess(command, {}, limits, options_.cancel);
        if (is_missing(result)) return std::nullopt;
        require_success(result, reader.front());
        return convert(extractor_by_name(format_.output), std::move(result.output), options_);
    }

    /// Nothing when it is not installed. It listens on a socket in /tmp and starts parts of itself, so it is held to
    /// its limits and to settings of its own, but it is not confined.
    std::optional<document::Document> read_by_libreoffice(const std::filesystem::path& folder,
                                                          const std::string& input) const {
        if (format_.office_format.empty()) return std::nullopt;
        const std::vector<std::string> command = {"soffice",
                                                  "--headless",
                                                  "--norestore",
                                                  "--convert-to",
                                                  std::string(format_.office_format),
                                                  "--outdir",
                                                  folder.string(),
                                                  "-env:UserInstallation=file://" + (folder / "settings").string(),
                                                  input};
        const SubprocessResult result = run_subprocess(command, {}, reader_limits(options_.limits), options_.cancel);
        if (is_missing(result)) return std::nullopt;
        require_success(result, "LibreOffice");
        const std::filesystem::path output = folder / fmt::format("input.{}", format_.office_format);
        std::error_code unknown;
        if (!std::filesystem::exists(output, unknown)) {
            throw budget_.refusal("LibreOffice made nothing of it", "the file may be damaged");
        }
        return convert(extractor_by_name(format_.office_format),
                       read_file(output.string(), options_.limits.max_inflated_bytes), options_);
    }

    void require_success(const SubprocessResult& result, const std::string& program) const {
        if (result.succeeded()) return;
        throw budget_.refusal(fmt::format("{} could not read it: {}", program, subprocess_cause(result)),
                              "open it in an office program and save it in a current format");
    }

    static constexpr std::size_t sniffed = 8000;

    const LegacyFormat& format_;
    const ExtractOptions& options_;
    ExtractBudget budget_;
};

}  // namespace

std::span<const LegacyFormat> legacy_formats() { return all_legacy_formats(); }

std::string_view LegacyOfficeExtractor::name() const noexcept { return format_.name; }

std::string_view LegacyOfficeExtractor::media_type() const noexcept { return format_.media_type; }

std::span<const std::string_view> LegacyOfficeExtractor::extensions() const noexcept {
    std::size_t count = 0;
    while (count < format_.extensions.size() && !format_.extensions[count].empty()) ++count;
    return std::span(format_.extensions).first(count);
}

document::Document LegacyOfficeExtractor::extract(std::string bytes, const ExtractOptions& options) const {
    document::Document document = LegacyReader(format_, options).read(std::move(bytes));
    document.media_type = media_type();
    return document;
}

}  // namespace quarry::extract
