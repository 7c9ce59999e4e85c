// Brings a base's vectors up to date, so that a kill at any moment leaves a base that searches well.

#include "core/ingest/embedding.h"

#include <fmt/format.h>

#include <algorithm>
#include <deque>
#include <exception>
#include <iterator>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/error.h"
#include "core/ingest/embedding_pool.h"

namespace quarry::ingest {
namespace {

constexpr std::uint64_t growth_for_refit = 2;

/// The built-in table of a fingerprint, when it is one that this binary can read.
std::optional<embed::BuiltinEmbedder> stored_table(const store::Store& store, const std::string& fingerprint) {
    std::optional<std::string> bytes = store.model(fingerprint);
    if (!bytes) return std::nullopt;
    try {
        embed::BuiltinEmbedder embedder(std::move(*bytes));
        if (embedder.fingerprint() == fingerprint) return embedder;
    } catch (const Error&) {
        // Damaged, or of an older version: the fit makes another.
    }
    return std::nullopt;
}

/// The table that searches use, or used before they went over to another embedder.
std::optional<embed::BuiltinEmbedder> kept_table(const store::Store& store) {
    const std::string in_use = store.setting(store::setting::embedder).value_or("");
    if (!in_use.empty() && store.model(in_use)) return stored_table(store, in_use);
    for (const store::StoredEmbedder& stored : store.embedders()) {
        if (!stored.has_model) continue;
        if (auto table = stored_table(store, stored.fingerprint)) return table;
    }
    return std::nullopt;
}

bool needs_fit(const store::Store& store, const std::optional<embed::BuiltinEmbedder>& table, std::uint64_t chunks) {
    if (!table) return true;
    return chunks >= growth_for_refit * table->fitted_chunks() ||
           2 * store.unembedded_count(table->fingerprint()) >= chunks;
}

embed::BuiltinEmbedder keep_table(store::Store& store, std::string bytes) {
    store.put_model(embed::BuiltinEmbedder::fingerprint_of(bytes), bytes);
    return embed::BuiltinEmbedder(std::move(bytes));
}

embed::BuiltinEmbedder fit_table(store::Store& store, const embed::BuiltinFitOptions& options,
                                 const Cancellation& cancellation, const EmbeddingProgress& progress) {
    return keep_table(store, embed::fit_builtin(fit_source(store), options, cancellation, [&progress](double share) {
                          if (progress) progress(EmbeddingStage::fit, static_cast<std::uint64_t>(share * 100.0), 100);
                      }));
}

/// Cuts the texts that have no vector yet into batches of what an embedder takes at once.
class UnembeddedBatches {
public:
    UnembeddedBatches(const store::Store& store, const embed::Embedder& embedder, std::string_view fingerprint)
        : store_(store),
          fingerprint_(fingerprint),
          max_texts_(embedder.batch_size()),
          max_tokens_(embedder.batch_tokens()) {}

    /// Empty at the end.
    [[nodiscard]] EmbeddingBatch next() {
        EmbeddingBatch batch;
        std::size_t tokens = 0;
        while (batch.texts.size() < max_texts_) {
            if (read_.empty() && !read_more()) break;
            tokens += embed::estimated_tokens(read_.front().text);
            if (!batch.texts.empty() && tokens > max_tokens_) break;
            batch.text_hashes.push_back(std::move(read_.front().text_hash));
            batch.texts.push_back(std::move(read_.front().text));
            read_.pop_front();
        }
        return batch;
    }

private:
    bool read_more() {
        std::vector<store::Store::UnembeddedText> more = store_.unembedded(fingerprint_, max_texts_, last_id_);
        if (more.empty()) return false;
        last_id_ = more.back().id;
        std::move(more.begin(), more.end(), std::back_inserter(read_));
        return true;
    }

    const store::Store& store_;
    std::string fingerprint_;
    std::size_t max_texts_, max_tokens_;
    std::int64_t last_id_ = 0;
    std::deque<store::Store::UnembeddedText> read_;
};

/// Embeds what has no vector, each batch stored as it comes, in whatever order. Returns how many texts there were.
std::uint64_t embed_missing(store::Store& store, embed::Embedder& embedder, const std::string& fingerprint,
                            const Cancellation& cancellation, const std::function<void(std::uint64_t done)>& progress) {
    UnembeddedBatches batches(store, embedder, fingerprint);
    EmbeddingPool pool(embedder, cancellation);
    std::exception_ptr failure;
    std::uint64_t done = 0;
    for (bool more = true;;) {
        cancellation.check();
        while (more && !failure && pool.has_room()) {
            EmbeddingBatch batch = batches.next();
            more = !batch.texts.empty();
            if (more) pool.add(std::move(batch));
        }
        if (pool.idle()) break;
        const EmbeddingBatch batch = pool.take();
        if (batch.failure) {
            // What is under way is paid for: it is waited for and kept.
            if (!failure) failure = batch.failure;
            continue;
        }
        store.put_vectors(fingerprint, batch.vectors.size() / batch.texts.size(), batch.text_hashes, batch.vectors);
        done += batch.texts.size();
        progress(done);
    }
    if (failure) std::rethrow_exception(failure);
    return done;
}

/// Makes an embedder the one that searches use, in one step. A built-in table takes the place of those before it.
void switch_to(store::Store& store, const std::string& fingerprint) {
    if (store.setting(store::setting::embedder) == fingerprint) return;
    store.set_setting(store::setting::embedder, fingerprint);
    if (!store.model(fingerprint)) return;
    for (const store::StoredEmbedder& other : store.embedders()) {
        if (other.has_model && other.fingerprint != fingerprint) store.drop_embedder(other.fingerprint);
    }
}

/// The same for vectors that are not kept.
EmbeddingReport compute_vectors(store::Store& store, const embed::BuiltinEmbedder& table) {
    EmbeddingReport report;
    report.embedder = table.name();
    const std::string fingerprint = table.fingerprint();
    report.embedded = store.unembedded_count(fingerprint);
    if (report.embedded > 0 || !store.computes_vectors(fingerprint)) {
        store.compute_vectors(fingerprint, table.dimensions());
    }
    switch_to(store, fingerprint);
    return report;
}

std::string too_few_chunks(std::uint64_t chunks, std::uint64_t minimum) {
    return fmt::format("too few chunks for vectors ({} of {} needed): searching by words only", chunks, minimum);
}

}  // namespace

std::string too_small_for_builtin(const store::Store& store, std::uint64_t minimum_chunks) {
    const std::uint64_t chunks = store.chunk_count();
    return chunks >= minimum_chunks || kept_table(store) ? "" : too_few_chunks(chunks, minimum_chunks);
}

embed::FitSource fit_source(const store::Store& store) {
    embed::FitSource source;
    source.chunk_count = store.chunk_count();
    source.for_each = [&store](const std::function<bool(const embed::FitChunk&)>& visit) {
        store.for_each_chunk([&visit](const store::Chunk& chunk) {
            return visit({chunk.ordinal, chunk.title, chunk.span.heading_path, chunk.text});
        });
    };
    return source;
}

EmbeddingReport update_vectors(store::Store& store, embed::Embedder& embedder, const Cancellation& cancellation,
                               const EmbeddingProgress& progress) {
    EmbeddingReport report;
    report.embedder = embedder.name();
    const std::string fingerprint = embedder.fingerprint();
    const std::uint64_t missing = store.unembedded_count(fingerprint);
    report.embedded = embed_missing(store, embedder, fingerprint, cancellation, [&](std::uint64_t done) {
        if (progress) progress(EmbeddingStage::embed, done, missing);
    });
    switch_to(store, fingerprint);
    return report;
}

EmbeddingReport update_builtin_vectors(store::Store& store, const BuiltinUpdateOptions& options,
                                       const Cancellation& cancellation, const EmbeddingProgress& progress) {
    const std::uint64_t chunks = store.chunk_count();
    std::optional<embed::BuiltinEmbedder> table = kept_table(store);
    const std::string_view start = options.fit.start;
    const bool small = chunks < options.minimum_chunks;
    if (small && chunks > 0 && !start.empty() && (!table || options.refit)) {
        table = keep_table(store, std::string(start));
        return update_vectors(store, *table, cancellation, progress);
    }
    if (small && (!table || options.refit)) {
        if (!table && store.setting(store::setting::embedder).value_or("") != "")
            store.set_setting(store::setting::embedder, "");
        EmbeddingReport report;
        report.embedder = table ? table->name() : "";
        report.note = too_few_chunks(chunks, options.minimum_chunks);
        return report;
    }
    // The start itself was fitted on other documents.
    const bool borrowed =
        table && !start.empty() && table->fingerprint() == embed::BuiltinEmbedder::fingerprint_of(start);
    const bool fits = options.refit || (!small && (borrowed || needs_fit(store, table, chunks)));
    if (fits) table = fit_table(store, options.fit, cancellation, progress);
    const bool computes = store.can_compute_vectors() &&
                          (chunks >= options.computed_from_chunks || store.computes_vectors(table->fingerprint()));
    EmbeddingReport report =
        computes ? compute_vectors(store, *table) : update_vectors(store, *table, cancellation, progress);
    report.fitted = fits;
    return report;
}

std::vector<store::VerifyFinding> verify_builtin_tables(const store::Store& store) {
    std::vector<store::VerifyFinding> findings;
    const std::string searched = store.setting(store::setting::embedder).value_or("");
    const auto add = [&](std::string problem) {
        findings.push_back({"the built-in embedder's table", std::move(problem) + "; fit it again: quarry embed fit"});
    };
    for (const store::StoredEmbedder& stored : store.embedders()) {
        if (searched.empty() && stored.vectors > 0) {
            findings.push_back(
                {fmt::format("the vectors by {}", stored.fingerprint),
                 "no search uses them yet, because embedding was not finished; to finish it: quarry embed", false});
        }
        if (!stored.has_model) {
            if (stored.fingerprint == searched && searched.starts_with("builtin:") && stored.vectors > 0) {
                add("it is missing, so that no vector can be searched");
            }
            continue;
        }
        std::optional<std::string> bytes = store.model(stored.fingerprint);
        if (!bytes) continue;  // another process has fitted a new one
        if (embed::BuiltinEmbedder::fingerprint_of(*bytes) != stored.fingerprint) {
            add("its bytes are not those that were stored (the hash differs)");
            continue;
        }
        try {
            const std::size_t dimensions = embed::BuiltinEmbedder(std::move(*bytes)).dimensions();
            if (stored.dimensions == 0 || stored.dimensions == dimensions) continue;
            add(fmt::format("its vectors have {} numbers, and the base's of it {}", dimensions, stored.dimensions));
        } catch (const Error& error) {
            add(error.causes().empty() ? error.message() : error.causes().front());
        }
    }
    return findings;
}

}  // namespace quarry::ingest
