// Which vectors the strategy semantic compares sentences by, and what they cost.
#include "core/app/sentence_vectors.h"

#include <fmt/format.h>

#include <memory>
#include <string>
#include <utility>

#include "core/app/vectors.h"
#include "core/chunk/semantic_chunker.h"
#include "core/config/config.h"
#include "core/ingest/sentence_vectors.h"

namespace quarry::app {
namespace {

/// The embedder of sentences; null when their words are compared.
std::unique_ptr<embed::Embedder> sentence_embedder(Services& services, const chunk::ChunkOptions& options) {
    if (options.strategy != chunk::SemanticChunker().name()) return nullptr;
    if (services.config.text("chunk.sentence_vectors") == "words") return nullptr;
    const std::string& provider = services.config.text("embed.provider");
    // The built-in table is fitted on the chunks: to cut by it would change what it is fitted on.
    if (provider != "builtin" && provider != "none") return make_configured_embedder(services);
    services.notices.note(
        fmt::format("semantic compares sentences by their words: embed.provider {} has no model for it", provider));
    return nullptr;
}

}  // namespace

void use_sentence_vectors(Services& services, SentenceSpending& spending, chunk::ChunkOptions& options) {
    std::unique_ptr<embed::Embedder> embedder = sentence_embedder(services, options);
    if (!embedder) return;
    const ingest::SpendTokens spend = [&spending](std::uint64_t tokens) {
        spending.tokens += tokens;
        if (!spending.max_cost) return;
        check_budget(spending.price, spending.tokens, *spending.max_cost,
                     {"semantic chunking was stopped", "raise --max-cost; or compare sentences by words at no cost: "
                                                       "quarry config set chunk.sentence_vectors words"});
    };
    ingest::embed_sentences_with(std::move(embedder), spend, services.cancel, options);
}

void plan_sentence_vectors(Services& services, chunk::ChunkOptions& options) {
    if (const std::unique_ptr<embed::Embedder> embedder = sentence_embedder(services, options)) {
        options.embedder = embedder->fingerprint();
    }
}

std::uint64_t planned_sentence_tokens(const chunk::ChunkOptions& options, const ingest::IngestReport& report,
                                      const store::Store* store) {
    if (options.embedder.empty()) return 0;
    std::uint64_t tokens = report.tokens;
    if (report.rechunked > 0 && store != nullptr) tokens += store->unembedded_tokens("");  // No vectors at all: all.
    return tokens * chunk::semantic_readings(options);
}

}  // namespace quarry::app
