#include "core/tokenize/gguf_tokenizer.h"

#include <fmt/format.h>

#include <limits>
#include <memory>
#include <string>

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/base/text.h"
#include "core/llama/llama_messages.h"
#include "core/tokenize/counted_cut.h"
#include "core/tokenize/file_cache.h"

#ifdef QUARRY_HAVE_LLAMA
#include <llama.h>
#endif

namespace quarry::tokenize {

#ifdef QUARRY_HAVE_LLAMA
namespace {

using Model = std::shared_ptr<const llama_model>;

/// Loads the vocabulary alone.
Model load_vocabulary(const std::string& path) {
    const llama::LlamaMessages messages;
    llama_model_params parameters = llama_model_default_params();
    parameters.vocab_only = true;
    const Model model(llama_model_load_from_file(path.c_str(), parameters), llama_model_free);
    if (model != nullptr && llama_vocab_n_tokens(llama_model_get_vocab(model.get())) > 0) return model;
    throw Error(ErrorCode::failed, fmt::format("{} has no vocabulary that can be read", path),
                "gguf: takes a model file in the GGUF format of llama.cpp")
        .because(messages.cause());
}

class GgufTokenizer final : public Tokenizer {
public:
    GgufTokenizer(std::string_view path, Model model)
        : name_(fmt::format("gguf:{}", path)),
          model_(std::move(model)),
          vocabulary_(llama_model_get_vocab(model_.get())) {}

    [[nodiscard]] std::string_view name() const noexcept override { return name_; }
    [[nodiscard]] std::size_t count(std::string_view text) const override {
        if (text.empty()) return 0;
        if (text.size() > static_cast<std::size_t>(std::numeric_limits<std::int32_t>::max())) {
            throw Error(ErrorCode::failed, "a text of more than 2 GB is too large for llama.cpp", "split it first");
        }
        // Without room for the tokens it says how many there are, as a negative number.
        return static_cast<std::size_t>(-llama_tokenize(
            vocabulary_, text.data(), static_cast<std::int32_t>(text.size()), nullptr, 0, false, false));
    }
    [[nodiscard]] std::size_t truncate(std::string_view text, std::size_t limit) const override {
        return truncate_by_counting(*this, text, limit);
    }
    [[nodiscard]] bool never_falls() const noexcept override { return false; }

private:
    std::string name_;
    Model model_;
    const llama_vocab* vocabulary_;
};

}  // namespace

std::unique_ptr<Tokenizer> read_gguf_tokenizer(std::string_view path) {
    // llama.cpp's own error for a missing file is that it cannot load it.
    const std::filesystem::path file(path);
    if (!stat_file(file)) {
        throw Error(ErrorCode::failed, fmt::format("there is no file {}", path),
                    "gguf: takes the path of a model file, as in gguf:models/name.gguf");
    }
    static FileCache<llama_model> kept;
    return std::make_unique<GgufTokenizer>(path, kept.get(file, [&] { return load_vocabulary(file.string()); }));
}
#else
std::unique_ptr<Tokenizer> read_gguf_tokenizer(std::string_view path) {
    throw Error(ErrorCode::usage, fmt::format("this quarry was built without llama.cpp, which reads {}", path),
                "use tokens:approx, or build quarry again after scripts/setup, with -DQUARRY_LLAMA=ON");
}
#endif

}  // namespace quarry::tokenize
