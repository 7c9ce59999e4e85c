// Embeds with llama.cpp; texts longer than the model's window in pieces.
#include "core/embed/gguf.h"

#include <fmt/format.h>

#include <algorithm>
#include <thread>
#include <utility>
#include <vector>

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/embed/vector_rows.h"
#include "core/llama/gguf_file.h"
#include "core/llama/llama_runner.h"

namespace quarry::embed {

EmbedPrompts prompts_of_gguf(const std::filesystem::path& path) {
    if (EmbedPrompts prompts = prompts_of_model(path.stem().string()); !prompts.empty()) return prompts;
    const llama::GgufFile file = llama::read_gguf_file(path);
    if (EmbedPrompts prompts = prompts_of_model(file.name); !prompts.empty()) return prompts;
    if (file.architecture == "gemma-embedding") return prompts_of_model("embeddinggemma");
    return {};
}

namespace {

constexpr std::size_t texts_at_once = 64;

/// Stretches of texts that fit into the model's window.
struct EmbeddedPieces {
    std::vector<std::size_t> texts;  ///< Of each piece: the text that it is of.
    std::vector<llama::LlamaRunner::Tokens> tokens;
};

/// Adds the pieces of a text, each with the model's own special tokens around it.
void cut_to_window(const llama::LlamaRunner& model, const std::string& text, std::size_t index,
                   EmbeddedPieces& pieces) {
    using Tokens = llama::LlamaRunner::Tokens;
    Tokens tokens = model.tokenize(text, true);
    if (tokens.empty()) return;
    if (tokens.size() <= model.window()) {
        pieces.texts.push_back(index);
        pieces.tokens.push_back(std::move(tokens));
        return;
    }
    // What the model puts around a text, such as [CLS] and [SEP].
    const Tokens bare = model.tokenize("x", false), dressed = model.tokenize("x", true);
    const auto inner = std::search(dressed.begin(), dressed.end(), bare.begin(), bare.end());
    const Tokens before(dressed.begin(), inner);
    const Tokens after(inner + std::min(dressed.end() - inner, static_cast<std::ptrdiff_t>(bare.size())),
                       dressed.end());
    tokens = model.tokenize(text, false);
    const std::size_t room = model.window() - std::min(model.window() - 1, before.size() + after.size());
    const std::size_t count = (tokens.size() + room - 1) / room;
    const std::size_t length = (tokens.size() + count - 1) / count;
    for (std::size_t start = 0; start < tokens.size(); start += length) {
        const auto from = tokens.begin() + static_cast<std::ptrdiff_t>(start);
        Tokens piece = before;
        piece.insert(piece.end(), from, from + static_cast<std::ptrdiff_t>(std::min(length, tokens.size() - start)));
        piece.insert(piece.end(), after.begin(), after.end());
        pieces.texts.push_back(index);
        pieces.tokens.push_back(std::move(piece));
    }
}

class GgufEmbedder final : public Embedder {
public:
    explicit GgufEmbedder(GgufEmbedderOptions options)
        : options_(std::move(options)),
          mark_(llama::gguf_content_mark(options_.path)),
          dimensions_(options_.dimensions) {
        if (options_.name.empty()) options_.name = options_.path.stem().string();
        if (options_.threads == 0) options_.threads = std::max(std::thread::hardware_concurrency(), 1U);
    }

    [[nodiscard]] std::string name() const override { return fmt::format("gguf:{}", options_.name); }
    // Neither name nor place of the file: the same model elsewhere gives the same vectors.
    [[nodiscard]] std::string fingerprint() const override {
        return fmt::format("gguf:{}:{}:{}", mark_, options_.dimensions, prompts_mark(options_.prompts));
    }
    [[nodiscard]] std::size_t dimensions() const override { return dimensions_; }
    [[nodiscard]] std::size_t batch_size() const override { return texts_at_once; }

    [[nodiscard]] std::vector<float> embed(std::span<const std::string_view> texts, EmbedKind kind,
                                           const Cancellation& cancellation) override {
        load();
        const std::string& prompt = kind == EmbedKind::query ? options_.prompts.query : options_.prompts.document;
        EmbeddedPieces pieces;
        for (std::size_t i = 0; i < texts.size(); ++i) {
            cancellation.check();
            if (!trim(texts[i]).empty()) cut_to_window(*model_, prompt + std::string(texts[i]), i, pieces);
        }
        const std::size_t full = model_->dimensions();
        std::vector<float> sums(texts.size() * full);
        std::vector<std::size_t> weights(texts.size());
        model_->run(pieces.tokens, cancellation, [&](std::size_t piece, std::span<const float> vector) {
            std::vector<float> unit(vector.begin(), vector.end());
            scale_to_unit_length(unit);
            const auto weight = static_cast<float>(pieces.tokens[piece].size());
            const std::size_t text = pieces.texts[piece];
            for (std::size_t d = 0; d < full; ++d) sums[text * full + d] += weight * unit[d];
            ++weights[text];
        });
        std::vector<float> vectors(texts.size() * dimensions_);
        for (std::size_t i = 0; i < texts.size(); ++i) {
            if (weights[i] == 0) continue;
            const std::span<float> row = std::span(vectors).subspan(i * dimensions_, dimensions_);
            std::copy_n(sums.begin() + static_cast<std::ptrdiff_t>(i * full), dimensions_, row.begin());
            scale_to_unit_length(row);
        }
        return vectors;
    }

private:
    void load() {
        if (model_ != nullptr) return;
        auto model = std::make_unique<llama::LlamaRunner>(options_.path, llama::LlamaPurpose::embed, options_.threads);
        if (dimensions_ > model->dimensions()) {
            throw Error(ErrorCode::usage,
                        fmt::format("{} returns vectors of {} dimensions", name(), model->dimensions()),
                        "set embed.dimensions to that or less, or to 0")
                .because(fmt::format("{} are asked for", dimensions_));
        }
        if (dimensions_ == 0) dimensions_ = model->dimensions();
        model_ = std::move(model);
    }

    GgufEmbedderOptions options_;
    std::string mark_;
    std::size_t dimensions_;
    std::unique_ptr<llama::LlamaRunner> model_;
};

}  // namespace

std::unique_ptr<Embedder> make_gguf_embedder(GgufEmbedderOptions options) {
    llama::require_llama(options.path);
    return std::make_unique<GgufEmbedder>(std::move(options));
}

}  // namespace quarry::embed
