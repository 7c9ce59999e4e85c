// The documents of a base: listed, shown, removed, counted, checked.
#include "core/app/document_service.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <memory>
#include <optional>

#include "core/app/agent_service.h"
#include "core/app/collection_scope.h"
#include "core/app/knowledge_base.h"
#include "core/app/vector_index.h"
#include "core/app/vectors.h"
#include "core/base/error.h"
#include "core/base/text.h"
#include "core/ingest/embedding.h"
#include "core/ingest/walk.h"
#include "core/store/base_address.h"
#include "core/wire/display_uri.h"

namespace quarry::app {
namespace {

std::unique_ptr<store::Store> open_to_read(const Services& services) {
    return store::open_store(services.base_path, store::StoreMode::read);
}

std::unique_ptr<store::Store> open_to_write(const Services& services) {
    return open_to_write(services, store::StoreMode::write);
}

/// With the name that is nearest to what was typed, of those that are visible.
/// Of more names, those after so many in their order are not offered to who mistypes one.
constexpr std::size_t most_compared = 100'000;

Error not_there(const store::Store& store, const store::ChunkFilter& visible, const std::string& document,
                std::string_view hint) {
    const std::string name = std::filesystem::path(document).filename().string();
    const store::SourceMatcher matcher(visible);
    std::vector<std::string> two(2);  // the last component of the nearest so far, and of another one
    std::string whole;
    std::size_t compared = 0;
    store.for_each_source_name([&](const store::SourceName& source) {
        if (!matcher.holds_for_collection(source.collection)) return true;
        two[1] = source.uri.substr(source.uri.rfind('/') + 1);
        const std::optional<std::string> nearer = closest(name, two);
        if (nearer && *nearer != two[0]) {
            two[0] = *nearer;
            whole = source.uri;
        }
        return ++compared < most_compared;
    });
    return {ErrorCode::nothing_found, fmt::format("{} is not in the knowledge base", wire::display_uri(document)),
            whole.empty() ? std::string(hint) : fmt::format("did you mean {}? {}", wire::display_uri(whole), hint)};
}

store::Source named_source(const store::Store& store, const store::ChunkFilter& visible, const std::string& document) {
    if (std::optional<store::Source> source = find_source(store, visible, document)) return std::move(*source);
    throw not_there(store, visible, document, "quarry docs ls lists the documents");
}

/// Its document. Throws where it has none.
std::int64_t document_of(const store::Source& source) {
    if (source.document_id) return *source.document_id;
    throw Error(ErrorCode::nothing_found, fmt::format("{} has no text", wire::display_uri(source.uri)),
                "when it can be read, run quarry ingest again")
        .because(strip_terminal_controls(source.error));
}

/// Throws Error(usage) unless the range is within what there is.
void check_range(const char* what, std::size_t first, std::size_t last, std::size_t count) {
    if (const std::size_t most = std::max(first, last); most > count) {
        throw Error(ErrorCode::usage, fmt::format("there is no {} {}: the document has {}", what, most, count));
    }
    if (first > last) throw Error(ErrorCode::usage, fmt::format("{0} {1} comes before {0} {2}", what, last, first));
}

/// Whether `ingest` can read it another time.
bool is_still_there(const store::Source& source) {
    std::error_code unknown;
    return source.kind == store::SourceKind::url ||
           (source.kind == store::SourceKind::file && std::filesystem::exists(source.uri, unknown));
}

/// Adds what a name stands for: itself, or what is below it.
void add_named(const store::Store& store, const store::ChunkFilter& visible, const std::string& document,
               bool recursive, RemovedDocuments& what) {
    const std::string uri = source_uri(store, document);
    const store::SourceMatcher matcher(visible);
    std::size_t below = 0;
    bool any_again = false;
    const auto add = [&](const store::Source& source) {
        what.uris.push_back(source.uri);
        what.collections.push_back(source.collection);
        is_still_there(source) ? void(any_again = true) : what.lost.push_back(source.uri);
    };
    const std::size_t before = what.uris.size();
    store.for_each_source(uri, [&](const store::Source& source) {
        if (!matcher.holds_for_collection(source.collection)) return;
        if (source.uri == uri || recursive) add(source);
        if (source.uri != uri) ++below;
    });
    std::string root = uri;
    if (what.uris.size() == before && below == 0) {
        if (const std::optional<store::Source> source = find_source(store, visible, document)) {
            add(*source);
            root = source->uri;
        }
    }
    if (any_again) what.again.push_back(root);
    if (what.uris.size() > before) return;
    if (below > 0) {
        throw Error(
            ErrorCode::usage,
            fmt::format("{} is a folder with {} documents in the knowledge base", wire::display_uri(uri), below),
            "to remove them all, add --recursive");
    }
    throw not_there(store, visible, document, "nothing was removed; quarry docs ls lists the documents");
}

}  // namespace

store::ChunkFilter DocumentService::visible(const store::Store& store) const {
    store::ChunkFilter filter;
    filter.collections = readable_collections(store, collections_, services_.access);
    return filter;
}

void DocumentService::for_each(const std::string& folder,
                               const std::function<void(const store::Source&)>& visit) const {
    const std::unique_ptr<store::Store> store = open_to_read(services_);
    const store::ChunkFilter filter = visible(*store);
    const store::SourceMatcher matcher(filter);
    store->for_each_source(folder.empty() ? "" : ingest::absolute_path(folder), [&](const store::Source& source) {
        services_.cancel.check();
        if (matcher.holds_for_collection(source.collection)) visit(source);
    });
}

ShownDocument DocumentService::show(const std::string& document) const {
    const std::unique_ptr<store::Store> store = open_to_read(services_);
    ShownDocument shown{named_source(*store, visible(*store), document)};
    if (shown.source.document_id) shown.chunks = store->chunks_of(*shown.source.document_id);
    return shown;
}

store::Source DocumentService::read(const std::string& document,
                                    const std::function<void(std::string_view part)>& visit) const {
    const std::unique_ptr<store::Store> store = open_to_read(services_);
    store::Source source = named_source(*store, visible(*store), document);
    store->for_each_text_part(document_of(source), visit);
    return source;
}

std::vector<std::string> DocumentService::content_hashes(std::span<const std::string> documents) const {
    std::vector<std::string> hashes(documents.size());
    if (!store::base_exists(services_.base_path)) return hashes;
    const std::unique_ptr<store::Store> store = open_to_read(services_);
    const store::ChunkFilter filter = visible(*store);
    for (std::size_t i = 0; i < documents.size(); ++i) {
        try {
            if (const auto source = find_source(*store, filter, documents[i])) hashes[i] = source->content_hash;
        } catch (const Error& error) {
            if (error.code() != ErrorCode::usage) throw;
        }
    }
    return hashes;
}

wire::DocumentPart DocumentService::read_part(const std::string& document, const DocumentRange& range) const {
    const std::unique_ptr<store::Store> store = open_to_read(services_);
    wire::DocumentPart part{named_source(*store, visible(*store), document)};
    const std::optional<document::Document> whole = store->document(document_of(part.source));
    if (!whole) throw Error(ErrorCode::failed, "the document was removed meanwhile", "ask again");
    const std::string_view text = whole->text;
    const LineIndex index(text);
    part.lines = index.line_count();
    part.pages = whole->page_starts.size();
    if (range.first_page > 0 || range.last_page > 0) {
        if (part.pages == 0) throw Error(ErrorCode::usage, "the document has no pages", "ask for lines");
        const std::size_t first = std::max<std::size_t>(range.first_page, 1);
        const std::size_t last = range.last_page == 0 ? part.pages : range.last_page;
        check_range("page", first, last, part.pages);
        part.start_byte = whole->page_starts[first - 1];
        part.end_byte = last < part.pages ? whole->page_starts[last] : text.size();
    } else {
        const std::size_t first = std::max<std::size_t>(range.first_line, 1);
        const std::size_t last = range.last_line == 0 ? part.lines : std::min(range.last_line, part.lines);
        check_range("line", first, last, part.lines);
        part.start_byte = index.line_start(first);
        part.end_byte = last < part.lines ? index.line_start(last + 1) : text.size();
    }
    part.start_line = index.line_of(part.start_byte);
    if (std::size_t end = part.start_byte + range.max_bytes; range.max_bytes > 0 && part.end_byte > end) {
        const std::size_t line_start = index.line_start(index.line_of(end));
        if (line_start > part.start_byte) end = line_start;
        while ((static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U)
            --end;  // a line that is longer: whole characters
        part.end_byte = end;
        part.is_cut = true;
    }
    part.end_line = index.line_of(part.end_byte > part.start_byte ? part.end_byte - 1 : part.end_byte);
    part.text = text.substr(part.start_byte, part.end_byte - part.start_byte);
    return part;
}

RemovedDocuments DocumentService::remove(std::span<const std::string> documents, bool recursive,
                                         const RemovalConsent& consent) {
    const std::unique_ptr<store::Store> store = open_to_write(services_);
    RemovedDocuments result;
    store::ChunkFilter filter = visible(*store);
    filter.collections = names_in_both(filter.collections, services_.access.writable);
    for (const std::string& document : documents) {
        add_named(*store, filter, document, recursive, result);
    }
    for (std::vector<std::string>* names : {&result.uris, &result.again, &result.collections, &result.lost}) {
        std::ranges::sort(*names);
        names->erase(std::unique(names->begin(), names->end()), names->end());
    }
    if (consent && !consent(result)) return {};
    result.removed = store->remove(result.uris);
    if (result.removed > 0) update_vector_index(services_, *store);
    return result;
}

store::StoreStats DocumentService::stats() const {
    const std::unique_ptr<store::Store> store = open_to_read(services_);
    const store::ChunkFilter filter = visible(*store);
    return filter.collections ? store->collection_stats(*filter.collections) : store->stats();
}

Verification DocumentService::verify() {
    const std::unique_ptr<store::Store> store = open_to_read(services_);
    const std::unique_ptr<store::Store::Snapshot> snapshot = store->snapshot();  // others may write meanwhile
    Verification result;
    result.findings = store->verify([&](std::uint64_t done, std::uint64_t total) {
        services_.cancel.check();
        show_progress(services_, "checking chunks", done, total);
    });
    result.base_is_sound = !result.has_damage();
    const std::vector<store::VerifyFinding> of_index = verify_vector_index(services_, *store);
    result.index_is_sound = of_index.empty();
    result.findings.insert(result.findings.end(), of_index.begin(), of_index.end());
    // These say themselves what to do.
    const std::vector<store::VerifyFinding> of_tables = ingest::verify_builtin_tables(*store);
    result.findings.insert(result.findings.end(), of_tables.begin(), of_tables.end());
    services_.notices.progress("");
    return result;
}

CompactedBase DocumentService::compact() {
    const std::unique_ptr<store::Store> store = open_to_write(services_);
    const auto use = [&] { return wire::DiskUse{store->stats().file_bytes, store->index_bytes()}; };
    CompactedBase result{use(), {}};
    collect_agents(services_);
    store->purge();
    update_vector_index(services_, *store, true);
    result.after = use();
    return result;
}

}  // namespace quarry::app
