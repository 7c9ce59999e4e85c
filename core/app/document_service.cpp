// The documents of a base: listed, shown, removed, counted, checked.
#include "core/app/document_service.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <optional>

#include "core/app/knowledge_base.h"
#include "core/app/vector_index.h"
#include "core/app/vectors.h"
#include "core/base/error.h"
#include "core/base/text.h"
#include "core/ingest/embedding.h"
#include "core/ingest/walk.h"
#include "core/wire/display_uri.h"

namespace quarry::app {
namespace {

std::unique_ptr<store::Store> open_to_read(const Services& services) {
    return store::open_store(services.base_path, store::StoreMode::read);
}

std::unique_ptr<store::Store> open_to_write(const Services& services) {
    return store::open_store(services.base_path, store::StoreMode::write);
}

store::Source named_source(const store::Store& store, const std::string& document) {
    std::optional<store::Source> source = store.source(source_uri(store, document));
    if (source) return std::move(*source);
    throw Error(ErrorCode::nothing_found, fmt::format("{} is not in the knowledge base", wire::display_uri(document)),
                "quarry docs ls lists what is");
}

/// The URIs that a name stands for: its own, or those below it.
std::vector<std::string> named_uris(const store::Store& store, const std::string& document, bool recursive) {
    const std::string uri = source_uri(store, document);
    std::vector<std::string> found;
    std::size_t below = 0;
    store.for_each_source(uri, [&](const store::Source& source) {
        if (source.uri == uri || recursive) found.push_back(source.uri);
        if (source.uri != uri) ++below;
    });
    if (!found.empty()) return found;
    if (below > 0) {
        throw Error(
            ErrorCode::usage,
            fmt::format("{} is a folder with {} documents in the knowledge base", wire::display_uri(uri), below),
            "to remove them all, add --recursive");
    }
    throw Error(ErrorCode::nothing_found, fmt::format("{} is not in the knowledge base", wire::display_uri(document)),
                "nothing was removed; quarry docs ls lists what is there");
}

}  // namespace

void DocumentService::for_each(const std::string& folder,
                               const std::function<void(const store::Source&)>& visit) const {
    open_to_read(services_)->for_each_source(folder.empty() ? "" : ingest::absolute_path(folder),
                                             [&](const store::Source& source) {
                                                 services_.cancel.check();
                                                 visit(source);
                                             });
}

ShownDocument DocumentService::show(const std::string& document) const {
    const std::unique_ptr<store::Store> store = open_to_read(services_);
    ShownDocument shown{named_source(*store, document)};
    if (shown.source.document_id) shown.chunks = store->chunks_of(*shown.source.document_id);
    return shown;
}

store::Source DocumentService::read(const std::string& document,
                                    const std::function<void(std::string_view part)>& visit) const {
    const std::unique_ptr<store::Store> store = open_to_read(services_);
    store::Source source = named_source(*store, document);
    if (!source.document_id) {
        throw Error(ErrorCode::nothing_found, fmt::format("{} has no text", wire::display_uri(source.uri)),
                    "when it can be read, run quarry ingest again")
            .because(strip_terminal_controls(source.error));
    }
    store->for_each_text_part(*source.document_id, visit);
    return source;
}

RemovedDocuments DocumentService::remove(std::span<const std::string> documents, bool recursive) {
    const std::unique_ptr<store::Store> store = open_to_write(services_);
    RemovedDocuments result;
    for (const std::string& document : documents) {
        const std::vector<std::string> found = named_uris(*store, document, recursive);
        result.uris.insert(result.uris.end(), found.begin(), found.end());
    }
    std::ranges::sort(result.uris);
    result.uris.erase(std::unique(result.uris.begin(), result.uris.end()), result.uris.end());
    result.removed = store->remove(result.uris);
    if (result.removed > 0) update_vector_index(services_, *store);
    return result;
}

store::StoreStats DocumentService::stats() const { return open_to_read(services_)->stats(); }

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
    store->purge();
    update_vector_index(services_, *store, true);
    result.after = use();
    return result;
}

}  // namespace quarry::app
