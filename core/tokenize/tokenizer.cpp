#include "core/tokenize/tokenizer.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/tokenize/approximate_tokens.h"
#include "core/tokenize/characters.h"

namespace quarry {
namespace {

class PlainMeasure final : public TextMeasure {
public:
    PlainMeasure(const Tokenizer& tokenizer, std::string_view text) : tokenizer_(tokenizer), text_(text) {}
    [[nodiscard]] std::size_t count(std::size_t start, std::size_t end) override {
        return tokenizer_.count(text_.substr(start, end - start));
    }
    [[nodiscard]] std::size_t reach(std::size_t start, std::size_t limit, std::size_t size) override {
        return start + tokenizer_.truncate(text_.substr(start, limit - start), size);
    }

private:
    const Tokenizer& tokenizer_;
    std::string_view text_;
};

class ByteTokenizer final : public Tokenizer {
public:
    [[nodiscard]] std::string_view name() const noexcept override { return "bytes"; }
    [[nodiscard]] std::size_t count(std::string_view text) const override { return text.size(); }
    [[nodiscard]] std::size_t truncate(std::string_view text, std::size_t limit) const override {
        return floor_to_code_point(text, limit);
    }
};

/// Code points of valid UTF-8: bytes that do not continue a sequence.
std::size_t count_leading_bytes(std::string_view text) noexcept {
    return static_cast<std::size_t>(
        std::count_if(text.begin(), text.end(), [](char c) { return !is_utf8_continuation(c); }));
}

class CharacterTokenizer final : public Tokenizer {
public:
    [[nodiscard]] std::string_view name() const noexcept override { return "chars"; }
    [[nodiscard]] std::size_t count(std::string_view text) const override { return count_leading_bytes(text); }
    [[nodiscard]] std::size_t truncate(std::string_view text, std::size_t limit) const override {
        constexpr std::size_t block = 64;  // counted with SIMD by the compiler; then byte by byte near the limit
        std::size_t at = 0;
        std::size_t counted = 0;
        while (text.size() - at > block && counted + block <= limit) {
            counted += count_leading_bytes(text.substr(at, block));
            at += block;
        }
        for (; at < text.size(); ++at) {
            if (is_utf8_continuation(text[at])) continue;
            if (counted == limit) break;
            ++counted;
        }
        return at;
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

template <typename Tokenizer_>
std::unique_ptr<Tokenizer> make() {
    return std::make_unique<Tokenizer_>();
}

struct Registration {
    std::unique_ptr<Tokenizer> (*make)();
};

// One line a tokenizer, beside its name in `tokenizer_names`.
constexpr std::array registrations = {
    Registration{make<CharacterTokenizer>},
    Registration{make<ByteTokenizer>},
    Registration{make<CountingTokenizer<WordCounter>>},
    Registration{make<CountingTokenizer<ApproximateTokenCounter>>},
};

}  // namespace

std::unique_ptr<TextMeasure> Tokenizer::measure(std::string_view text) const {
    return std::make_unique<PlainMeasure>(*this, text);
}

std::span<const std::string> tokenizer_names() {
    static const std::vector<std::string> names = [] {
        std::vector<std::string> all;
        for (const Registration& registration : registrations) all.emplace_back(registration.make()->name());
        return all;
    }();
    return names;
}

std::unique_ptr<Tokenizer> make_tokenizer(std::string_view name) {
    for (const Registration& registration : registrations) {
        if (auto tokenizer = registration.make(); tokenizer->name() == name) return tokenizer;
    }
    const std::span<const std::string> names = tokenizer_names();
    const std::optional<std::string> meant = closest(name, names);
    throw Error(ErrorCode::usage, fmt::format("unknown unit \"{}\"", one_line(strip_terminal_controls(name), 60)),
                meant ? fmt::format("did you mean {}? (units: {})", *meant, fmt::join(names, ", "))
                      : fmt::format("choose one of: {}", fmt::join(names, ", ")));
}

}  // namespace quarry
