#include "core/ingest/redaction.h"

#include <utility>

#include "core/base/text.h"

namespace quarry::ingest {
namespace {

/// Stands before a fingerprint while the base is being brought to it: no fingerprint begins so.
constexpr std::string_view unfinished_redaction = "unfinished ";
constexpr std::uint64_t redaction_batch_bytes = 8'000'000;

/// The kinds in a fingerprint: what follows its last space, separated by commas.
std::vector<std::string> redacted_kinds(std::string_view fingerprint) {
    std::vector<std::string> kinds;
    const std::size_t space = fingerprint.rfind(' ');
    if (space == std::string_view::npos) return kinds;
    for (const std::string_view kind : split(fingerprint.substr(space + 1), ',')) kinds.emplace_back(kind);
    return kinds;
}

std::string fingerprint_of(const redact::Redactor* redactor) {
    return redactor != nullptr ? redactor->fingerprint() : "";
}

/// The source with its document redacted; nothing when there is nothing to take out.
std::optional<store::PreparedSource> redacted_source(const store::Store& store, const redact::Redactor& redactor,
                                                     const store::Source& source, const chunk::ChunkOptions& chunking,
                                                     const Cancellation& cancellation) {
    store::PreparedSource prepared;
    prepared.source = source;
    redact::RedactionCounts counts;
    prepared.source.metadata_json = redactor.redact_json(source.metadata_json, counts);
    prepared.source.error = redactor.redact(source.error, counts);
    bool changed = !counts.empty();
    if (source.document_id) {
        prepared.document = store.document(*source.document_id);
        if (!prepared.document) return std::nullopt;
        redactor.redact(*prepared.document);
        changed = changed || !prepared.document->removed.empty();
        if (changed) prepared.chunks = chunk::chunk_document(*prepared.document, chunking, cancellation);
    }
    if (!changed) return std::nullopt;
    return prepared;
}

}  // namespace

std::optional<redact::Redactor> redactor_for(const store::Store* store, const IngestOptions& options) {
    std::vector<std::string> kinds;
    if (options.redact) {
        kinds = *options.redact;
    } else if (store != nullptr) {
        kinds = redacted_kinds(store->setting(store::setting::redaction).value_or(""));
    }
    if (kinds.empty()) return std::nullopt;
    return std::optional<redact::Redactor>(std::in_place, kinds);
}

bool is_redacted_otherwise(const store::Store& store, const redact::Redactor* redactor) {
    return store.setting(store::setting::redaction).value_or("") != fingerprint_of(redactor);
}

std::uint64_t redact_base(store::Store& store, const redact::Redactor* redactor, const chunk::ChunkOptions& chunking,
                          const Cancellation& cancellation,
                          const std::function<void(std::uint64_t, std::uint64_t)>& progress) {
    const std::string fingerprint = fingerprint_of(redactor);
    std::vector<std::string> uris;
    store.for_each_source("", [&](const store::Source& source) { uris.push_back(source.uri); });
    std::uint64_t changed = 0;
    if (redactor != nullptr && !uris.empty()) {
        store.set_setting(store::setting::redaction, std::string(unfinished_redaction) + fingerprint);
        std::vector<store::PreparedSource> batch;
        std::uint64_t bytes = 0;
        const auto store_batch = [&] {
            if (!batch.empty()) store.put(batch);
            batch.clear();
            bytes = 0;
        };
        for (std::size_t i = 0; i < uris.size(); ++i) {
            cancellation.check();
            const std::optional<store::Source> source = store.source(uris[i]);
            if (!source) continue;
            std::optional<store::PreparedSource> redacted =
                redacted_source(store, *redactor, *source, chunking, cancellation);
            if (redacted) {
                ++changed;
                bytes += redacted->document ? redacted->document->text.size() : 0;
                batch.push_back(std::move(*redacted));
            }
            if (bytes >= redaction_batch_bytes) store_batch();
            if (progress) progress(i + 1, uris.size());
        }
        store_batch();
    }
    if (!uris.empty()) store.forget_stamps();
    if (changed > 0) store.purge();
    store.set_setting(store::setting::redaction, fingerprint);
    return changed;
}

}  // namespace quarry::ingest
