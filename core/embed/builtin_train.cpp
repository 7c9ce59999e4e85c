// The contrastive fit of the token table: the time goes here, so everything is laid out for plain float loops.

#include "core/embed/builtin_train.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "core/embed/builtin_kernels.h"

namespace quarry::embed::builtin {
namespace {

/// The prefixes that must work alone, as the segments between them.
constexpr std::array<std::size_t, 5> segment_ends = {0, 32, 64, 128, 256};
constexpr std::size_t segments = segment_ends.size() - 1;
constexpr std::size_t smallest_batch = 32;
static_assert(segment_ends.back() == dimensions);

void transpose(const float* from, std::size_t rows, std::size_t columns, float* to) {
    constexpr std::size_t block = 16;
    for (std::size_t i = 0; i < rows; i += block) {
        for (std::size_t j = 0; j < columns; j += block) {
            for (std::size_t y = i; y < std::min(i + block, rows); ++y) {
                for (std::size_t x = j; x < std::min(j + block, columns); ++x) to[x * rows + y] = from[y * columns + x];
            }
        }
    }
}

/// 1 / |row[0, end of segment)| for each prefix of each row; 0 for a prefix that is zero.
void inverse_norms(const std::vector<float>& rows, std::size_t count,
                   std::array<std::vector<float>, segments>& inverse) {
    for (std::size_t i = 0; i < count; ++i) {
        const float* row = rows.data() + i * dimensions;
        float sum = 0;
        for (std::size_t s = 0; s < segments; ++s) {
            const std::size_t begin = segment_ends[s];
            sum += dot(row + begin, row + begin, segment_ends[s + 1] - begin);
            inverse[s][i] = sum > 1e-12F ? 1.0F / std::sqrt(sum) : 0.0F;
        }
    }
}

/// The batch's texts, their loss, and the gradient of each text's vector.
class Batch {
public:
    explicit Batch(std::size_t size, float scale)
        : size_(size),
          scale_(scale),
          weights_(size * size),
          weights_transposed_(size * size),
          exponentials_(size * size),
          column_sums_(size),
          queries_(size * dimensions),
          documents_(size * dimensions),
          transposed_(size * dimensions),
          gradients_(2 * size * dimensions) {
        for (std::size_t s = 0; s < segments; ++s) {
            dots_[s].resize(size * size);
            query_norms_[s].resize(size);
            document_norms_[s].resize(size);
        }
        query_pull_.resize(size);
        document_pull_.resize(size);
    }

    [[nodiscard]] std::size_t size() const noexcept { return size_; }
    [[nodiscard]] float* query(std::size_t i) noexcept { return queries_.data() + i * dimensions; }
    [[nodiscard]] float* document(std::size_t i) noexcept { return documents_.data() + i * dimensions; }
    /// Of the texts' vectors: of the queries, then of the documents.
    [[nodiscard]] const float* gradients() const noexcept { return gradients_.data(); }

    void clear() {
        std::fill(queries_.begin(), queries_.end(), 0.0F);
        std::fill(documents_.begin(), documents_.end(), 0.0F);
    }

    void differentiate() {
        compute_dots();
        inverse_norms(queries_, size_, query_norms_);
        inverse_norms(documents_, size_, document_norms_);
        for (auto* sums : {&gradients_, &weights_, &query_pull_, &document_pull_}) {
            std::fill(sums->begin(), sums->end(), 0.0F);
        }
        // From the longest prefix down: what a prefix wants of its last segment, all longer ones want too.
        for (std::size_t s = segments; s-- > 0;) {
            add_prefix_loss(s);
            add_segment_gradients(s);
        }
    }

private:
    /// dots_[s][i][j] = queries[i] . documents[j] over the prefix that ends with segment s.
    void compute_dots() {
        transpose(documents_.data(), size_, dimensions, transposed_.data());
        for (std::size_t s = 0; s < segments; ++s) {
            if (s == 0) {
                std::fill(dots_[s].begin(), dots_[s].end(), 0.0F);
            } else {
                dots_[s] = dots_[s - 1];
            }
            const std::size_t begin = segment_ends[s];
            kernels_.multiply_add(queries_.data() + begin, dimensions, transposed_.data() + begin * size_, size_,
                                  dots_[s].data(), size_, size_, size_, segment_ends[s + 1] - begin);
        }
    }

    /// Adds the loss of one prefix: to weights_ its derivative by each dot product, to the pulls the part that comes
    /// from the lengths of the vectors.
    void add_prefix_loss(std::size_t s) {
        const float* dots = dots_[s].data();
        const float* query_norm = query_norms_[s].data();
        const float* document_norm = document_norms_[s].data();
        // The logits are at most `scale`, so that their exponentials need no shift to stay finite.
        for (std::size_t i = 0; i < size_; ++i) {
            const float factor = scale_ * query_norm[i];
            float* row = exponentials_.data() + i * size_;
            for (std::size_t j = 0; j < size_; ++j) row[j] = dots[i * size_ + j] * factor * document_norm[j];
        }
        kernels_.exponential(exponentials_.data(), exponentials_.data(), size_ * size_);
        std::fill(column_sums_.begin(), column_sums_.end(), 0.0F);
        for (std::size_t i = 0; i < size_; ++i) {
            kernels_.add_scaled(1.0F, exponentials_.data() + i * size_, column_sums_.data(), size_);
        }
        for (std::size_t j = 0; j < size_; ++j) column_sums_[j] = 1.0F / column_sums_[j];
        for (std::size_t i = 0; i < size_; ++i) {
            const SoftmaxRow row{exponentials_.data() + i * size_, dots + i * size_, i, scale_ * query_norm[i]};
            const float pull = kernels_.add_weights(row, column_sums_.data(), document_norm,
                                                    weights_.data() + i * size_, document_pull_.data(), size_);
            query_pull_[i] += pull * (query_norm[i] * query_norm[i]);
        }
    }

    void add_segment_gradients(std::size_t s) {
        const std::size_t begin = segment_ends[s];
        const std::size_t width = segment_ends[s + 1] - begin;
        float* const of_queries = gradients_.data();
        float* const of_documents = of_queries + size_ * dimensions;
        transpose(weights_.data(), size_, size_, weights_transposed_.data());
        kernels_.multiply_add(weights_.data(), size_, documents_.data() + begin, dimensions, of_queries + begin,
                              dimensions, size_, width, size_);
        kernels_.multiply_add(weights_transposed_.data(), size_, queries_.data() + begin, dimensions,
                              of_documents + begin, dimensions, size_, width, size_);
        for (std::size_t i = 0; i < size_; ++i) {
            const std::size_t at = i * dimensions + begin;
            kernels_.add_scaled(-query_pull_[i], queries_.data() + at, of_queries + at, width);
            kernels_.add_scaled(-document_pull_[i], documents_.data() + at, of_documents + at, width);
        }
    }

    const Kernels& kernels_ = kernels();
    std::size_t size_;
    float scale_;
    std::array<std::vector<float>, segments> dots_, query_norms_, document_norms_;
    std::vector<float> weights_, weights_transposed_, exponentials_, column_sums_;
    std::vector<float> queries_, documents_, transposed_, gradients_;
    std::vector<float> query_pull_, document_pull_;
};

/// Which texts of the batch use which row: built anew for each batch, so that each row is updated once.
class RowUses {
public:
    explicit RowUses(std::size_t rows) : counts_(rows, 0) {}

    void build(const PairSet& pairs, std::span<const std::uint32_t> batch) {
        for (const std::uint32_t row : rows_) counts_[row] = 0;
        rows_.clear();
        const auto each = [&](const auto& visit) {
            for (std::size_t i = 0; i < batch.size(); ++i) {
                for (const Feature& feature : pairs.query(batch[i])) visit(i, feature);
                for (const Feature& feature : pairs.document(batch[i])) visit(batch.size() + i, feature);
            }
        };
        each([&](std::size_t, const Feature& feature) {
            if (counts_[feature.row]++ == 0) rows_.push_back(feature.row);
        });
        std::uint32_t begin = 0;
        begins_.clear();
        for (const std::uint32_t row : rows_) {
            begins_.push_back(begin);
            begin += counts_[row];
            counts_[row] = begins_.back();  // From here on: where the next use of the row goes.
        }
        begins_.push_back(begin);
        uses_.resize(begin);
        each([&](std::size_t text, const Feature& feature) {
            uses_[counts_[feature.row]++] = {static_cast<std::uint32_t>(text), feature.weight};
        });
    }

    [[nodiscard]] std::span<const std::uint32_t> rows() const noexcept { return rows_; }
    /// The texts in place of the rows: queries first, then documents.
    [[nodiscard]] std::span<const Feature> uses(std::size_t index) const {
        return std::span(uses_).subspan(begins_[index], begins_[index + 1] - begins_[index]);
    }

private:
    std::vector<std::uint32_t> counts_, rows_, begins_;
    std::vector<Feature> uses_;
};

void shuffle(std::vector<std::uint32_t>& order, Random& random) {
    for (std::size_t i = order.size(); i > 1; --i) std::swap(order[i - 1], order[random.below(i)]);
}

void pool(const PairSet& pairs, std::span<const std::uint32_t> batch_pairs, std::span<const float> table,
          Batch& batch) {
    const Kernels& kernel = kernels();
    batch.clear();
    for (std::size_t i = 0; i < batch_pairs.size(); ++i) {
        const std::span<const Feature> query = pairs.query(batch_pairs[i]), document = pairs.document(batch_pairs[i]);
        kernel.add_rows(table.data(), query.data(), query.size(), batch.query(i));
        kernel.add_rows(table.data(), document.data(), document.size(), batch.document(i));
    }
}

/// Fetches a row that is about to be changed: those of a batch lie far apart, and would be waited for one by one.
void prefetch_row(const float* row) {
    constexpr std::size_t floats_in_line = 16;
    for (std::size_t i = 0; i < dimensions; i += floats_in_line) __builtin_prefetch(row + i, 1);
}

/// Warms up over the first twentieth of the steps, then falls in a line to 0.
float rate_at(std::size_t step, std::size_t steps, float rate) {
    const std::size_t warm = std::max<std::size_t>(1, steps / 20);
    if (step < warm) return rate * static_cast<float>(step + 1) / static_cast<float>(warm);
    return rate * static_cast<float>(steps - step) / static_cast<float>(steps - warm + 1);
}

}  // namespace

std::uint64_t Random::next() noexcept {
    state_ += 0x9e3779b97f4a7c15ULL;
    std::uint64_t value = state_;
    value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9ULL;
    value = (value ^ (value >> 27)) * 0x94d049bb133111ebULL;
    return value ^ (value >> 31);
}

std::uint64_t Random::below(std::uint64_t bound) noexcept { return next() % bound; }

float Random::normal() noexcept {
    const std::uint64_t bits = next();
    float sum = 0;
    for (int part = 0; part < 4; ++part) sum += static_cast<float>((bits >> (16 * part)) & 0xFFFFU);
    constexpr float root_three = 1.7320508F;  // Four uniform numbers have variance 4/12.
    return (sum / 65535.0F - 2.0F) * root_three;
}

void PairSet::add(std::span<const Feature> query, std::span<const Feature> document) {
    queries_.push_back(append(query));
    documents_.push_back(append(document));
}

PairSet::Side PairSet::append(std::span<const Feature> features) {
    const std::size_t begin = features_.size();
    features_.insert(features_.end(), features.begin(), features.end());
    return {begin, features_.size()};
}

TrainOptions options_for(std::size_t pairs, std::size_t most_epochs) {
    constexpr std::size_t many_pairs = 12'000, epochs_of_many = 2;
    constexpr float rate_of_many = 0.6F;
    TrainOptions options;
    options.epochs = most_epochs;
    if (pairs >= many_pairs) {
        options.epochs = std::min(most_epochs, epochs_of_many);
        options.rate = rate_of_many;
    }
    return options;
}

void train(const PairSet& pairs, const TrainOptions& options, std::span<float> table, const Cancellation& cancellation,
           const std::function<void(double)>& progress) {
    const std::size_t wanted = std::min(options.max_batch, std::max(smallest_batch, pairs.size() / 8));
    const std::size_t batch_size = wanted / 16 * 16;  // The kernels work on sixteen lanes.
    if (pairs.size() < batch_size) return;
    std::vector<std::uint32_t> order(pairs.size());
    for (std::size_t i = 0; i < order.size(); ++i) order[i] = static_cast<std::uint32_t>(i);

    const std::size_t batches = pairs.size() / batch_size;
    const std::size_t steps = batches * options.epochs;
    const Kernels& kernel = kernels();
    Random random(options.seed);
    Batch batch(batch_size, options.scale);
    RowUses row_uses(table.size() / dimensions);
    std::vector<float> squares(table.size(), 0.0F);
    std::array<float, dimensions> gradient{};
    std::size_t step = 0;
    for (std::size_t epoch = 0; epoch < options.epochs; ++epoch) {
        shuffle(order, random);
        for (std::size_t b = 0; b < batches; ++b, ++step) {
            cancellation.check();
            const std::span<const std::uint32_t> batch_pairs(order.data() + b * batch_size, batch_size);
            pool(pairs, batch_pairs, table, batch);
            batch.differentiate();
            row_uses.build(pairs, batch_pairs);
            const float rate = rate_at(step, steps, options.rate);
            const std::span<const std::uint32_t> rows = row_uses.rows();
            for (std::size_t r = 0; r < rows.size(); ++r) {
                gradient.fill(0.0F);
                if (r + 1 < rows.size()) {
                    prefetch_row(table.data() + rows[r + 1] * dimensions);
                    prefetch_row(squares.data() + rows[r + 1] * dimensions);
                }
                const std::span<const Feature> uses = row_uses.uses(r);
                kernel.add_rows(batch.gradients(), uses.data(), uses.size(), gradient.data());
                const std::size_t at = rows[r] * dimensions;
                kernel.adagrad(rate, gradient.data(), squares.data() + at, table.data() + at, dimensions);
            }
            progress(static_cast<double>(step + 1) / static_cast<double>(steps));
        }
    }
}

}  // namespace quarry::embed::builtin
