// Brings a base's vectors up to date, so that a kill at any moment leaves a base that searches well.

#include "core/ingest/embedding.h"

#include <fmt/format.h>

#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/error.h"

namespace quarry {
namespace {

constexpr std::uint64_t growth_for_refit = 2;

/// The table that searches use, when it is a built-in one that this binary can read.
std::optional<BuiltinEmbedder> table_in_use(const Store& store) {
    const std::optional<std::string> fingerprint = store.setting(setting::embedder);
    if (!fingerprint || fingerprint->empty()) return std::nullopt;
    std::optional<std::string> bytes = store.model(*fingerprint);
    if (!bytes) return std::nullopt;
    try {
        BuiltinEmbedder embedder(std::move(*bytes));
        if (embedder.fingerprint() == *fingerprint) return embedder;
    } catch (const Error&) {
        // Damaged, or of an older version: the fit makes another.
    }
    return std::nullopt;
}

bool needs_fit(const Store& store, const std::optional<BuiltinEmbedder>& table, std::uint64_t chunks) {
    if (!table) return true;
    return chunks >= growth_for_refit * table->fitted_chunks() ||
           2 * store.unembedded_count(table->fingerprint()) >= chunks;
}

BuiltinEmbedder fit_table(Store& store, std::uint64_t chunks, const BuiltinFitOptions& options,
                          const Cancellation& cancellation, const EmbeddingProgress& progress) {
    FitSource source;
    source.chunk_count = chunks;
    source.for_each = [&store](const std::function<bool(const FitChunk&)>& visit) {
        store.for_each_chunk([&visit](const Chunk& chunk) {
            return visit({chunk.ordinal, chunk.title, chunk.span.heading_path, chunk.text});
        });
    };
    std::string bytes = fit_builtin(source, options, cancellation, [&progress](double share) {
        if (progress) progress(EmbeddingStage::fit, static_cast<std::uint64_t>(share * 100.0), 100);
    });
    store.put_model(BuiltinEmbedder::fingerprint_of(bytes), bytes);
    return BuiltinEmbedder(std::move(bytes));
}

/// Embeds one batch of texts that have no vector yet. Returns how many there were.
std::size_t embed_batch(Store& store, Embedder& embedder, const std::string& fingerprint, std::string& last_hash,
                        const Cancellation& cancellation) {
    const std::vector<Store::UnembeddedText> batch = store.unembedded(fingerprint, embedder.batch_size());
    if (batch.empty()) return 0;
    if (batch.front().text_hash == last_hash) {
        throw Error(ErrorCode::failed, "cannot store the vectors", "look for damage: quarry docs verify")
            .because(fmt::format("the text with the hash {} stays without a vector", last_hash));
    }
    last_hash = batch.front().text_hash;
    std::vector<std::string_view> texts;
    std::vector<std::string> hashes;
    for (const Store::UnembeddedText& text : batch) {
        texts.push_back(text.text);
        hashes.push_back(text.text_hash);
    }
    const std::vector<float> vectors = embedder.embed(texts, EmbedKind::document, cancellation);
    store.put_vectors(fingerprint, vectors.size() / texts.size(), hashes, vectors);
    return batch.size();
}

}  // namespace

EmbeddingReport update_vectors(Store& store, Embedder& embedder, const Cancellation& cancellation,
                               const EmbeddingProgress& progress) {
    EmbeddingReport report;
    report.embedder = embedder.name();
    const std::string fingerprint = embedder.fingerprint();
    const std::uint64_t missing = store.unembedded_count(fingerprint);
    std::string last_hash;
    while (report.embedded < missing) {
        cancellation.check();
        const std::size_t done = embed_batch(store, embedder, fingerprint, last_hash, cancellation);
        if (done == 0) break;
        report.embedded += done;
        if (progress) progress(EmbeddingStage::embed, report.embedded, missing);
    }
    if (store.setting(setting::embedder) != fingerprint) {
        store.set_setting(setting::embedder, fingerprint);
        store.drop_other_vectors(fingerprint);
    }
    return report;
}

EmbeddingReport update_builtin_vectors(Store& store, const BuiltinUpdateOptions& options,
                                       const Cancellation& cancellation, const EmbeddingProgress& progress) {
    const std::uint64_t chunks = store.chunk_count();
    std::optional<BuiltinEmbedder> table = table_in_use(store);
    if (chunks < options.minimum_chunks && (!table || options.refit)) {
        if (!table && store.setting(setting::embedder).value_or("") != "") store.set_setting(setting::embedder, "");
        EmbeddingReport report;
        report.embedder = table ? table->name() : "";
        report.note = fmt::format("the base has {} chunk{}, and vectors are fitted from {} on: search goes by words",
                                  chunks, chunks == 1 ? "" : "s", options.minimum_chunks);
        return report;
    }
    const bool fits = options.refit || (chunks >= options.minimum_chunks && needs_fit(store, table, chunks));
    if (fits) table = fit_table(store, chunks, options.fit, cancellation, progress);
    EmbeddingReport report = update_vectors(store, *table, cancellation, progress);
    report.fitted = fits;
    return report;
}

}  // namespace quarry
