// Answers with llama.cpp: the prompt in batches, then token by token.
#include "core/llm/gguf.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <chrono>
#include <cstdint>
#include <thread>
#include <utility>

#include "core/base/error.h"
#include "core/llama/llama_messages.h"
#include "core/llama/llama_runner.h"
#include "core/llm/chat_template.h"
#include "core/llm/tool_text.h"
#include "core/llm/utf8_stream.h"

#ifdef QUARRY_HAVE_LLAMA
#include <llama.h>
#endif

namespace quarry::llm {
#ifdef QUARRY_HAVE_LLAMA
namespace {

using ChatClock = std::chrono::steady_clock;
using ChatTokens = std::vector<llama_token>;

constexpr std::size_t prompt_batch = 512;
constexpr std::size_t default_answer = 1024;  // tokens, where no limit is given
constexpr std::size_t least_context = 2048;
constexpr std::size_t least_answer = 16;  // a prompt must leave room for that
constexpr std::uint32_t sampling_seed = 1;

struct ChatModelDeleter {
    void operator()(llama_model* model) const noexcept { llama_model_free(model); }
    void operator()(llama_context* context) const noexcept { llama_free(context); }
    void operator()(llama_sampler* sampler) const noexcept { llama_sampler_free(sampler); }
};

/// The loaded file with a window, and what it has read.
class ChatFile {
public:
    ChatFile(const std::filesystem::path& path, std::size_t threads) : path_(path), threads_(threads) {
        const llama::LlamaMessages messages;
        llama_model_params parameters = llama_model_default_params();
        parameters.n_gpu_layers = 0;
        model_.reset(llama_model_load_from_file(path.c_str(), parameters));
        if (model_ == nullptr) throw unusable(messages.cause());
        if (llama_model_has_encoder(model_.get()) || !llama_model_has_decoder(model_.get()) || is_encoder()) {
            throw unusable("it does not generate text");
        }
        vocabulary_ = llama_model_get_vocab(model_.get());
        const char* const own = llama_model_chat_template(model_.get(), nullptr);
        template_ = std::make_unique<ChatTemplate>(own != nullptr ? own : chatml_template(),
                                                   token_text(llama_vocab_bos(vocabulary_)),
                                                   token_text(llama_vocab_eos(vocabulary_)));
    }

    /// Tokens that the model was trained to keep in mind.
    [[nodiscard]] std::size_t trained_context() const noexcept {
        return static_cast<std::size_t>(std::max(llama_model_n_ctx_train(model_.get()), 1));
    }
    [[nodiscard]] const llama_vocab* vocabulary() const noexcept { return vocabulary_; }
    [[nodiscard]] llama_context* context() const noexcept { return context_.get(); }
    [[nodiscard]] std::size_t context_size() const noexcept { return llama_n_ctx(context_.get()); }

    [[nodiscard]] ChatTokens tokens_of(std::span<const ChatMessage> messages) const {
        ChatTokens tokens;
        const std::vector<PromptPart> parts = template_->apply(messages);
        const llama_token bos = llama_vocab_bos(vocabulary_);
        for (const PromptPart& part : parts) add_tokens(part, tokens);
        if (llama_vocab_get_add_bos(vocabulary_) && bos != LLAMA_TOKEN_NULL && (tokens.empty() || tokens[0] != bos)) {
            tokens.insert(tokens.begin(), bos);
        }
        return tokens;
    }

    /// Makes room for so many tokens; what was read is forgotten when the window has to grow.
    void reserve(std::size_t tokens) {
        if (context_ != nullptr && context_size() >= tokens) return;
        const llama::LlamaMessages messages;
        llama_context_params parameters = llama_context_default_params();
        parameters.n_ctx = static_cast<std::uint32_t>(tokens);
        parameters.n_batch = parameters.n_ubatch = static_cast<std::uint32_t>(std::min(tokens, prompt_batch));
        parameters.n_threads = parameters.n_threads_batch = static_cast<std::int32_t>(threads_);
        parameters.no_perf = true;
        read_.clear();
        context_.reset();
        context_.reset(llama_init_from_model(model_.get(), parameters));
        if (context_ == nullptr) throw unusable(fmt::format("no window of {} tokens: {}", tokens, messages.cause()));
    }

    /// Reads a prompt, of which the beginning may have been read before. Returns how many tokens that was.
    std::size_t read_prompt(ChatTokens tokens, const Cancellation& cancellation) {
        const auto differ = std::mismatch(read_.begin(), read_.end(), tokens.begin(), tokens.end());
        // The last token is read anew in any case: it gives what comes next.
        std::size_t known = std::min(static_cast<std::size_t>(differ.second - tokens.begin()), tokens.size() - 1);
        llama_memory_t memory = llama_get_memory(context_.get());
        if (known == 0 || !llama_memory_seq_rm(memory, 0, static_cast<llama_pos>(known), -1)) {
            llama_memory_clear(memory, true);
            known = 0;
        }
        read_.resize(known);
        for (std::size_t at = known; at < tokens.size(); at += prompt_batch) {
            decode(std::span(tokens).subspan(at, std::min(prompt_batch, tokens.size() - at)), cancellation);
        }
        return known;
    }

    void decode(std::span<llama_token> tokens, const Cancellation& cancellation) {
        const llama::LlamaMessages messages;
        llama_set_abort_callback(
            context_.get(), [](void* flag) { return static_cast<const Cancellation*>(flag)->cancelled(); },
            const_cast<Cancellation*>(&cancellation));
        const int result =
            llama_decode(context_.get(), llama_batch_get_one(tokens.data(), static_cast<std::int32_t>(tokens.size())));
        llama_set_abort_callback(context_.get(), nullptr, nullptr);
        if (result != 0) {
            llama_memory_clear(llama_get_memory(context_.get()), true);  // half of it is read
            read_.clear();
            cancellation.check();
            throw Error(ErrorCode::provider_failed, "llama.cpp cannot run the chat model").because(messages.cause());
        }
        read_.insert(read_.end(), tokens.begin(), tokens.end());
    }

    /// The text of a token, as bytes that may end inside a character; of special ones too with `special`.
    [[nodiscard]] std::string piece(llama_token token, bool special) const {
        std::string text(32, '\0');
        std::int32_t size = 0;
        for (int attempt = 0; attempt < 2; ++attempt) {
            size = llama_token_to_piece(vocabulary_, token, text.data(), static_cast<std::int32_t>(text.size()), 0,
                                        special);
            if (size >= 0) break;
            text.resize(static_cast<std::size_t>(-size));
        }
        text.resize(static_cast<std::size_t>(std::max(size, 0)));
        return text;
    }

private:
    [[nodiscard]] Error unusable(std::string why) const {
        return Error(ErrorCode::failed, fmt::format("cannot use {} as a chat model", path_.string()),
                     "use a chat model in the GGUF format, such as those of Llama, Qwen, Gemma or Mistral with "
                     "\"instruct\" or \"it\" in their names")
            .because(std::move(why));
    }

    /// Whether the file says that its model looks at what comes later, as encoders do.
    [[nodiscard]] bool is_encoder() const {
        char value[64] = {};
        if (llama_model_meta_val_str(model_.get(), "general.architecture", value, sizeof value) < 0) return false;
        const std::string key = fmt::format("{}.attention.causal", static_cast<const char*>(value));
        return llama_model_meta_val_str(model_.get(), key.c_str(), value, sizeof value) >= 0 &&
               std::string_view(value) == "false";
    }

    [[nodiscard]] std::string token_text(llama_token token) const {
        return token == LLAMA_TOKEN_NULL ? std::string() : piece(token, true);
    }

    void add_tokens(const PromptPart& part, ChatTokens& tokens) const {
        ChatTokens more(part.text.size() / 2 + 8);
        for (int attempt = 0; attempt < 2; ++attempt) {
            const std::int32_t count =
                llama_tokenize(vocabulary_, part.text.data(), static_cast<std::int32_t>(part.text.size()), more.data(),
                               static_cast<std::int32_t>(more.size()), false, !part.is_content);
            more.resize(static_cast<std::size_t>(std::abs(count)));
            if (count >= 0) break;
        }
        tokens.insert(tokens.end(), more.begin(), more.end());
    }

    std::filesystem::path path_;
    std::size_t threads_;
    std::unique_ptr<llama_model, ChatModelDeleter> model_;
    std::unique_ptr<llama_context, ChatModelDeleter> context_;
    const llama_vocab* vocabulary_ = nullptr;
    std::unique_ptr<ChatTemplate> template_;
    ChatTokens read_;  // what is in the window
};

using Sampler = std::unique_ptr<llama_sampler, ChatModelDeleter>;

Sampler make_sampler(const llama_vocab* vocabulary, const ChatRequest& request) {
    Sampler chain(llama_sampler_chain_init(llama_sampler_chain_default_params()));
    if (!request.answer_schema.empty()) {
        const std::string grammar = grammar_of_schema(request.answer_schema);
        llama_sampler* const held = llama_sampler_init_grammar(vocabulary, grammar.c_str(), "root");
        if (held == nullptr) {
            throw Error(ErrorCode::usage, "a model file cannot be constrained to this schema", "use a server instead")
                .because("llama.cpp cannot read the grammar that was made of it");
        }
        llama_sampler_chain_add(chain.get(), held);
    }
    if (request.temperature.value_or(0) > 0) {
        llama_sampler_chain_add(chain.get(), llama_sampler_init_top_k(40));
        llama_sampler_chain_add(chain.get(), llama_sampler_init_top_p(0.95F, 1));
        llama_sampler_chain_add(chain.get(), llama_sampler_init_temp(static_cast<float>(*request.temperature)));
        llama_sampler_chain_add(chain.get(), llama_sampler_init_dist(sampling_seed));
    } else {
        llama_sampler_chain_add(chain.get(), llama_sampler_init_greedy());
    }
    return chain;
}

class GgufChatModel final : public ChatModel {
public:
    explicit GgufChatModel(GgufChatOptions options) : options_(std::move(options)) {
        if (options_.name.empty()) options_.name = options_.path.stem().string();
        if (options_.threads == 0) options_.threads = std::max(std::thread::hardware_concurrency(), 1U);
    }

    [[nodiscard]] std::string name() const override { return options_.name; }
    [[nodiscard]] std::string provider() const override { return "gguf"; }

    [[nodiscard]] ChatResponse chat(const ChatRequest& request, const TextSink& sink,
                                    const Cancellation& cancellation) override {
        const ChatClock::time_point start = ChatClock::now();
        if (file_ == nullptr) file_ = std::make_unique<ChatFile>(options_.path, options_.threads);
        ChatTokens prompt = file_->tokens_of(tools_as_text(request.messages, request.tools));
        const std::size_t size = prompt.size();
        const std::size_t limit = answer_limit(request, size);
        const llama::LlamaMessages quiet;
        const Sampler sampler = make_sampler(file_->vocabulary(), request);
        ChatResponse response;
        response.model = options_.name;
        response.usage.emplace().input_tokens = static_cast<std::int64_t>(size);
        response.usage->cached_input_tokens =
            static_cast<std::int64_t>(file_->read_prompt(std::move(prompt), cancellation));
        response.finish_reason = "length";
        Utf8Stream utf8;
        ToolCallText calls(request.tools);
        const auto emit = [&](const std::string& text) {
            if (text.empty()) return;
            response.text += text;
            if (sink) sink(text);
        };
        const auto take = [&](const std::string& text) {
            if (text.empty()) return;
            if (!response.first_byte) {
                response.first_byte = std::chrono::duration_cast<std::chrono::milliseconds>(ChatClock::now() - start);
            }
            emit(calls.feed(text));
        };
        for (std::size_t i = 0; i < limit; ++i) {
            cancellation.check();
            llama_token token = llama_sampler_sample(sampler.get(), file_->context(), -1);
            if (llama_vocab_is_eog(file_->vocabulary(), token)) {
                response.finish_reason = "stop";
                break;
            }
            ++response.usage->output_tokens;
            take(utf8.feed(file_->piece(token, false)));
            if (i + 1 < limit) file_->decode(std::span(&token, 1), cancellation);
        }
        take(utf8.finish());
        emit(calls.finish());
        response.tool_calls = calls.take_calls();
        if (!response.tool_calls.empty()) response.finish_reason = "tool_calls";
        return response;
    }

private:
    /// How long the answer may get, after making room for it.
    [[nodiscard]] std::size_t answer_limit(const ChatRequest& request, std::size_t prompt) {
        std::size_t window = file_->trained_context();
        if (options_.context != 0) window = std::min(window, options_.context);
        if (prompt + least_answer > window) {
            throw Error(ErrorCode::usage, fmt::format("the prompt is too long for {}", options_.name),
                        "send less (ask.max_context_tokens, --sources), raise chat.context, or use a model with a "
                        "larger window")
                .because(fmt::format("it has {} tokens, and the window {}", prompt, window));
        }
        const std::size_t wanted =
            request.max_tokens ? static_cast<std::size_t>(std::max(*request.max_tokens, 1)) : default_answer;
        const std::size_t limit = std::min(wanted, window - prompt);
        file_->reserve(std::min(window, std::bit_ceil(std::max(prompt + limit, least_context))));
        return limit;
    }

    GgufChatOptions options_;
    std::unique_ptr<ChatFile> file_;
};

}  // namespace

std::unique_ptr<ChatModel> make_gguf_chat_model(GgufChatOptions options) {
    return std::make_unique<GgufChatModel>(std::move(options));
}

#else

std::unique_ptr<ChatModel> make_gguf_chat_model(GgufChatOptions options) {
    llama::require_llama(options.path);
    return nullptr;
}

#endif

}  // namespace quarry::llm
