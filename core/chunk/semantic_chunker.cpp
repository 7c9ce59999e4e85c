#include "core/chunk/semantic_chunker.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <memory>
#include <numeric>

#include "core/base/characters.h"
#include "core/base/error.h"
#include "core/chunk/cutter.h"
#include "core/chunk/region.h"
#include "core/chunk/regions.h"
#include "core/chunk/semantic_breaks.h"
#include "core/chunk/word_vectors.h"

namespace quarry::chunk {
namespace {

constexpr std::size_t embedded_at_once = 256;
constexpr std::size_t pieces_in_size = 8;
// Sentences so short that more of them fit into a chunk are put together in pieces first.
constexpr std::size_t most_pieces = 64;

struct Stretch {
    std::size_t start = 0;
    std::size_t end = 0;
};

/// Sentences, lines of code and of tables, items, headings: whatever paragraphs are made of, in order.
std::vector<Stretch> find_sentences(const document::Document& document) {
    const CutLevels levels = sentence_levels(document.text, find_regions(document));
    std::vector<std::size_t> ends;
    for (const std::vector<std::size_t>& level : levels) ends.insert(ends.end(), level.begin(), level.end());
    ends.push_back(document.text.size());
    std::sort(ends.begin(), ends.end());
    std::vector<Stretch> sentences;
    std::size_t from = 0;
    for (const std::size_t end : ends) {
        const std::size_t start = skip_white_space(document.text, from, end);
        if (start < end) sentences.push_back({start, trim_white_space_end(document.text, start, end)});
        from = std::max(from, end);
    }
    return sentences;
}

/// Vectors for texts, from the embedder if there is one, else of the words.
class TextVectors {
public:
    TextVectors(std::vector<std::string_view> texts, const document::Document& document, const ChunkOptions& options,
                const ChunkTools& tools)
        : texts_(std::move(texts)), embed_(options.embed), tools_(tools) {
        if (!embed_) words_ = std::make_unique<WordVectors>(texts_, document.language);
    }

    /// Hands over the vectors of all texts in order, many at a time.
    template <typename Visit>
    void for_each(Visit visit) {
        for (std::size_t at = 0; at < texts_.size(); at += embedded_at_once) {
            tools_.cancellation.check();
            const std::size_t count = std::min(embedded_at_once, texts_.size() - at);
            const std::span<const std::string_view> some = std::span(texts_).subspan(at, count);
            const std::vector<float> vectors = words_ ? words_->embed(some) : embed_(some);
            const std::size_t dimensions = vectors.size() / count;
            if (vectors.empty() || vectors.size() % count != 0 || (at > 0 && dimensions != dimensions_)) {
                throw Error(ErrorCode::failed, "the embedder returned no usable vectors for the sentences")
                    .because(fmt::format("{} numbers for {} texts", vectors.size(), count));
            }
            dimensions_ = dimensions;
            for (std::size_t i = 0; i < count; ++i) {
                visit(std::span(vectors).subspan(i * dimensions, dimensions));
            }
        }
    }

private:
    std::vector<std::string_view> texts_;
    const EmbedTexts& embed_;
    const ChunkTools& tools_;
    std::size_t dimensions_ = 0;
    std::unique_ptr<WordVectors> words_;
};

/// The distance (1 - cosine) from each sentence to the next, each read together with its neighbours.
std::vector<double> neighbour_distances(const document::Document& document, const std::vector<Stretch>& sentences,
                                        const ChunkOptions& options, const ChunkTools& tools) {
    std::vector<std::string_view> windows;
    windows.reserve(sentences.size());
    for (std::size_t i = 0; i < sentences.size(); ++i) {
        const std::size_t start = sentences[i == 0 ? 0 : i - 1].start;
        const std::size_t end = sentences[std::min(i + 1, sentences.size() - 1)].end;
        windows.push_back(std::string_view(document.text).substr(start, end - start));
    }
    std::vector<double> distances;
    std::vector<float> previous;
    TextVectors(std::move(windows), document, options, tools).for_each([&](std::span<const float> vector) {
        if (!previous.empty()) {
            distances.push_back(1 - std::inner_product(vector.begin(), vector.end(), previous.begin(), 0.0));
        }
        previous.assign(vector.begin(), vector.end());
    });
    return distances;
}

/// Chooses the end of the sentence with the largest distance to the next, in the second half of what fits.
ChooseCut choose_by_distance(const Cutter& cutter, const std::vector<Stretch>& sentences,
                             const std::vector<double>& distances) {
    return [&](std::size_t low, std::size_t high) {
        static constexpr std::array kinds = {Break::line, Break::sentence, Break::space};
        const auto ends_before = [](const Stretch& sentence, std::size_t offset) { return sentence.end < offset; };
        const auto first = std::lower_bound(sentences.begin(), sentences.end(), low + 1, ends_before);
        std::size_t best = sentences.size();
        for (auto i = static_cast<std::size_t>(first - sentences.begin()); i < sentences.size(); ++i) {
            if (sentences[i].end > high) break;
            // A best place in the first half gives way to any in the second.
            const bool late = sentences[i].end - low >= (high - low) / 2;
            const bool best_late = best < sentences.size() && sentences[best].end - low >= (high - low) / 2;
            const bool farther = best == sentences.size() || i >= distances.size() || distances[i] >= distances[best];
            if ((late && !best_late) || (late == best_late && farther)) best = i;
        }
        return best < sentences.size() ? sentences[best].end : cutter.cut(low, high, kinds);
    };
}

std::vector<document::ChunkSpan> cut_at_distances(const document::Document& document, const ChunkOptions& options,
                                                  const ChunkTools& tools, const Cutter& cutter) {
    const std::vector<Stretch> sentences = find_sentences(document);
    const std::vector<double> distances = neighbour_distances(document, sentences, options, tools);
    const ChooseCut choose = choose_by_distance(cutter, sentences, distances);
    std::vector<document::ChunkSpan> spans;
    std::size_t start = 0;
    for (const std::size_t at : break_at_distances(distances, options.breakpoint, options.threshold)) {
        cut_region(document.text, cutter, start, sentences[at].end, choose, spans);
        start = sentences[at].end;
    }
    cut_region(document.text, cutter, start, document.text.size(), choose, spans);
    return spans;
}

/// Sentences, put together while they fit into one piece. None is cut: that would part what belongs together.
std::vector<Stretch> find_pieces(const document::Document& document, const Cutter& small) {
    std::vector<Stretch> pieces;
    for (const Stretch& sentence : find_sentences(document)) {
        if (!pieces.empty() && small.reach(pieces.back().start, sentence.end) >= sentence.end) {
            pieces.back().end = sentence.end;
        } else {
            pieces.push_back(sentence);
        }
    }
    return pieces;
}

std::vector<document::ChunkSpan> cut_by_clusters(const document::Document& document, const ChunkOptions& options,
                                                 const ChunkTools& tools, const Cutter& cutter) {
    static constexpr std::array kinds = {Break::blank_line, Break::sentence, Break::line, Break::space};
    ChunkOptions small = options;
    small.size = std::max<std::size_t>(1, options.size / pieces_in_size);
    small.overlap = 0;
    const std::vector<Stretch> pieces = find_pieces(document, Cutter(document.text, small, tools));
    // Alone, pieces are too short to have many words in common; a model needs no help.
    const std::size_t beside = options.embed ? 0 : 1;
    std::vector<std::string_view> texts;
    for (std::size_t i = 0; i < pieces.size(); ++i) {
        const std::size_t from = pieces[i - std::min(i, beside)].start;
        const std::size_t to = pieces[std::min(pieces.size() - 1, i + beside)].end;
        texts.push_back(std::string_view(document.text).substr(from, to - from));
    }
    std::vector<float> rows;
    TextVectors(std::move(texts), document, options, tools).for_each([&](std::span<const float> vector) {
        rows.insert(rows.end(), vector.begin(), vector.end());
    });
    std::vector<std::size_t> longest;
    for (std::size_t i = 0; i < pieces.size(); ++i) {
        const std::size_t high = cutter.reach(pieces[i].start, document.text.size());
        std::size_t run = 1;
        while (run < most_pieces && i + run < pieces.size() && pieces[i + run].end <= high) ++run;
        longest.push_back(run);
    }
    const ChooseCut choose = [&](std::size_t low, std::size_t high) { return cutter.cut(low, high, kinds); };
    std::vector<document::ChunkSpan> spans;
    std::size_t start = 0;
    const std::size_t dimensions = pieces.empty() ? 0 : rows.size() / pieces.size();
    for (const std::size_t end : cluster_neighbours(rows, dimensions, longest)) {
        cut_region(document.text, cutter, start, pieces[end - 1].end, choose, spans);
        start = pieces[end - 1].end;
    }
    return spans;
}

}  // namespace

std::uint64_t semantic_readings(const ChunkOptions& options) noexcept {
    return options.breakpoint == "cluster" ? 1 : 3;
}

std::vector<document::ChunkSpan> SemanticChunker::chunk(const document::Document& document, const ChunkOptions& options,
                                                        const ChunkTools& tools) const {
    const Cutter cutter(document.text, options, tools);
    std::vector<document::ChunkSpan> spans = options.breakpoint == "cluster"
                                                 ? cut_by_clusters(document, options, tools, cutter)
                                                 : cut_at_distances(document, options, tools, cutter);
    set_heading_paths(document, spans);
    return spans;
}

}  // namespace quarry::chunk
