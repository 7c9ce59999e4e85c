// How long a search takes on a base of some thousand chunks, and the exact scan alone.
#include <benchmark/benchmark.h>

#include <memory>

#include "core/base/hash.h"
#include "core/index/exact_index.h"
#include "core/ingest/embedding.h"
#include "core/search/search.h"
#include "core/store/store.h"
#include "sample_text.h"

namespace {

constexpr std::size_t chunks = 10'000;

std::unique_ptr<quarry::store::Store> make_base() {
    std::unique_ptr<quarry::store::Store> store = quarry::store::open_store_in_memory();
    std::vector<quarry::store::PreparedSource> batch;
    for (std::size_t i = 0; i < chunks; ++i) {
        quarry::store::PreparedSource source;
        quarry::document::Document document;
        document.text = quarry::bench::sample_text(1'500, i + 1);
        document.media_type = "text/plain";
        source.source.uri = std::to_string(i);
        source.source.content_hash = quarry::content_hash(document.text);
        source.chunks.push_back({0, document.text.size(), 1, 1, {}});
        source.document = std::move(document);
        batch.push_back(std::move(source));
    }
    store->put(batch);
    quarry::ingest::BuiltinUpdateOptions options;
    options.fit.epochs = 0;  // The time of a search does not depend on what the vectors are.
    (void)quarry::ingest::update_builtin_vectors(*store, options, quarry::Cancellation());
    return store;
}

void search(benchmark::State& state, quarry::search::SearchMode mode) {
    const auto store = make_base();
    quarry::embed::BuiltinEmbedder embedder(*store->model(*store->setting(quarry::store::setting::embedder)));
    quarry::search::SearchOptions options;
    options.mode = mode;
    std::size_t number = 0;
    for (auto _ : state) {
        const std::string query = quarry::bench::sample_text(40, ++number);
        benchmark::DoNotOptimize(quarry::search::search(*store, {&embedder}, query, options, quarry::Cancellation()));
    }
}
BENCHMARK_CAPTURE(search, lexical, quarry::search::SearchMode::lexical)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(search, vector, quarry::search::SearchMode::vector)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(search, hybrid, quarry::search::SearchMode::hybrid)->Unit(benchmark::kMillisecond);

void exact_scan(benchmark::State& state) {
    constexpr std::size_t dimensions = 256;
    const std::vector<float> vectors(chunks * 10 * dimensions, 0.0625F);
    const std::vector<float> query(dimensions, 0.0625F);
    const quarry::index::ExactIndex index([&](const auto& visit) {
        for (std::size_t i = 0; i < chunks * 10; ++i) {
            visit(static_cast<std::int64_t>(i), std::span(vectors).subspan(i * dimensions, dimensions));
        }
    });
    for (auto _ : state) benchmark::DoNotOptimize(index.nearest(query, 1'000, {}));
    state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations() * vectors.size() * sizeof(float)));
}
BENCHMARK(exact_scan)->Unit(benchmark::kMillisecond);

}  // namespace
