#pragma once

#include <memory>
#include <string_view>
#include <utility>

#include "core/tokenize/tokenizer.h"

namespace quarry::tokenize {

/// A tokenizer that measures one text once for all who ask: what one of them counted, the others need not count again.
///
/// Borrows the text. Not thread-safe, other than the tokenizer that it is made of.
class SharedMeasure final : public Tokenizer {
public:
    SharedMeasure(std::unique_ptr<Tokenizer> tokenizer, std::string_view text)
        : tokenizer_(std::move(tokenizer)), measure_(tokenizer_->measure(text)) {}

    [[nodiscard]] std::string_view name() const noexcept override { return tokenizer_->name(); }
    [[nodiscard]] std::size_t count(std::string_view text) const override { return tokenizer_->count(text); }
    [[nodiscard]] std::size_t truncate(std::string_view text, std::size_t limit) const override {
        return tokenizer_->truncate(text, limit);
    }
    [[nodiscard]] bool never_falls() const noexcept override { return tokenizer_->never_falls(); }
    [[nodiscard]] std::unique_ptr<TextMeasure> measure(std::string_view text) const override {
        const std::string_view shared = measure_->text();
        if (text.data() != shared.data() || text.size() != shared.size()) return tokenizer_->measure(text);
        return std::make_unique<Share>(*measure_);
    }

private:
    class Share final : public TextMeasure {
    public:
        explicit Share(TextMeasure& measure) : TextMeasure(measure.text()), measure_(measure) {}
        [[nodiscard]] std::size_t count(std::size_t start, std::size_t end) override {
            return measure_.count(start, end);
        }
        [[nodiscard]] std::size_t reach(std::size_t start, std::size_t limit, std::size_t size) override {
            return measure_.reach(start, limit, size);
        }
        [[nodiscard]] std::size_t reach_back(std::size_t low, std::size_t end, std::size_t size) override {
            return measure_.reach_back(low, end, size);
        }

    private:
        TextMeasure& measure_;
    };

    std::unique_ptr<Tokenizer> tokenizer_;
    std::unique_ptr<TextMeasure> measure_;
};

}  // namespace quarry::tokenize
