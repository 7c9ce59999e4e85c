#include "core/ingest/sentence_vectors.h"

#include <algorithm>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/invisible.h"
#include "core/tokenize/tokenizer.h"

namespace quarry::ingest {
namespace {

/// An embedder that several threads ask, one after the other.
class SharedEmbedder {
public:
    SharedEmbedder(std::unique_ptr<embed::Embedder> embedder, SpendTokens spend, const Cancellation& cancellation)
        : embedder_(std::move(embedder)), spend_(std::move(spend)), cancellation_(cancellation) {}

    [[nodiscard]] std::vector<float> embed(std::span<const std::string_view> texts) {
        const std::lock_guard lock(mutex_);
        std::vector<float> vectors;
        const std::size_t at_once = std::max<std::size_t>(1, embedder_->batch_size());
        for (std::size_t at = 0; at < texts.size(); at += at_once) {
            const std::span<const std::string_view> batch = texts.subspan(at, std::min(at_once, texts.size() - at));
            if (spend_) spend_(count_tokens(batch));
            std::vector<std::string> visible(batch.begin(), batch.end());
            for (std::string& text : visible) text = without_invisible(text);
            const std::vector<std::string_view> views(visible.begin(), visible.end());
            const std::vector<float> some = embedder_->embed(views, embed::EmbedKind::document, cancellation_);
            vectors.insert(vectors.end(), some.begin(), some.end());
        }
        return vectors;
    }

private:
    [[nodiscard]] std::uint64_t count_tokens(std::span<const std::string_view> texts) const {
        std::uint64_t tokens = 0;
        for (const std::string_view text : texts) tokens += tokenizer_->count(text);
        return tokens;
    }

    std::mutex mutex_;
    std::unique_ptr<embed::Embedder> embedder_;
    SpendTokens spend_;
    const Cancellation& cancellation_;
    std::unique_ptr<tokenize::Tokenizer> tokenizer_ = tokenize::make_tokenizer("tokens:approx");
};

}  // namespace

void embed_sentences_with(std::unique_ptr<embed::Embedder> embedder, SpendTokens spend,
                          const Cancellation& cancellation, chunk::ChunkOptions& options) {
    options.embedder = embedder->fingerprint();
    // Copies of a std::function share what they call: the options are copied freely.
    const auto shared = std::make_shared<SharedEmbedder>(std::move(embedder), std::move(spend), cancellation);
    options.embed = [shared](std::span<const std::string_view> texts) { return shared->embed(texts); };
}

}  // namespace quarry::ingest
