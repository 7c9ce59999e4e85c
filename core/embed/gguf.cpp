// Embeds with llama.cpp: batches by tokens, pooling by the model.
#include "core/embed/gguf.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <numeric>
#include <thread>
#include <utility>
#include <vector>

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/embed/gguf_file.h"
#include "core/embed/vector_rows.h"
#include "core/tokenize/llama_messages.h"

#ifdef QUARRY_HAVE_LLAMA
#include <llama.h>
#endif

namespace quarry {

EmbedPrompts prompts_of_gguf(const std::filesystem::path& path) {
    if (EmbedPrompts prompts = prompts_of_model(path.stem().string()); !prompts.empty()) return prompts;
    const GgufFile file = read_gguf_file(path);
    if (EmbedPrompts prompts = prompts_of_model(file.name); !prompts.empty()) return prompts;
    if (file.architecture == "gemma-embedding") return prompts_of_model("embeddinggemma");
    return {};
}

#ifdef QUARRY_HAVE_LLAMA
namespace {

// Attention within a batch costs with the square of its tokens, for texts that do not look at each other too, so
// batches are short; 512 is a choice, not measured. Longer texts make longer batches.
constexpr std::size_t tokens_in_batch = 512;
constexpr std::size_t longest_window = 2048;
constexpr std::size_t texts_in_batch = 64;

using Tokens = std::vector<llama_token>;

/// A stretch of a text that fits into the model's window.
struct Piece {
    std::size_t text = 0;
    Tokens tokens;
};

struct ModelDeleter {
    void operator()(llama_model* model) const noexcept { llama_model_free(model); }
};
struct ContextDeleter {
    void operator()(llama_context* context) const noexcept { llama_free(context); }
};

class TokenBatch {
public:
    explicit TokenBatch(std::size_t capacity) : batch_(llama_batch_init(static_cast<std::int32_t>(capacity), 0, 1)) {}
    ~TokenBatch() { llama_batch_free(batch_); }
    TokenBatch(const TokenBatch&) = delete;
    TokenBatch& operator=(const TokenBatch&) = delete;

    void clear() noexcept { batch_.n_tokens = 0; }
    void add(const Tokens& tokens, llama_seq_id sequence) noexcept {
        for (std::size_t i = 0; i < tokens.size(); ++i) {
            const std::int32_t at = batch_.n_tokens++;
            batch_.token[at] = tokens[i];
            batch_.pos[at] = static_cast<llama_pos>(i);
            batch_.n_seq_id[at] = 1;
            batch_.seq_id[at][0] = sequence;
            batch_.logits[at] = 1;
        }
    }
    [[nodiscard]] const llama_batch& get() const noexcept { return batch_; }

private:
    llama_batch batch_;
};

/// The loaded model with room for one batch.
class GgufModel {
public:
    GgufModel(const std::filesystem::path& path, std::size_t threads) {
        const LlamaMessages messages;
        llama_model_params parameters = llama_model_default_params();
        parameters.n_gpu_layers = 0;
        model_.reset(llama_model_load_from_file(path.c_str(), parameters));
        if (model_ == nullptr) throw unusable(path, messages.cause());
        if (llama_model_has_encoder(model_.get()) && llama_model_has_decoder(model_.get())) {
            throw unusable(path, "it is an encoder with a decoder, which make texts and not vectors");
        }
        const auto trained = static_cast<std::size_t>(std::max(llama_model_n_ctx_train(model_.get()), 1));
        window_ = std::min(trained, longest_window);
        threads_ = threads;
        make_context(path, tokens_in_batch);
    }

    [[nodiscard]] std::size_t dimensions() const noexcept {
        return static_cast<std::size_t>(llama_model_n_embd_out(model_.get()));
    }

    /// The pieces of a text, each with the model's own special tokens around it.
    void cut(const std::string& text, std::size_t index, std::vector<Piece>& pieces) const {
        Tokens tokens = tokenize(text, true);
        if (tokens.size() <= window_) {
            if (!tokens.empty()) pieces.push_back({index, std::move(tokens)});
            return;
        }
        // What the model puts around a text, such as [CLS] and [SEP].
        const Tokens bare = tokenize("x", false), dressed = tokenize("x", true);
        const auto inner = std::search(dressed.begin(), dressed.end(), bare.begin(), bare.end());
        const Tokens before(dressed.begin(), inner);
        const Tokens after(inner + std::min(dressed.end() - inner, static_cast<std::ptrdiff_t>(bare.size())),
                           dressed.end());
        tokens = tokenize(text, false);
        const std::size_t room = window_ - std::min(window_ - 1, before.size() + after.size());
        const std::size_t count = (tokens.size() + room - 1) / room;
        const std::size_t length = (tokens.size() + count - 1) / count;
        for (std::size_t start = 0; start < tokens.size(); start += length) {
            const auto from = tokens.begin() + static_cast<std::ptrdiff_t>(start);
            Piece piece{index, before};
            piece.tokens.insert(piece.tokens.end(), from,
                                from + static_cast<std::ptrdiff_t>(std::min(length, tokens.size() - start)));
            piece.tokens.insert(piece.tokens.end(), after.begin(), after.end());
            pieces.push_back(std::move(piece));
        }
    }

    /// Runs the pieces of one batch, which fit: one vector each, handed to `take`.
    template <typename Take>
    void run(std::span<const Piece* const> pieces, const Cancellation& cancellation, Take&& take) {
        std::size_t total = 0;
        for (const Piece* piece : pieces) total += piece->tokens.size();
        const LlamaMessages messages;
        if (total > capacity_) make_context({}, std::max(total, std::min(window_, capacity_ * 2)));
        batch_->clear();
        for (std::size_t i = 0; i < pieces.size(); ++i) batch_->add(pieces[i]->tokens, static_cast<llama_seq_id>(i));
        llama_set_abort_callback(
            context_.get(), [](void* flag) { return static_cast<const Cancellation*>(flag)->cancelled(); },
            const_cast<Cancellation*>(&cancellation));
        llama_memory_clear(llama_get_memory(context_.get()), true);
        const int result = llama_decode(context_.get(), batch_->get());
        cancellation.check();
        if (result != 0) {
            throw Error(ErrorCode::provider_failed, "llama.cpp cannot run the embedding model")
                .because(messages.cause());
        }
        for (std::size_t i = 0; i < pieces.size(); ++i) {
            const float* const vector = llama_get_embeddings_seq(context_.get(), static_cast<llama_seq_id>(i));
            if (vector == nullptr) throw unusable_vectors("llama.cpp gives no vector for a text");
            take(*pieces[i], std::span(vector, dimensions()));
        }
    }

private:
    static Error unusable(const std::filesystem::path& path, std::string why) {
        return Error(ErrorCode::failed, fmt::format("cannot use {} as an embedding model", path.string()),
                     "take an embedding model in the GGUF format, such as those of bge, e5, nomic-embed-text, "
                     "Qwen3-Embedding or EmbeddingGemma")
            .because(std::move(why));
    }

    void make_context(const std::filesystem::path& path, std::size_t capacity) {
        llama_context_params parameters = llama_context_default_params();
        capacity_ = capacity;
        parameters.n_ctx = parameters.n_batch = parameters.n_ubatch = static_cast<std::uint32_t>(capacity);
        parameters.n_seq_max = static_cast<std::uint32_t>(texts_in_batch);
        parameters.kv_unified = true;
        parameters.n_threads = parameters.n_threads_batch = static_cast<std::int32_t>(threads_);
        parameters.embeddings = true;
        parameters.no_perf = true;
        parameters.pooling_type = pooling_;
        context_.reset();
        context_.reset(llama_init_from_model(model_.get(), parameters));
        if (context_ == nullptr) throw unusable(path, "llama.cpp cannot set it up");
        switch (llama_pooling_type(context_.get())) {
            case LLAMA_POOLING_TYPE_RANK: throw unusable(path, "it is a model that ranks, and gives no vectors");
            case LLAMA_POOLING_TYPE_NONE:
                pooling_ =
                    llama_get_memory(context_.get()) == nullptr ? LLAMA_POOLING_TYPE_MEAN : LLAMA_POOLING_TYPE_LAST;
                return make_context(path, capacity);
            default: break;
        }
        batch_ = std::make_unique<TokenBatch>(capacity);
    }

    [[nodiscard]] Tokens tokenize(const std::string& text, bool with_special) const {
        const llama_vocab* const vocabulary = llama_model_get_vocab(model_.get());
        const auto size = static_cast<std::int32_t>(text.size());
        Tokens tokens(text.size() / 2 + 8);
        const auto attempt = [&] {
            return llama_tokenize(vocabulary, text.data(), size, tokens.data(),
                                  static_cast<std::int32_t>(tokens.size()), with_special, false);
        };
        std::int32_t count = attempt();
        if (count < 0) {
            tokens.resize(static_cast<std::size_t>(-count));
            count = attempt();
        }
        tokens.resize(static_cast<std::size_t>(std::max(count, 0)));
        return tokens;
    }

    std::unique_ptr<llama_model, ModelDeleter> model_;
    std::unique_ptr<llama_context, ContextDeleter> context_;
    std::unique_ptr<TokenBatch> batch_;
    enum llama_pooling_type pooling_ = LLAMA_POOLING_TYPE_UNSPECIFIED;
    std::size_t window_ = 0, capacity_ = 0, threads_ = 1;
};

class GgufEmbedder final : public Embedder {
public:
    explicit GgufEmbedder(GgufEmbedderOptions options)
        : options_(std::move(options)), mark_(gguf_content_mark(options_.path)), dimensions_(options_.dimensions) {
        if (options_.name.empty()) options_.name = options_.path.stem().string();
        if (options_.threads == 0) options_.threads = std::max(std::thread::hardware_concurrency(), 1U);
    }

    [[nodiscard]] std::string name() const override { return fmt::format("gguf:{}", options_.name); }
    // Neither name nor place of the file: the same model elsewhere gives the same vectors.
    [[nodiscard]] std::string fingerprint() const override {
        return fmt::format("gguf:{}:{}:{}", mark_, options_.dimensions, prompts_mark(options_.prompts));
    }
    [[nodiscard]] std::size_t dimensions() const override { return dimensions_; }
    [[nodiscard]] std::size_t batch_size() const override { return texts_in_batch; }

    [[nodiscard]] std::vector<float> embed(std::span<const std::string_view> texts, EmbedKind kind,
                                           const Cancellation& cancellation) override {
        load();
        const std::string& prompt = kind == EmbedKind::query ? options_.prompts.query : options_.prompts.document;
        std::vector<Piece> pieces;
        for (std::size_t i = 0; i < texts.size(); ++i) {
            cancellation.check();
            if (!trim(texts[i]).empty()) model_->cut(prompt + std::string(texts[i]), i, pieces);
        }
        const std::size_t full = model_->dimensions();
        std::vector<float> sums(texts.size() * full);
        std::vector<std::size_t> weights(texts.size());
        for (const std::vector<const Piece*>& batch : batches(pieces)) {
            model_->run(batch, cancellation, [&](const Piece& piece, std::span<const float> vector) {
                std::vector<float> unit(vector.begin(), vector.end());
                scale_to_unit_length(unit);
                const auto weight = static_cast<float>(piece.tokens.size());
                for (std::size_t d = 0; d < full; ++d) sums[piece.text * full + d] += weight * unit[d];
                ++weights[piece.text];
            });
        }
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
        auto model = std::make_unique<GgufModel>(options_.path, options_.threads);
        if (dimensions_ > model->dimensions()) {
            throw Error(ErrorCode::usage, fmt::format("{} gives vectors of {} dimensions", name(), model->dimensions()),
                        "set embed.dimensions to that or less, or to 0")
                .because(fmt::format("{} are asked for", dimensions_));
        }
        if (dimensions_ == 0) dimensions_ = model->dimensions();
        model_ = std::move(model);
    }

    /// Pieces of like length together, each batch as full as it may be.
    [[nodiscard]] std::vector<std::vector<const Piece*>> batches(const std::vector<Piece>& pieces) const {
        std::vector<const Piece*> order;
        for (const Piece& piece : pieces) order.push_back(&piece);
        std::stable_sort(order.begin(), order.end(),
                         [](const Piece* a, const Piece* b) { return a->tokens.size() > b->tokens.size(); });
        std::vector<std::vector<const Piece*>> all;
        std::size_t tokens = 0;
        for (const Piece* piece : order) {
            const bool fits =
                !all.empty() && tokens + piece->tokens.size() <= tokens_in_batch && all.back().size() < texts_in_batch;
            if (!fits) {
                all.emplace_back();
                tokens = 0;
            }
            all.back().push_back(piece);
            tokens += piece->tokens.size();
        }
        return all;
    }

    GgufEmbedderOptions options_;
    std::string mark_;
    std::size_t dimensions_;
    std::unique_ptr<GgufModel> model_;
};

}  // namespace

std::unique_ptr<Embedder> make_gguf_embedder(GgufEmbedderOptions options) {
    return std::make_unique<GgufEmbedder>(std::move(options));
}
#else
std::unique_ptr<Embedder> make_gguf_embedder(GgufEmbedderOptions options) {
    throw Error(ErrorCode::usage,
                fmt::format("this quarry was built without llama.cpp, which runs {}", options.path.string()),
                "choose another embed.provider, or build quarry again after scripts/setup, with -DQUARRY_LLAMA=ON");
}
#endif

}  // namespace quarry
