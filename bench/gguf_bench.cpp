// A GGUF model embeds texts: quarry beside llama.cpp's own loop of examples/embedding (batches of 2,048 tokens).
//
//     gguf_bench MODEL.gguf [TEXTS] [ROUNDS]
//
// Prints CPU seconds of each round, both in turns, and how far apart the vectors are.
#include <llama.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "core/embed/gguf.h"

namespace {

constexpr int threads = 1;
constexpr std::size_t tool_batch = 2048, tool_sequences = 64;

double cpu_seconds() {
    timespec now{};
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

/// Words of one or two letters, so that each is one token or two; 20 to 200 words a text.
std::vector<std::string> made_up_texts(std::size_t count) {
    std::mt19937 random(1);
    std::vector<std::string> texts(count);
    for (std::string& text : texts) {
        const std::size_t words = 20 + random() % 181;
        for (std::size_t i = 0; i < words; ++i) {
            text += static_cast<char>('a' + random() % 26);
            text += ' ';
        }
    }
    return texts;
}

using Model = std::unique_ptr<llama_model, decltype(&llama_model_free)>;
using LlamaContext = std::unique_ptr<llama_context, decltype(&llama_free)>;

/// The loop of llama.cpp's examples/embedding: texts in their order, as many in a batch as fit.
class ToolLoop {
public:
    explicit ToolLoop(const char* path) : model_(nullptr, llama_model_free), context_(nullptr, llama_free) {
        model_.reset(llama_model_load_from_file(path, llama_model_default_params()));
        llama_context_params parameters = llama_context_default_params();
        parameters.embeddings = true;
        parameters.n_ctx = parameters.n_batch = parameters.n_ubatch = tool_batch;
        parameters.n_seq_max = tool_sequences;
        parameters.kv_unified = true;
        parameters.n_threads = parameters.n_threads_batch = threads;
        context_.reset(llama_init_from_model(model_.get(), parameters));
        batch_ = llama_batch_init(tool_batch, 0, 1);
    }
    ~ToolLoop() { llama_batch_free(batch_); }
    ToolLoop(const ToolLoop&) = delete;
    ToolLoop& operator=(const ToolLoop&) = delete;

    std::vector<float> embed(const std::vector<std::string>& texts) {
        std::vector<float> vectors;
        std::size_t sequences = 0;
        batch_.n_tokens = 0;
        for (const std::string& text : texts) {
            std::vector<llama_token> tokens(text.size() + 8);
            tokens.resize(static_cast<std::size_t>(
                llama_tokenize(llama_model_get_vocab(model_.get()), text.data(), static_cast<std::int32_t>(text.size()),
                               tokens.data(), static_cast<std::int32_t>(tokens.size()), true, true)));
            if (static_cast<std::size_t>(batch_.n_tokens) + tokens.size() > tool_batch || sequences == tool_sequences) {
                run(sequences, vectors);
                sequences = 0;
            }
            for (std::size_t i = 0; i < tokens.size(); ++i) {
                const std::int32_t at = batch_.n_tokens++;
                batch_.token[at] = tokens[i];
                batch_.pos[at] = static_cast<llama_pos>(i);
                batch_.n_seq_id[at] = 1;
                batch_.seq_id[at][0] = static_cast<llama_seq_id>(sequences);
                batch_.logits[at] = 1;
            }
            ++sequences;
        }
        run(sequences, vectors);
        return vectors;
    }

private:
    void run(std::size_t sequences, std::vector<float>& vectors) {
        llama_memory_clear(llama_get_memory(context_.get()), true);
        if (llama_decode(context_.get(), batch_) != 0) std::abort();
        const auto width = static_cast<std::size_t>(llama_model_n_embd_out(model_.get()));
        for (std::size_t i = 0; i < sequences; ++i) {
            const float* const vector = llama_get_embeddings_seq(context_.get(), static_cast<llama_seq_id>(i));
            double squares = 0;
            for (std::size_t d = 0; d < width; ++d)
                squares += static_cast<double>(vector[d]) * static_cast<double>(vector[d]);
            for (std::size_t d = 0; d < width; ++d) {
                vectors.push_back(static_cast<float>(static_cast<double>(vector[d]) / std::sqrt(squares)));
            }
        }
        batch_.n_tokens = 0;
    }

    Model model_;
    LlamaContext context_;
    llama_batch batch_{};
};

}  // namespace

int main(int count, char** arguments) {
    if (count < 2) return 2;
    const std::vector<std::string> texts = made_up_texts(count > 2 ? std::strtoul(arguments[2], nullptr, 10) : 200);
    const int rounds = count > 3 ? std::atoi(arguments[3]) : 3;
    const std::vector<std::string_view> views(texts.begin(), texts.end());
    quarry::embed::GgufEmbedderOptions options;
    options.path = arguments[1];
    options.threads = threads;
    const auto embedder = quarry::embed::make_gguf_embedder(std::move(options));
    llama_log_set([](ggml_log_level, const char*, void*) {}, nullptr);
    ToolLoop tool(arguments[1]);
    // The first of each loads and warms up.
    const quarry::Cancellation never;
    std::vector<float> ours = embedder->embed(views, quarry::embed::EmbedKind::document, never);
    std::vector<float> theirs = tool.embed(texts);
    float apart = 0;
    for (std::size_t i = 0; i < ours.size(); ++i) apart = std::max(apart, std::abs(ours[i] - theirs[i]));
    std::printf("largest difference of a number: %g\n", static_cast<double>(apart));
    for (int round = 0; round < rounds; ++round) {
        const double start = cpu_seconds();
        ours = embedder->embed(views, quarry::embed::EmbedKind::document, never);
        const double between = cpu_seconds();
        theirs = tool.embed(texts);
        const double end = cpu_seconds();
        std::printf("quarry %.3f s  llama.cpp's loop %.3f s  ratio %.3f\n", between - start, end - between,
                    (between - start) / (end - between));
    }
    return 0;
}
