// Mines the documents for pairs of texts that belong together.

#include "core/embed/builtin_pairs.h"

#include <algorithm>
#include <array>

#include "core/base/text.h"

namespace quarry::embed::builtin {
namespace {

/// Sentences longer than this, lists and code above all, are taken as windows.
constexpr std::size_t max_sentence_terms = 40;
constexpr std::size_t min_sentence_terms = 4;
constexpr std::size_t window_terms = 12;
constexpr std::size_t sentences_per_chunk = 3;
/// What a side needs to say anything.
constexpr std::size_t min_document_terms = 4;

bool is_space(char byte) noexcept { return byte == ' ' || byte == '\n' || byte == '\t' || byte == '\r'; }

/// Length of the sentence mark at `at`, 0 when there is none. Ideographic and Devanagari marks need no space behind.
std::size_t sentence_mark(std::string_view text, std::size_t at) noexcept {
    constexpr std::array<std::string_view, 6> marks = {"\u3002", "\uff01", "\uff1f", "\u0964", "\u061f", "\u06d4"};
    for (const std::string_view mark : marks) {
        if (text.substr(at).starts_with(mark)) return mark.size();
    }
    const char byte = text[at];
    if (byte != '.' && byte != '!' && byte != '?') return 0;
    return at + 1 == text.size() || is_space(text[at + 1]) ? 1 : 0;
}

}  // namespace

std::vector<std::size_t> sentence_ends(std::string_view text) {
    std::vector<std::size_t> ends;
    for (std::size_t at = 0; at < text.size();) {
        if (const std::size_t length = sentence_mark(text, at); length > 0) {
            at += length;
            ends.push_back(at);
        } else if (text[at] == '\n' && at + 1 < text.size() && text[at + 1] == '\n') {
            at += 2;
            ends.push_back(at);
        } else {
            ++at;
        }
    }
    if (ends.empty() || ends.back() != text.size()) ends.push_back(text.size());
    return ends;
}

std::string_view without_leading_title(std::string_view text, std::string_view title) {
    if (title.empty()) return text;
    std::size_t begin = 0;
    while (begin < text.size() && (is_space(text[begin]) || text[begin] == '#')) ++begin;
    const std::string_view rest = text.substr(begin);
    if (!rest.starts_with(title)) return text;
    const std::size_t line_end = std::min(rest.find('\n'), rest.size());
    return trim(rest.substr(0, line_end)).size() == title.size() ? rest.substr(line_end) : text;
}

std::uint32_t PairMiner::number_of(const std::string& term) {
    const std::uint64_t hash = term_hash(term);
    const auto [at, inserted] = numbers_.try_emplace(hash, static_cast<std::uint32_t>(hashes_.size()));
    if (inserted) {
        hashes_.push_back(hash);
        counts_.push_back(0);
        texts_.push_back(term.substr(0, 128));
    }
    ++counts_[at->second];
    return at->second;
}

PairMiner::Range PairMiner::read(std::string_view text, std::size_t limit, std::vector<std::size_t>* starts) {
    analyzer_.analyze(text, analyzed_);
    if (analyzed_.size() > limit) analyzed_.resize(limit);
    Range range{terms_.size(), terms_.size() + analyzed_.size()};
    if (starts != nullptr) starts->clear();
    for (const analyze::Term& term : analyzed_) {
        terms_.push_back(number_of(term.text));
        if (starts != nullptr) starts->push_back(term.start);
    }
    return range;
}

void PairMiner::add(const FitChunk& chunk) {
    // A chunk is some hundred words; one that is larger, by configuration or by attack, is read in part.
    constexpr std::size_t max_body_bytes = 16'384;
    constexpr std::size_t max_body_terms = 2'000;
    std::string_view body = without_leading_title(chunk.text, chunk.title);
    ReadChunk read_chunk;
    read_chunk.first = chunk.ordinal == 0;
    if (read_chunk.first) read_chunk.title = read(chunk.title.substr(0, 1'024), max_query_terms, nullptr);
    if (!chunk.heading_path.empty() && chunk.heading_path.back() != chunk.title) {
        const std::string& heading = chunk.heading_path.back();
        body = without_leading_title(body, heading);
        read_chunk.heading = read(std::string_view(heading).substr(0, 1'024), max_query_terms, nullptr);
    }
    body = body.substr(0, floor_to_code_point(body, std::min(body.size(), max_body_bytes)));

    std::vector<std::size_t> starts;
    read_chunk.body = read(body, max_body_terms, &starts);
    read_chunk.sentences.begin = sentence_ends_.size();
    std::size_t term = 0;
    for (const std::size_t end : sentence_ends(body)) {
        while (term < starts.size() && starts[term] < end) ++term;
        sentence_ends_.push_back(read_chunk.body.begin + term);
    }
    read_chunk.sentences.end = sentence_ends_.size();
    chunks_.push_back(read_chunk);
}

void PairMiner::add(const FitPair& pair) {
    static constexpr std::size_t max_bytes = 16'384;
    const auto beginning = [](std::string_view text) {
        return text.substr(0, floor_to_code_point(text, std::min(text.size(), max_bytes)));
    };
    ReadPair read_pair;
    read_pair.query = read(beginning(pair.query), max_query_terms, nullptr);
    read_pair.text = read(beginning(pair.text), max_document_terms, nullptr);
    pairs_.push_back(read_pair);
}

std::vector<std::uint64_t> PairMiner::choose_vocabulary(std::size_t max_vocabulary, std::size_t buckets,
                                                        std::span<const std::uint64_t> known) {
    std::vector<std::uint32_t> chosen;
    for (std::uint32_t number = 0; number < counts_.size(); ++number) {
        if (counts_[number] >= 2) chosen.push_back(number);
    }
    const auto more_frequent = [this](std::uint32_t left, std::uint32_t right) {
        return counts_[left] != counts_[right] ? counts_[left] > counts_[right] : hashes_[left] < hashes_[right];
    };
    std::sort(chosen.begin(), chosen.end(), more_frequent);
    if (chosen.size() > max_vocabulary) chosen.resize(max_vocabulary);

    std::vector<std::uint64_t> vocabulary(known.begin(), known.end());
    for (const std::uint32_t number : chosen) vocabulary.push_back(hashes_[number]);
    std::sort(vocabulary.begin(), vocabulary.end());
    vocabulary.erase(std::unique(vocabulary.begin(), vocabulary.end()), vocabulary.end());

    vocabulary_size_ = vocabulary.size();
    buckets_ = buckets;
    rows_.assign(hashes_.size(), no_row);
    for (std::size_t number = 0; number < hashes_.size(); ++number) {
        const auto at = std::lower_bound(vocabulary.begin(), vocabulary.end(), hashes_[number]);
        if (at == vocabulary.end() || *at != hashes_[number]) continue;
        rows_[number] = static_cast<std::uint32_t>(at - vocabulary.begin());
    }
    return vocabulary;
}

void PairMiner::add_features(std::uint32_t number, float weight, std::vector<Feature>& features) const {
    if (rows_[number] != no_row) {
        features.push_back({rows_[number], weight});
    } else {
        add_bucket_features(texts_[number], vocabulary_size_, buckets_, weight, features);
    }
}

std::vector<double> PairMiner::row_frequencies() const {
    std::vector<double> frequencies(vocabulary_size_ + buckets_, 0.0);
    std::vector<Feature> features;
    for (std::uint32_t number = 0; number < rows_.size(); ++number) {
        features.clear();
        add_features(number, static_cast<float>(counts_[number]), features);
        for (const Feature& feature : features) frequencies[feature.row] += static_cast<double>(feature.weight);
    }
    return frequencies;
}

std::span<const std::uint32_t> PairMiner::terms(Range range, std::size_t limit) const {
    return std::span(terms_).subspan(range.begin, std::min(range.size(), limit));
}

void PairMiner::make_features(std::vector<std::uint32_t>& terms, std::vector<Feature>& features) const {
    features.clear();
    std::sort(terms.begin(), terms.end());
    for (std::size_t i = 0; i < terms.size();) {
        const std::size_t first = i;
        while (i < terms.size() && terms[i] == terms[first]) ++i;
        const float weight = count_weight(i - first);
        add_features(terms[first], weight, features);
    }
}

std::vector<PairMiner::Range> PairMiner::sentences_of(const ReadChunk& chunk) const {
    std::vector<Range> sentences;
    std::size_t begin = chunk.body.begin;
    for (std::size_t i = chunk.sentences.begin; i < chunk.sentences.end; ++i) {
        const std::size_t end = sentence_ends_[i];
        if (end - begin < min_sentence_terms) continue;  // Goes with the next one: "Fig. 3", "e.g.".
        sentences.push_back({begin, end});
        begin = end;
    }
    return sentences;
}

void PairMiner::mine_sentences(const ReadChunk& chunk, Random& random, PairSet& pairs) const {
    std::vector<Range> sentences = sentences_of(chunk);
    const bool windows = sentences.size() < 2;
    if (windows) sentences.assign(1, chunk.body);
    std::vector<std::uint32_t> query;
    std::vector<std::uint32_t> rest;
    std::vector<Feature> query_features;
    std::vector<Feature> rest_features;
    for (std::size_t taken = 0; taken < sentences_per_chunk && !sentences.empty(); ++taken) {
        const std::size_t choice = random.below(sentences.size());
        Range sentence = sentences[choice];
        if (!windows) sentences.erase(sentences.begin() + static_cast<std::ptrdiff_t>(choice));
        if (sentence.size() > max_sentence_terms || windows) {
            if (sentence.size() < 2 * window_terms) return;
            sentence.begin += random.below(sentence.size() - window_terms + 1);
            sentence.end = sentence.begin + window_terms;
        }
        rest.clear();
        if (chunk.title.size() > 0 && random.below(2) == 0) {
            const auto title = terms(chunk.title, max_query_terms);
            rest.assign(title.begin(), title.end());
        }
        for (std::size_t at = chunk.body.begin; at < chunk.body.end && rest.size() < max_document_terms; ++at) {
            if (at < sentence.begin || at >= sentence.end) rest.push_back(terms_[at]);
        }
        if (rest.size() < min_document_terms) continue;
        const auto of_query = terms(sentence, max_query_terms);
        query.assign(of_query.begin(), of_query.end());
        make_features(query, query_features);
        make_features(rest, rest_features);
        pairs.add(query_features, rest_features);
    }
}

void PairMiner::add_pair(Range query, Range text, PairSet& pairs) const {
    const auto features_of = [this](std::span<const std::uint32_t> numbers) {
        std::vector<std::uint32_t> sorted(numbers.begin(), numbers.end());
        std::vector<Feature> features;
        make_features(sorted, features);
        return features;
    };
    pairs.add(features_of(terms(query, max_query_terms)), features_of(terms(text, max_document_terms)));
}

PairSet PairMiner::mine(Random& random) const {
    PairSet pairs;
    for (const ReadChunk& chunk : chunks_) {
        if (chunk.body.size() < min_document_terms) continue;
        for (const Range name : {chunk.title, chunk.heading}) {
            if (name.size() > 0) add_pair(name, chunk.body, pairs);
        }
        mine_sentences(chunk, random, pairs);
    }
    for (const ReadPair& pair : pairs_) {
        if (pair.query.size() > 0 && pair.text.size() > 0) add_pair(pair.query, pair.text, pairs);
    }
    return pairs;
}

}  // namespace quarry::embed::builtin
