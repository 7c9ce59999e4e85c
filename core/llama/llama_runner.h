#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/cancel.h"

namespace quarry::llama {

/// What a model of llama.cpp is wanted for.
enum class LlamaPurpose {
    embed,  ///< One vector for each text.
    rank,   ///< One score for each text: the first value of what the model gives.
};

/// A model that llama.cpp runs in this process, on the processor: texts as tokens in, a vector for each out. Pooling is
/// what the file says: where it says nothing, the mean for encoders and the last token for decoders. Not thread-safe.
class LlamaRunner {
public:
    using Token = std::int32_t;
    using Tokens = std::vector<Token>;
    /// Takes the vector of text `index`; the view is valid during the call.
    using Take = std::function<void(std::size_t index, std::span<const float> vector)>;

    /// Loads the file. Throws Error(failed) for one that cannot be read or does not serve the purpose, and when quarry
    /// was built without llama.cpp.
    LlamaRunner(const std::filesystem::path& path, LlamaPurpose purpose, std::size_t threads);
    ~LlamaRunner();
    LlamaRunner(const LlamaRunner&) = delete;
    LlamaRunner& operator=(const LlamaRunner&) = delete;

    /// Values in a vector.
    [[nodiscard]] std::size_t dimensions() const noexcept;
    /// Tokens of one text at most: what the model was trained on, and no more than 2,048.
    [[nodiscard]] std::size_t window() const noexcept;

    /// `with_special`: with what the model puts around a text, such as [CLS] and [SEP]. `reads_special`: what looks
    /// like a special token in the text is one.
    [[nodiscard]] Tokens tokenize(const std::string& text, bool with_special, bool reads_special = false) const;
    /// A query and a document as one text, as llama.cpp's server joins them: by the file's template for reranking, else
    /// [CLS] query [SEP] document [SEP] with whatever of these the vocabulary wants. What looks like a special token in
    /// either is text.
    [[nodiscard]] Tokens join(const std::string& query, const std::string& document) const;

    /// Runs texts of `window()` tokens at most, in batches of like length. Throws Error: provider_failed, interrupted.
    void run(std::span<const Tokens> texts, const Cancellation& cancellation, const Take& take);

private:
    [[nodiscard]] Tokens fill_and_tokenize(std::string_view form, const std::string& query,
                                           const std::string& document) const;

    struct Impl;
    std::unique_ptr<Impl> impl_;
};

/// What make_… functions throw for a model file when quarry was built without llama.cpp; nothing otherwise.
void require_llama(const std::filesystem::path& path);

}  // namespace quarry::llama
