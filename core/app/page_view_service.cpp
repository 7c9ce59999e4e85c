// Pages of PDF documents as they look.
#include "core/app/page_view_service.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string_view>
#include <system_error>
#include <utility>

#include "core/app/collection_scope.h"
#include "core/app/knowledge_base.h"
#include "core/base/error.h"
#include "core/base/hash.h"
#include "core/document/document.h"
#include "core/store/store.h"

namespace quarry::app {
namespace {

constexpr std::string_view pdf = "application/pdf";

store::Source visible_source(const store::Store& store, const Services& services, const std::string& document) {
    store::ChunkFilter visible;
    narrow(visible, store, services.access);
    auto source = find_source(store, visible, document);
    if (!source || !source->document_id) throw Error(ErrorCode::nothing_found, "there is no such document with a text");
    return std::move(*source);
}

/// A document's file, or why it is not to be had.
struct PdfFile {
    std::string bytes{}, from{}, reason{};
};

std::string uploaded_bytes(store::OriginalRepository& originals, const store::Original& original) {
    std::string bytes;
    bytes.reserve(static_cast<std::size_t>(original.bytes));
    for (std::uint64_t number = 0; bytes.size() < original.bytes; ++number) {
        const auto part = originals.part(original.hash, number);
        if (!part || part->empty()) return {};
        bytes += *part;
    }
    return bytes;
}

PdfFile file_on_disk(const store::Source& source, std::uint64_t most) {
    std::error_code unknown;
    const std::uintmax_t size = std::filesystem::file_size(source.uri, unknown);
    if (unknown || size > most) return {.reason = "its file is not where it was read from any more"};
    std::ifstream in(source.uri, std::ios::binary);
    std::string bytes(static_cast<std::size_t>(size), '\0');
    in.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    if (!in || content_hash(bytes) != source.content_hash) {
        return {.reason = "its file was changed since it was read; quarry ingest reads it again"};
    }
    return {std::move(bytes), "file", {}};
}

PdfFile file_of(const Services& services, const store::Source& source) {
    if (source.media_type != pdf) return {.reason = "only pages of PDF files can be shown"};
    const auto originals = store::open_originals(services.base_path, store::StoreMode::read);
    const auto most = static_cast<std::uint64_t>(services.config.integer("ingest.max_file_bytes"));
    if (const auto original = originals->of_source(source.id); original && original->bytes <= most) {
        std::string bytes = uploaded_bytes(*originals, *original);
        if (!bytes.empty()) return {std::move(bytes), "upload", {}};
    }
    if (source.kind == store::SourceKind::file) return file_on_disk(source, most);
    return {.reason = "its file is not kept in the knowledge base"};
}

/// Where a span is, page by page.
std::vector<PageView::Place> places_of(const document::Document& document, const std::string& bytes, std::size_t start,
                                       std::size_t end, const extract::ExtractOptions& options) {
    const std::vector<std::size_t>& starts = document.page_starts;
    const std::string_view text = document.text;
    std::vector<PageView::Place> places;
    auto page = static_cast<std::size_t>(std::ranges::upper_bound(starts, start) - starts.begin());
    for (page = std::max<std::size_t>(page, 1); places.size() < PageViewService::most_places && page <= starts.size();
         ++page) {
        const std::size_t begin = std::max(start, starts[page - 1]);
        if (begin >= end) break;
        const std::size_t page_end = std::min(end, page < starts.size() ? starts[page] : text.size());
        places.push_back({page, extract::find_on_pdf_page(bytes, page, text.substr(begin, page_end - begin), options)});
    }
    return places;
}

}  // namespace

PageView PageViewService::find(const std::string& document, std::size_t start_byte, std::size_t end_byte) const {
    const auto store = store::open_store(services_.base_path, store::StoreMode::read);
    const store::Source source = visible_source(*store, services_, document);
    const auto whole = store->document(*source.document_id);
    if (!whole) throw Error(ErrorCode::nothing_found, "the document was removed meanwhile");
    if (start_byte >= end_byte || end_byte > whole->text.size()) {
        throw Error(ErrorCode::usage, "the document has no such span");
    }
    PageView view{.pages = whole->page_starts.size()};
    const PdfFile file = view.pages == 0 ? PdfFile{.reason = "it has no pages"} : file_of(services_, source);
    view.from = file.from;
    view.reason = file.reason;
    if (file.from.empty()) return view;
    try {
        view.places =
            places_of(*whole, file.bytes, start_byte, end_byte, {.name = source.uri, .cancel = &services_.cancel});
    } catch (const Error& error) {
        if (error.code() != ErrorCode::failed) throw;
        view.from.clear();
        view.reason = "poppler's pdftotext is not installed or cannot read the file";
    }
    return view;
}

std::string PageViewService::draw(const std::string& document, std::size_t page, int width) const {
    const auto store = store::open_store(services_.base_path, store::StoreMode::read);
    const store::Source source = visible_source(*store, services_, document);
    const PdfFile file = file_of(services_, source);
    if (file.from.empty()) throw Error(ErrorCode::nothing_found, "the page cannot be shown: " + file.reason);
    try {
        return extract::draw_pdf_page(file.bytes, page, width, {.name = source.uri, .cancel = &services_.cancel});
    } catch (const Error& error) {
        if (error.code() != ErrorCode::failed) throw;
        throw Error(ErrorCode::nothing_found, "there is no such page, or poppler's pdftoppm cannot draw it");
    }
}

}  // namespace quarry::app
