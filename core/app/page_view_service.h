#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "core/app/services.h"
#include "core/extract/office/pdf_view.h"

namespace quarry::app {

/// Where a span of a document's text is on its pages.
struct PageView {
    struct Place {
        std::size_t page = 0;  ///< From 1.
        extract::PdfPlaces on_page{};
    };
    std::size_t pages = 0;        ///< Of the document.
    std::string from{};           ///< "upload" or "file": what its pages are drawn from; empty where they cannot be.
    std::string reason{};         ///< Why they cannot, for people; empty where they can.
    std::vector<Place> places{};  ///< In their order, `most_places` at most.
};

/// Pages of PDF documents as they look: drawn from the file that was uploaded, or from the one that was read when it
/// still has the same content. One thread at a time.
class PageViewService {
public:
    static constexpr std::size_t most_places = 4;

    explicit PageViewService(Services& services) : services_(services) {}

    /// Throws Error: nothing_found for a document that is not there or has no text, usage for a span that is none.
    [[nodiscard]] PageView find(const std::string& document, std::size_t start_byte, std::size_t end_byte) const;

    /// A page as PNG. Throws Error: nothing_found where there is no such document or page, or its file is not kept.
    [[nodiscard]] std::string draw(const std::string& document, std::size_t page, int width) const;

private:
    Services& services_;
};

}  // namespace quarry::app
