#pragma once

#include <fmt/format.h>

#include <array>
#include <string>

#include "core/document/document.h"

namespace quarry::test {

/// A document with all its structure as text for people to read: what goldens hold.
inline std::string dump_document(const document::Document& document) {
    constexpr std::array kinds = {"paragraph", "heading",      "list", "table", "code",
                                  "quote",     "front matter", "html", "record"};
    std::string dump =
        fmt::format("type: {}\ntitle: {}\nlanguage: {}\n", document.media_type, document.title, document.language);
    for (const auto& [key, value] : document.metadata) dump += fmt::format("{}: {}\n", key, value);
    for (const auto& [kind, count] : document.removed) dump += fmt::format("removed: {} x {}\n", count, kind);
    std::size_t page = 0;
    for (const document::Block& block : document.blocks) {
        while (page < document.page_starts.size() && document.page_starts[page] <= block.start) {
            dump += fmt::format("\n======== page {}\n", ++page);
        }
        const std::string level = block.level > 0 ? fmt::format(" {}", block.level) : std::string();
        const std::string label = block.label.empty() ? std::string() : fmt::format(" \"{}\"", block.label);
        dump += fmt::format("\n---- {}{}{}\n{}\n", kinds.at(static_cast<std::size_t>(block.kind)), level, label,
                            document.text.substr(block.start, block.end - block.start));
    }
    for (; page < document.page_starts.size(); ++page) dump += fmt::format("\n======== page {}, empty\n", page + 1);
    return dump;
}

}  // namespace quarry::test
