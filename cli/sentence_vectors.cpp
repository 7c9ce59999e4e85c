// Which vectors the strategy semantic compares sentences by, and what they cost.
#include "cli/sentence_vectors.h"

#include <fmt/format.h>

#include <memory>
#include <string>
#include <utility>

#include "cli/config.h"
#include "cli/embedding.h"
#include "cli/output.h"
#include "core/chunk/semantic_chunker.h"
#include "core/ingest/sentence_vectors.h"

namespace quarry::cli {
namespace {

/// The embedder of sentences; null when their words are compared.
std::unique_ptr<Embedder> sentence_embedder(Context& context, const ChunkOptions& options) {
    if (options.strategy != SemanticChunker().name()) return nullptr;
    if (context.config.text("chunk.sentence_vectors") == "words") return nullptr;
    const std::string& provider = context.config.text("embed.provider");
    // The built-in table is fitted on the chunks: to cut by it would change what it is fitted on.
    if (provider != "builtin" && provider != "none") return make_configured_embedder(context);
    context.out.note(fmt::format(
        "semantic compares sentences by their words: embed.provider is {}, which has no model for it", provider));
    return nullptr;
}

}  // namespace

void use_sentence_vectors(Context& context, SentenceSpending& spending, ChunkOptions& options) {
    std::unique_ptr<Embedder> embedder = sentence_embedder(context, options);
    if (!embedder) return;
    const SpendTokens spend = [&spending](std::uint64_t tokens) {
        spending.tokens += tokens;
        if (!spending.max_cost) return;
        check_budget(spending.price, spending.tokens, *spending.max_cost,
                     {"cutting by meaning was stopped",
                      "raise --max-cost; or compare sentences by their words, which costs nothing: quarry config set "
                      "chunk.sentence_vectors words"});
    };
    embed_sentences_with(std::move(embedder), spend, context.cancel, options);
}

void plan_sentence_vectors(Context& context, ChunkOptions& options) {
    if (const std::unique_ptr<Embedder> embedder = sentence_embedder(context, options)) {
        options.embedder = embedder->fingerprint();
    }
}

std::uint64_t planned_sentence_tokens(const ChunkOptions& options, const IngestReport& report, const Store* store) {
    if (options.embedder.empty()) return 0;
    std::uint64_t tokens = report.tokens;
    if (report.rechunked > 0 && store != nullptr) tokens += store->unembedded_tokens("");  // No vectors at all: all.
    return tokens * semantic_readings(options);
}

}  // namespace quarry::cli
