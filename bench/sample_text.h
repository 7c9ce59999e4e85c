#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "core/embed/builtin_train.h"

namespace quarry::bench {

/// Made-up prose of about `bytes` bytes: sentences and paragraphs of words whose frequencies follow Zipf's law, as in
/// real text. The same for the same seed.
inline std::string sample_text(std::size_t bytes, std::uint64_t seed = 1) {
    static const std::vector<std::string> syllables = {"ka",  "ri",  "ton", "mel", "os",  "ber", "in", "ta",
                                                       "shu", "ven", "al",  "po",  "gre", "dis", "ly", "ment"};
    embed::builtin::Random random(seed);
    std::string text;
    std::size_t in_sentence = 0;
    while (text.size() < bytes) {
        // 1 / u gives ranks with Zipf's distribution; the rank's digits in base 16 spell the word.
        const double u = static_cast<double>(random.below(1'000'000) + 1) / 1'000'000.0;
        auto rank = static_cast<std::size_t>(1.0 / u) + random.below(16);
        std::string word;
        do {
            word += syllables[rank % syllables.size()];
            rank /= syllables.size();
        } while (rank > 0);
        text += word;
        if (++in_sentence == 14) {
            text += random.below(5) == 0 ? ".\n\n" : ". ";
            in_sentence = 0;
        } else {
            text += ' ';
        }
    }
    return text;
}

/// Texts of about 1500 bytes each, as chunks are.
inline std::vector<std::string> sample_texts(std::size_t count) {
    std::vector<std::string> texts;
    texts.reserve(count);
    for (std::size_t i = 0; i < count; ++i) texts.push_back(sample_text(1'500, i + 1));
    return texts;
}

}  // namespace quarry::bench
