#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <vector>

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/extract/code_extractor.h"
#include "core/extract/extractor.h"
#include "core/extract/file_ending.h"
#include "core/extract/markdown_extractor.h"
#include "core/extract/markup/man.h"
#include "core/extract/office/office_extractors.h"
#include "core/extract/sniff.h"
#include "core/extract/text_extractor.h"
#include "core/extract/text_formats.h"

namespace quarry::extract {
namespace {

/// Files that by custom have no ending and hold plain text, in lower case.
constexpr auto plain_text_names = std::to_array<std::string_view>(
    {"readme", "license", "licence", "copying",     "copyright", "changelog", "changes", "news",
     "todo",   "authors", "credits", "thanks",      "notice",    "install",   "history", "contributors",
     "faq",    "bugs",    "hacking", "maintainers", "release",   "version"});

template <typename Range>
bool contains(const Range& range, std::string_view value) {
    return std::find(range.begin(), range.end(), value) != range.end();
}

}  // namespace

std::span<const std::unique_ptr<Extractor>> extractors() {
    // Made once and never changed. One line an extractor.
    static const std::vector<std::unique_ptr<Extractor>> all = [] {
        std::vector<std::unique_ptr<Extractor>> made;
        made.push_back(std::make_unique<MarkdownExtractor>());
        made.push_back(std::make_unique<TextExtractor>());
        for (const TextFormat& format : text_formats()) made.push_back(std::make_unique<FormatExtractor>(format));
        add_office_extractors(made);
        for (const document::SourceLanguage& language : document::source_languages()) {
            made.push_back(std::make_unique<CodeExtractor>(language));
        }
        return made;
    }();
    return all;
}

const Extractor* find_extractor_for_file(std::string_view file_name) {
    const std::string_view name = file_part(file_name);
    if (name.find('.') != std::string_view::npos) {
        const std::string extension = file_ending(name);
        for (const auto& extractor : extractors()) {
            if (contains(extractor->extensions(), extension)) return extractor.get();
        }
        return nullptr;
    }
    const bool is_plain = contains(plain_text_names, ascii_lower(name)) || is_written_in_lines(name);
    return is_plain ? &extractor_by_name("text") : nullptr;
}

const Extractor* find_extractor_for_script(std::string_view first_bytes) {
    const document::SourceLanguage* language = document::source_language_of_script(first_bytes);
    return language == nullptr ? nullptr : &extractor_by_name(language->name);
}

bool needs_content(std::string_view file_name) {
    const std::string_view name = file_part(file_name);
    if (name.find('.') == std::string_view::npos) return true;
    const std::string ending = file_ending(name);
    return ending.size() == 1 && ending.front() >= '1' && ending.front() <= '9';
}

const Extractor* find_extractor(std::string_view file_name, std::string_view first_bytes) {
    if (const Extractor* by_name = find_extractor_for_file(file_name)) {
        const bool is_section = by_name->name() == "man" && needs_content(file_name);
        return is_section && !is_manual_page(first_bytes) ? &extractor_by_name("text") : by_name;
    }
    // An ending that nobody knows says what the file is not.
    if (file_part(file_name).find('.') != std::string_view::npos) return nullptr;
    if (const Extractor* script = find_extractor_for_script(first_bytes)) return script;
    const std::string_view type = sniff_media_type(first_bytes);
    for (const auto& extractor : extractors()) {
        if (!type.empty() && extractor->media_type() == type) return extractor.get();
    }
    return nullptr;
}

const Extractor& extractor_by_name(std::string_view name_or_media_type) {
    std::vector<std::string> names;
    for (const auto& extractor : extractors()) {
        if (extractor->name() == name_or_media_type || extractor->media_type() == name_or_media_type) return *extractor;
        names.emplace_back(extractor->name());
    }
    const std::optional<std::string> meant = closest(name_or_media_type, names);
    std::erase_if(names, [](const std::string& name) {
        return std::any_of(document::source_languages().begin(), document::source_languages().end(),
                           [&](const document::SourceLanguage& language) { return language.name == name; });
    });
    const std::string choice =
        fmt::format("choose one of: {}; or a programming language, such as python", fmt::join(names, ", "));
    throw Error(ErrorCode::usage,
                fmt::format("unknown document type \"{}\"", one_line(strip_terminal_controls(name_or_media_type), 60)),
                meant ? fmt::format("did you mean {}? ({})", *meant, choice) : choice);
}

bool looks_binary(std::string_view first_bytes) noexcept {
    if (first_bytes.starts_with("\xFF\xFE") || first_bytes.starts_with("\xFE\xFF")) return false;  // UTF-16 with mark
    std::size_t controls = 0;
    for (const char c : first_bytes) {
        if (c == '\0') return true;
        const auto byte = static_cast<unsigned char>(c);
        // Backspace and escape are found in formatted manuals and in logs with colours.
        if (byte < ' ' && !(byte >= '\b' && byte <= '\r') && byte != 0x1B) ++controls;
    }
    return controls * 20 > first_bytes.size();
}

}  // namespace quarry::extract
