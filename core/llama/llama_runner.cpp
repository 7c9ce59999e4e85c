// Runs models with llama.cpp: batches by tokens, pooling by the model.
#include "core/llama/llama_runner.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <utility>

#include "core/base/error.h"
#include "core/llama/llama_messages.h"

#ifdef QUARRY_HAVE_LLAMA
#include <llama.h>
#endif

namespace quarry::llama {

#ifdef QUARRY_HAVE_LLAMA
namespace {

// Attention within a batch costs with the square of its tokens, for texts that do not look at each other too, so
// batches are short; 512 is a choice, not measured. Longer texts make longer batches.
constexpr std::size_t tokens_in_batch = 512;
constexpr std::size_t longest_window = 2048;
constexpr std::size_t texts_in_batch = 64;

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
    void add(const LlamaRunner::Tokens& tokens, llama_seq_id sequence) noexcept {
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

Error unusable(const std::filesystem::path& path, LlamaPurpose purpose, std::string why) {
    const bool embeds = purpose == LlamaPurpose::embed;
    return Error(ErrorCode::failed,
                 fmt::format("cannot use {} as {} model", path.string(), embeds ? "an embedding" : "a reranking"),
                 embeds ? "use an embedding model in the GGUF format, such as those of bge, e5, nomic-embed-text, "
                          "Qwen3-Embedding or EmbeddingGemma"
                        : "use a cross-encoder in the GGUF format, such as bge-reranker-v2-m3 or Qwen3-Reranker")
        .because(std::move(why));
}

/// Texts of like length together, each batch as full as it may be: places in `texts`.
std::vector<std::vector<std::size_t>> batches_of(std::span<const LlamaRunner::Tokens> texts) {
    std::vector<std::size_t> order(texts.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(),
                     [texts](std::size_t a, std::size_t b) { return texts[a].size() > texts[b].size(); });
    std::vector<std::vector<std::size_t>> all;
    std::size_t tokens = 0;
    for (const std::size_t text : order) {
        const std::size_t size = texts[text].size();
        const bool fits = !all.empty() && tokens + size <= tokens_in_batch && all.back().size() < texts_in_batch;
        if (!fits) {
            all.emplace_back();
            tokens = 0;
        }
        all.back().push_back(text);
        tokens += size;
    }
    return all;
}

/// A stretch of a filled-in template: what the template says, or what was put in.
struct FormPart {
    std::string_view text;
    bool is_content = false;
};

std::vector<FormPart> fill_form(std::string_view form, std::string_view query, std::string_view document) {
    constexpr std::string_view query_mark = "{query}", document_mark = "{document}";
    std::vector<FormPart> parts;
    while (!form.empty()) {
        const std::size_t at = std::min(form.find(query_mark), form.find(document_mark));
        parts.push_back({form.substr(0, at), false});
        if (at == std::string_view::npos) break;
        const bool is_query = form.substr(at).starts_with(query_mark);
        parts.push_back({is_query ? query : document, true});
        form.remove_prefix(at + (is_query ? query_mark : document_mark).size());
    }
    return parts;
}

}  // namespace

struct LlamaRunner::Impl {
    Impl(std::filesystem::path file, LlamaPurpose wanted, std::size_t thread_count)
        : path(std::move(file)), purpose(wanted), threads(thread_count) {
        const LlamaMessages messages;
        llama_model_params parameters = llama_model_default_params();
        parameters.n_gpu_layers = 0;
        model.reset(llama_model_load_from_file(path.c_str(), parameters));
        if (model == nullptr) throw unusable(path, purpose, messages.cause());
        if (llama_model_has_encoder(model.get()) && llama_model_has_decoder(model.get())) {
            throw unusable(path, purpose, "it is an encoder-decoder model, which generates text and not vectors");
        }
        window = std::min(static_cast<std::size_t>(std::max(llama_model_n_ctx_train(model.get()), 1)), longest_window);
        make_context(tokens_in_batch);
    }

    [[nodiscard]] const llama_vocab* vocabulary() const noexcept { return llama_model_get_vocab(model.get()); }

    [[nodiscard]] std::size_t dimensions() const noexcept {
        return purpose == LlamaPurpose::rank ? llama_model_n_cls_out(model.get())
                                             : static_cast<std::size_t>(llama_model_n_embd_out(model.get()));
    }

    void make_context(std::size_t wanted_capacity) {
        llama_context_params parameters = llama_context_default_params();
        capacity = wanted_capacity;
        parameters.n_ctx = parameters.n_batch = parameters.n_ubatch = static_cast<std::uint32_t>(capacity);
        parameters.n_seq_max = static_cast<std::uint32_t>(texts_in_batch);
        parameters.kv_unified = true;
        parameters.n_threads = parameters.n_threads_batch = static_cast<std::int32_t>(threads);
        parameters.embeddings = true;
        parameters.no_perf = true;
        parameters.pooling_type = pooling;
        context.reset();
        context.reset(llama_init_from_model(model.get(), parameters));
        if (context == nullptr) throw unusable(path, purpose, "llama.cpp cannot set it up");
        const enum llama_pooling_type found = llama_pooling_type(context.get());
        if (purpose == LlamaPurpose::rank && found != LLAMA_POOLING_TYPE_RANK) {
            throw unusable(path, purpose, "it is an embedding model, not a reranker");
        }
        if (purpose == LlamaPurpose::embed && found == LLAMA_POOLING_TYPE_RANK) {
            throw unusable(path, purpose, "it is a reranker, not an embedding model");
        }
        if (found == LLAMA_POOLING_TYPE_NONE) {
            pooling = llama_get_memory(context.get()) == nullptr ? LLAMA_POOLING_TYPE_MEAN : LLAMA_POOLING_TYPE_LAST;
            return make_context(wanted_capacity);
        }
        batch = std::make_unique<TokenBatch>(capacity);
    }

    void run(std::span<const Tokens> texts, std::span<const std::size_t> places, const Cancellation& cancellation,
             const Take& take) {
        std::size_t total = 0;
        for (const std::size_t place : places) total += texts[place].size();
        const LlamaMessages messages;
        if (total > capacity) make_context(std::max(total, std::min(window, capacity * 2)));
        batch->clear();
        for (std::size_t i = 0; i < places.size(); ++i) batch->add(texts[places[i]], static_cast<llama_seq_id>(i));
        llama_set_abort_callback(
            context.get(), [](void* flag) { return static_cast<const Cancellation*>(flag)->cancelled(); },
            const_cast<Cancellation*>(&cancellation));
        llama_memory_clear(llama_get_memory(context.get()), true);
        const int result = llama_decode(context.get(), batch->get());
        cancellation.check();
        if (result != 0) {
            throw Error(ErrorCode::provider_failed, fmt::format("llama.cpp cannot run {}", path.filename().string()))
                .because(messages.cause());
        }
        for (std::size_t i = 0; i < places.size(); ++i) {
            const float* const vector = llama_get_embeddings_seq(context.get(), static_cast<llama_seq_id>(i));
            if (vector == nullptr) {
                throw Error(ErrorCode::provider_failed,
                            fmt::format("llama.cpp cannot run {}", path.filename().string()))
                    .because("it returns no vector for a text");
            }
            take(places[i], std::span(vector, dimensions()));
        }
    }

    std::filesystem::path path;
    LlamaPurpose purpose;
    std::size_t threads = 1, window = 0, capacity = 0;
    enum llama_pooling_type pooling = LLAMA_POOLING_TYPE_UNSPECIFIED;
    std::unique_ptr<llama_model, ModelDeleter> model;
    std::unique_ptr<llama_context, ContextDeleter> context;
    std::unique_ptr<TokenBatch> batch;
};

LlamaRunner::LlamaRunner(const std::filesystem::path& path, LlamaPurpose purpose, std::size_t threads)
    : impl_(std::make_unique<Impl>(path, purpose, threads)) {}
LlamaRunner::~LlamaRunner() = default;

std::size_t LlamaRunner::dimensions() const noexcept { return impl_->dimensions(); }

std::size_t LlamaRunner::window() const noexcept { return impl_->window; }

LlamaRunner::Tokens LlamaRunner::tokenize(const std::string& text, bool with_special, bool reads_special) const {
    const auto size = static_cast<std::int32_t>(text.size());
    Tokens tokens(text.size() / 2 + 8);
    const auto attempt = [&] {
        return llama_tokenize(impl_->vocabulary(), text.data(), size, tokens.data(),
                              static_cast<std::int32_t>(tokens.size()), with_special, reads_special);
    };
    std::int32_t count = attempt();
    if (count < 0) {
        tokens.resize(static_cast<std::size_t>(-count));
        count = attempt();
    }
    tokens.resize(static_cast<std::size_t>(std::max(count, 0)));
    return tokens;
}

LlamaRunner::Tokens LlamaRunner::fill_and_tokenize(std::string_view form, const std::string& query,
                                                   const std::string& document) const {
    // As one text, whose words join those of the template; in parts when what is put in has special tokens' names in
    // it, which are text there.
    const bool plain = tokenize(query, false, true) == tokenize(query, false) &&
                       tokenize(document, false, true) == tokenize(document, false);
    std::string whole;
    Tokens joined;
    for (const FormPart& part : fill_form(form, query, document)) {
        whole += part.text;
        if (plain) continue;
        const Tokens tokens = tokenize(std::string(part.text), false, !part.is_content);
        joined.insert(joined.end(), tokens.begin(), tokens.end());
    }
    return plain ? tokenize(whole, false, true) : joined;
}

LlamaRunner::Tokens LlamaRunner::join(const std::string& query, const std::string& document) const {
    if (const char* const form = llama_model_chat_template(impl_->model.get(), "rerank"); form != nullptr) {
        return fill_and_tokenize(form, query, document);
    }
    const llama_vocab* const vocabulary = impl_->vocabulary();
    llama_token end = llama_vocab_eos(vocabulary);
    if (end == LLAMA_TOKEN_NULL) end = llama_vocab_sep(vocabulary);
    Tokens joined;
    const auto add = [&joined](const Tokens& tokens) { joined.insert(joined.end(), tokens.begin(), tokens.end()); };
    if (llama_vocab_get_add_bos(vocabulary)) joined.push_back(llama_vocab_bos(vocabulary));
    add(tokenize(query, false));
    if (llama_vocab_get_add_eos(vocabulary)) joined.push_back(end);
    if (llama_vocab_get_add_sep(vocabulary)) joined.push_back(llama_vocab_sep(vocabulary));
    add(tokenize(document, false));
    if (llama_vocab_get_add_eos(vocabulary)) joined.push_back(end);
    return joined;
}

void LlamaRunner::run(std::span<const Tokens> texts, const Cancellation& cancellation, const Take& take) {
    for (const std::vector<std::size_t>& places : batches_of(texts)) impl_->run(texts, places, cancellation, take);
}

void require_llama(const std::filesystem::path&) {}

#else

struct LlamaRunner::Impl {};

LlamaRunner::LlamaRunner(const std::filesystem::path& path, LlamaPurpose, std::size_t) { require_llama(path); }
LlamaRunner::~LlamaRunner() = default;
std::size_t LlamaRunner::dimensions() const noexcept { return 0; }
std::size_t LlamaRunner::window() const noexcept { return 0; }
LlamaRunner::Tokens LlamaRunner::tokenize(const std::string&, bool, bool) const { return {}; }
LlamaRunner::Tokens LlamaRunner::join(const std::string&, const std::string&) const { return {}; }
void LlamaRunner::run(std::span<const Tokens>, const Cancellation&, const Take&) {}

void require_llama(const std::filesystem::path& path) {
    throw Error(ErrorCode::usage, fmt::format("this quarry was built without llama.cpp, which runs {}", path.string()),
                "choose another provider, or build quarry again after scripts/setup, with -DQUARRY_LLAMA=ON");
}

#endif

}  // namespace quarry::llama
