// The embedder of a fresh machine: a table of token vectors, fitted on the base's own documents.

#include "core/embed/builtin.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

#include "core/analyze/analyzer.h"
#include "core/analyze/function_words.h"
#include "core/base/error.h"
#include "core/base/hash.h"
#include "core/embed/builtin_features.h"
#include "core/embed/builtin_grams.h"
#include "core/embed/builtin_kernels.h"
#include "core/embed/builtin_pairs.h"
#include "core/embed/builtin_table.h"
#include "core/embed/builtin_train.h"

namespace quarry::embed {
namespace {

using builtin::Feature;

/// For more of them than this, reading all of a table costs less than reading their rows.
constexpr std::size_t few_texts = 32;

/// The table that a fit starts from, if it does.
class StartTable {
public:
    explicit StartTable(std::string_view bytes) {
        if (!bytes.empty()) table_.emplace(std::string(bytes));
    }

    [[nodiscard]] std::span<const std::uint64_t> terms() const {
        return table_ ? table_->hashes() : std::span<const std::uint64_t>{};
    }
    /// Puts its rows in the place of those of the same terms, and of the buckets when there are as many.
    void lay_over(std::span<const std::uint64_t> vocabulary, std::size_t buckets, std::span<float> rows) const {
        if (!table_) return;
        for (std::size_t row = 0; row < vocabulary.size(); ++row) {
            if (const auto own = table_->find(vocabulary[row])) put(*own, row, rows);
        }
        if (table_->buckets() != buckets) return;
        for (std::size_t i = 0; i < buckets; ++i) put(table_->vocabulary_size() + i, vocabulary.size() + i, rows);
    }

private:
    void put(std::size_t from, std::size_t to, std::span<float> rows) const {
        const std::span<float> row = rows.subspan(to * builtin::dimensions, builtin::dimensions);
        std::fill(row.begin(), row.end(), 0.0F);
        table_->add_row(from, 1.0F, row.data());
    }

    std::optional<builtin::TokenTable> table_;
};

/// Random rows, those of frequent terms shorter: a / (a + p), the weights of Arora, Liang and Ma (2017). They alone
/// make a text's mean a weak sketch of its rare terms; the fit starts from there.
std::vector<float> random_start(std::span<const std::uint64_t> vocabulary, const std::vector<double>& frequencies,
                                std::uint64_t seed) {
    constexpr double a = 1e-4;
    double total = 0;
    for (const double frequency : frequencies) total += frequency;
    std::vector<float> rows(frequencies.size() * builtin::dimensions);
    for (std::size_t row = 0; row < frequencies.size(); ++row) {
        const double share = total > 0 ? frequencies[row] / total : 0.0;
        // Seeded by the term, so that it starts from the same place in every fit.
        builtin::Random random((row < vocabulary.size() ? vocabulary[row] : row) ^ seed);
        const auto length = static_cast<float>(a / (a + share));
        for (std::size_t i = 0; i < builtin::dimensions; ++i) {
            rows[row * builtin::dimensions + i] = random.normal() * length;
        }
    }
    return rows;
}

/// Hands an even sample of the chunks to the miner: as many as give `max_pairs` pairs at most.
void read_chunks(const FitSource& source, const BuiltinFitOptions& options, builtin::PairMiner& miner,
                 builtin::GramCounter& grams, const Cancellation& cancellation) {
    if (!source.for_each) return;
    const std::uint64_t wanted =
        std::max<std::uint64_t>(1, options.max_pairs / builtin::PairMiner::max_pairs_per_chunk);
    std::uint64_t seen = 0;
    source.for_each([&](const FitChunk& chunk) {
        cancellation.check();
        const bool take = source.chunk_count <= wanted ||
                          seen * wanted / source.chunk_count != (seen + 1) * wanted / source.chunk_count;
        ++seen;
        if (take) {
            miner.add(chunk);
            grams.add(chunk.text);
        }
        return miner.term_count() < options.max_terms;
    });
}

void read_pairs(const FitSource& source, const BuiltinFitOptions& options, builtin::PairMiner& miner,
                const Cancellation& cancellation) {
    const std::size_t count = source.pairs.size(), wanted = std::min(count, options.max_pairs);
    for (std::size_t i = 0; i < wanted && miner.term_count() < options.max_terms; ++i) {
        cancellation.check();
        miner.add(source.pairs[i * count / wanted]);
    }
}

}  // namespace

std::string fit_builtin(const FitSource& source, const BuiltinFitOptions& options, const Cancellation& cancellation,
                        const FitProgress& progress) {
    builtin::PairMiner miner;
    const StartTable start(options.start);
    read_pairs(source, options, miner, cancellation);
    builtin::GramCounter grams;
    read_chunks(source, options, miner, grams, cancellation);
    const std::vector<std::uint64_t> vocabulary =
        miner.choose_vocabulary(options.max_vocabulary, options.buckets, start.terms());
    std::vector<float> rows = random_start(vocabulary, miner.row_frequencies(), options.seed);
    start.lay_over(vocabulary, options.buckets, rows);
    builtin::Random random(options.seed);
    const builtin::PairSet pairs = miner.mine(random);
    builtin::TrainOptions training = builtin::options_for(pairs.size(), options.epochs);
    training.seed = random.next();
    builtin::train(
        pairs, training, rows, cancellation, progress ? progress : [](double) {});
    return builtin::serialise_table(vocabulary, options.buckets, rows, source.chunk_count, grams.rarities());
}

struct BuiltinEmbedder::Impl {
    /// Calls `work(const TokenRows&)` with the table.
    template <typename Work>
    auto with_table(const Work& work) const {
        if (table) return work(static_cast<const builtin::TokenRows&>(*table));
        return work(static_cast<const builtin::TokenRows&>(builtin::StoredTable(open_table())));
    }
    [[nodiscard]] std::unique_ptr<const StoredBytes> open_table() const {
        std::unique_ptr<const StoredBytes> bytes = open();
        if (bytes == nullptr) {
            throw Error(ErrorCode::failed, "the base's table of token vectors is gone", "try again")
                .because("another process has fitted a new one");
        }
        return bytes;
    }
    /// Reads a stored table into memory once so many texts came that this pays.
    void expect(std::size_t texts) {
        embedded += texts;
        if (table || embedded <= few_texts) return;
        const std::unique_ptr<const StoredBytes> stored = open_table();
        std::string bytes(stored->size(), '\0');
        stored->read(0, bytes);
        table.emplace(std::move(bytes));
    }
    void embed(const builtin::TokenRows& rows, std::string_view text, EmbedKind kind, float* vector);

    std::string fingerprint;
    std::optional<builtin::TokenTable> table;
    OpenTable open;            ///< Of one that is not in memory.
    std::size_t embedded = 0;  ///< Texts so far.
    analyze::Analyzer analyzer;
    std::vector<analyze::Term> terms;
    std::vector<std::pair<std::uint64_t, std::size_t>> hashed;  ///< Hash and place in `terms`.
    std::vector<Feature> buckets;
};

void BuiltinEmbedder::Impl::embed(const builtin::TokenRows& rows, std::string_view text, EmbedKind kind,
                                  float* vector) {
    analyzer.analyze(text, terms);
    std::vector<bool> functions(terms.size());
    if (kind == EmbedKind::query) functions = analyze::find_function_terms(text, terms);
    const auto function_weight = static_cast<float>(
        analyze::function_word_weight(static_cast<std::size_t>(std::ranges::count(functions, true))));
    hashed.clear();
    for (std::size_t i = 0; i < terms.size(); ++i) hashed.emplace_back(builtin::term_hash(terms[i].text), i);
    std::sort(hashed.begin(), hashed.end());
    for (std::size_t i = 0; i < hashed.size();) {
        const std::size_t first = i;
        std::size_t count = 0;  // of what is no function word
        for (; i < hashed.size() && hashed[i].first == hashed[first].first; ++i) {
            if (!functions[hashed[i].second]) ++count;
        }
        const float weight = count > 0 ? builtin::count_weight(count) : function_weight;
        if (const auto row = rows.find(hashed[first].first)) {
            rows.add_row(*row, weight, vector);
            continue;
        }
        buckets.clear();
        builtin::add_bucket_features(terms[hashed[first].second].text, rows.vocabulary_size(), rows.buckets(), weight,
                                     buckets);
        for (const Feature& feature : buckets) rows.add_row(feature.row, feature.weight, vector);
    }
    const float squared = builtin::dot(vector, vector, builtin::dimensions);
    const float scale = squared > 1e-12F ? 1.0F / std::sqrt(squared) : 0.0F;
    for (std::size_t i = 0; i < builtin::dimensions; ++i) vector[i] *= scale;
}

BuiltinEmbedder::BuiltinEmbedder(std::string table) : impl_(std::make_unique<Impl>()) {
    impl_->fingerprint = fingerprint_of(table);
    impl_->table.emplace(std::move(table));
}

BuiltinEmbedder::BuiltinEmbedder(std::string fingerprint, OpenTable open) : impl_(std::make_unique<Impl>()) {
    impl_->fingerprint = std::move(fingerprint);
    impl_->open = std::move(open);
}

BuiltinEmbedder::~BuiltinEmbedder() = default;
BuiltinEmbedder::BuiltinEmbedder(BuiltinEmbedder&&) noexcept = default;
BuiltinEmbedder& BuiltinEmbedder::operator=(BuiltinEmbedder&&) noexcept = default;

bool BuiltinEmbedder::is_table(std::string_view bytes) noexcept { return bytes.starts_with("QTABLE"); }

std::string BuiltinEmbedder::fingerprint_of(std::string_view table) { return "builtin:" + content_hash(table); }

std::string BuiltinEmbedder::fingerprint() const { return impl_->fingerprint; }

std::size_t BuiltinEmbedder::dimensions() const { return builtin::dimensions; }

std::vector<float> BuiltinEmbedder::embed(std::span<const std::string_view> texts, EmbedKind kind,
                                          const Cancellation& cancellation) {
    std::vector<float> vectors(texts.size() * builtin::dimensions, 0.0F);
    impl_->expect(texts.size());
    impl_->with_table([&](const builtin::TokenRows& rows) {
        for (std::size_t i = 0; i < texts.size(); ++i) {
            cancellation.check();
            impl_->embed(rows, texts[i], kind, vectors.data() + i * builtin::dimensions);
        }
    });
    return vectors;
}

bool BuiltinEmbedder::knows(std::string_view question) {
    impl_->analyzer.analyze(question, impl_->terms);
    const std::vector<bool> functions = analyze::find_function_terms(question, impl_->terms);
    return impl_->with_table([&](const builtin::TokenRows& rows) {
        for (std::size_t i = 0; i < functions.size(); ++i) {
            if (!functions[i] && rows.find(builtin::term_hash(impl_->terms[i].text))) return true;
        }
        return false;
    });
}

std::vector<double> BuiltinEmbedder::part_scores(std::string_view question, std::span<const std::string_view> texts) {
    return impl_->with_table([&](const builtin::TokenRows& rows) -> std::vector<double> {
        if (rows.grams() == 0) return {};
        const auto rarity = [&rows](std::size_t bucket) { return rows.gram_rarity(bucket); };
        return builtin::GramQuery(question, rarity).score(texts);
    });
}

std::uint64_t BuiltinEmbedder::fitted_chunks() const {
    return impl_->with_table([](const builtin::TokenRows& rows) { return rows.fitted_chunks(); });
}

std::size_t BuiltinEmbedder::vocabulary_size() const {
    return impl_->with_table([](const builtin::TokenRows& rows) { return rows.vocabulary_size(); });
}

}  // namespace quarry::embed
