#include "core/tokenize/tokenizer.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>

#include "core/base/characters.h"
#include "core/base/error.h"
#include "core/base/text.h"
#include "core/tokenize/approximate_tokens.h"
#include "core/tokenize/bpe/bpe_tokenizer.h"
#include "core/tokenize/counted_cut.h"
#include "core/tokenize/gguf_tokenizer.h"
#include "core/tokenize/text_counts.h"
#include "core/tokenize/wordpiece_tokenizer.h"

namespace quarry::tokenize {
namespace {

constexpr std::string_view token_prefix = "tokens:";
constexpr std::string_view wordpiece_prefix = "wordpiece:";
constexpr std::string_view gguf_prefix = "gguf:";

class PlainMeasure final : public TextMeasure {
public:
    PlainMeasure(const Tokenizer& tokenizer, std::string_view text) : TextMeasure(text), tokenizer_(tokenizer) {}
    [[nodiscard]] std::size_t count(std::size_t start, std::size_t end) override {
        return tokenizer_.count(text().substr(start, end - start));
    }
    [[nodiscard]] std::size_t reach(std::size_t start, std::size_t limit, std::size_t size) override {
        return start + tokenizer_.truncate(text().substr(start, limit - start), size);
    }

private:
    const Tokenizer& tokenizer_;
};

class ByteTokenizer final : public Tokenizer {
public:
    [[nodiscard]] std::string_view name() const noexcept override { return "bytes"; }
    [[nodiscard]] std::size_t count(std::string_view text) const override { return text.size(); }
    [[nodiscard]] std::size_t truncate(std::string_view text, std::size_t limit) const override {
        return floor_to_code_point(text, limit);
    }
};

class CharacterTokenizer final : public Tokenizer {
public:
    [[nodiscard]] std::string_view name() const noexcept override { return "chars"; }
    [[nodiscard]] std::size_t count(std::string_view text) const override { return count_text(text).code_points; }
    [[nodiscard]] std::size_t truncate(std::string_view text, std::size_t limit) const override {
        return truncate_code_points(text, limit);
    }
};

/// Runs a counter over the text until it exceeds `limit`; gives the bytes before the code point that did.
template <typename Counter>
std::size_t run_counter(std::string_view text, std::size_t limit, Counter& counter) {
    for (std::size_t i = 0; i < text.size();) {
        const CodePoint point = decode_utf8(text, i);
        counter.add(point.value);
        if (counter.count() > limit) return i;
        i += point.length;
    }
    return text.size();
}

template <typename Counter>
class CountingTokenizer final : public Tokenizer {
public:
    [[nodiscard]] std::string_view name() const noexcept override { return Counter::name; }
    [[nodiscard]] std::size_t count(std::string_view text) const override {
        Counter counter;
        run_counter(text, static_cast<std::size_t>(-1), counter);
        return counter.count();
    }
    [[nodiscard]] std::size_t truncate(std::string_view text, std::size_t limit) const override {
        Counter counter;
        return run_counter(text, limit, counter);
    }
};

class ApproximateTokenizer final : public Tokenizer {
public:
    static constexpr std::string_view approximate = "tokens:approx";

    [[nodiscard]] std::string_view name() const noexcept override { return approximate; }
    [[nodiscard]] std::size_t count(std::string_view text) const override { return count_approximate_tokens(text); }
    [[nodiscard]] std::size_t truncate(std::string_view text, std::size_t limit) const override {
        return truncate_approximate_tokens(text, limit);
    }
};

/// Stretches between white space, as `wc -w` counts them; a character of a script without spaces counts as one.
class WordCounter {
public:
    static constexpr std::string_view name = "words";

    void add(char32_t code_point) noexcept {
        if (is_white_space(code_point)) {
            in_word_ = false;
        } else if (is_cjk(code_point)) {
            ++count_;
            in_word_ = false;
        } else if (!in_word_) {
            ++count_;
            in_word_ = true;
        }
    }
    [[nodiscard]] std::size_t count() const noexcept { return count_; }

private:
    std::size_t count_ = 0;
    bool in_word_ = false;
};

/// The tokenizers that need no file. One line each; null where there is none of the name.
std::unique_ptr<Tokenizer> make_plain_tokenizer(std::string_view name) {
    if (name == "chars") return std::make_unique<CharacterTokenizer>();
    if (name == "bytes") return std::make_unique<ByteTokenizer>();
    if (name == WordCounter::name) return std::make_unique<CountingTokenizer<WordCounter>>();
    if (name == ApproximateTokenizer::approximate) return std::make_unique<ApproximateTokenizer>();
    const bool has_prefix = name.starts_with(token_prefix);
    return make_bpe_tokenizer(has_prefix ? name.substr(token_prefix.size()) : name);
}

constexpr std::array<std::string_view, 2> bpe_names = {"tokens:cl100k_base", "tokens:o200k_base"};

/// The tokenizer of a name such as "wordpiece:PATH"; null where the name begins with no kind of file.
std::unique_ptr<Tokenizer> make_tokenizer_of_file(std::string_view name) {
    if (name.starts_with(wordpiece_prefix)) return read_wordpiece_tokenizer(name.substr(wordpiece_prefix.size()));
    if (name.starts_with(gguf_prefix)) return read_gguf_tokenizer(name.substr(gguf_prefix.size()));
    return nullptr;
}

}  // namespace

std::size_t TextMeasure::reach_back(std::size_t low, std::size_t end, std::size_t size) {
    const std::string_view stretch = text_.substr(low, end - low);
    return end - longest_fitting_suffix(stretch, std::min(size, stretch.size()), [&](std::string_view suffix) {
               return count(end - suffix.size(), end) <= size;
           });
}

std::unique_ptr<TextMeasure> Tokenizer::measure(std::string_view text) const {
    return std::make_unique<PlainMeasure>(*this, text);
}

std::span<const std::string> tokenizer_names() {
    static const std::vector<std::string> names = [] {
        std::vector<std::string> all = {"chars", "bytes", std::string(WordCounter::name),
                                        std::string(ApproximateTokenizer::approximate)};
        if (has_bpe_tokenizers()) all.insert(all.end(), bpe_names.begin(), bpe_names.end());
        return all;
    }();
    return names;
}

std::unique_ptr<Tokenizer> make_tokenizer(std::string_view name) {
    if (auto tokenizer = make_plain_tokenizer(name)) return tokenizer;
    if (auto tokenizer = make_tokenizer_of_file(name)) return tokenizer;
    const std::string shown = one_line(strip_terminal_controls(name), 60);
    for (const std::string_view bpe : bpe_names) {
        if (name != bpe && name != bpe.substr(token_prefix.size())) continue;
        throw Error(ErrorCode::usage, fmt::format("this quarry was built without the vocabulary of {}", shown),
                    "tokens:approx estimates; or build quarry again after scripts/setup, with -DQUARRY_BPE=ON");
    }
    const std::span<const std::string> names = tokenizer_names();
    const std::optional<std::string> meant = closest(name, names);
    const std::string all = fmt::format("{}, wordpiece:FILE, gguf:FILE", fmt::join(names, ", "));
    throw Error(
        ErrorCode::usage, fmt::format("unknown unit \"{}\"", shown),
        meant ? fmt::format("did you mean {}? (units: {})", *meant, all) : fmt::format("choose one of: {}", all));
}

}  // namespace quarry::tokenize
