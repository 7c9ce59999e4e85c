#include "core/embed/builtin_grams.h"

#include <algorithm>
#include <cmath>

#include "core/analyze/analyzer.h"
#include "core/analyze/function_words.h"
#include "core/analyze/word_grams.h"

namespace quarry::embed::builtin {
namespace {

constexpr double steps_of_rarity = 20;
constexpr double k1 = 0.9, b = 0.4;

std::size_t bucket_of(std::uint32_t gram) { return gram % gram_buckets; }

/// A question's words without those that only hold it together.
std::string content_of(std::string_view question) {
    std::vector<analyze::Term> terms;
    analyze::Analyzer("en", analyze::Analyzer::Memory::small).analyze(question, terms);
    const std::vector<bool> functions = analyze::find_function_terms(question, terms);
    std::string content;
    for (std::size_t i = 0; i < terms.size(); ++i) {
        if (functions[i] || terms[i].alternative) continue;
        content.append(question.substr(terms[i].start, terms[i].end - terms[i].start)).push_back(' ');
    }
    return content;
}

}  // namespace

void GramCounter::add(std::string_view text) {
    ++texts_;
    grams_.clear();
    analyze::append_word_grams(text, grams_);
    for (const std::uint32_t gram : grams_) {
        const std::size_t bucket = bucket_of(gram);
        if (last_text_[bucket] == texts_) continue;
        last_text_[bucket] = texts_;
        ++counts_[bucket];
    }
}

std::string GramCounter::rarities() const {
    std::string rarities;
    rarities.reserve(gram_buckets);
    for (const std::uint32_t count : counts_) {
        const double idf = std::log(1 + (texts_ - count + 0.5) / (count + 0.5));
        rarities.push_back(static_cast<char>(std::lround(std::min(255.0, idf * steps_of_rarity))));
    }
    return rarities;
}

GramQuery::GramQuery(std::string_view question, const std::function<std::uint8_t(std::size_t)>& rarity)
    : asked_(gram_buckets) {
    std::vector<std::uint32_t> grams;
    analyze::append_word_grams(content_of(question), grams);
    for (const std::uint32_t gram : grams) {
        weights_[gram] += 1;
        asked_[bucket_of(gram)] = true;
    }
    for (auto& [gram, weight] : weights_) {
        weight = analyze::repeated_word_weight(weight) * rarity(bucket_of(gram)) / steps_of_rarity;
    }
}

std::vector<double> GramQuery::score(std::span<const std::string_view> texts) const {
    std::vector<std::vector<std::uint32_t>> found;  // of the question's grams, by text
    std::vector<double> lengths;
    double all = 0;
    std::vector<std::uint32_t> grams;
    for (const std::string_view text : texts) {
        grams.clear();
        analyze::append_word_grams(text, grams);
        lengths.push_back(static_cast<double>(grams.size()));
        all += lengths.back();
        std::erase_if(grams,
                      [this](std::uint32_t gram) { return !asked_[bucket_of(gram)] || !weights_.contains(gram); });
        std::sort(grams.begin(), grams.end());
        found.push_back(grams);
    }
    const double average = std::max(1.0, all / static_cast<double>(std::max<std::size_t>(1, texts.size())));
    std::vector<double> scores;
    for (std::size_t text = 0; text < texts.size(); ++text) {
        double score = 0;
        const double norm = k1 * (1 - b + b * lengths[text] / average);
        for (auto at = found[text].begin(); at != found[text].end();) {
            const auto end = std::upper_bound(at, found[text].end(), *at);
            const auto count = static_cast<double>(end - at);
            score += weights_.at(*at) * count * (k1 + 1) / (count + norm);
            at = end;
        }
        scores.push_back(score);
    }
    return scores;
}

}  // namespace quarry::embed::builtin
