// How fast each strategy cuts a document of one megabyte.
#include <benchmark/benchmark.h>

#include "core/chunk/chunker.h"
#include "sample_text.h"

namespace {

void chunk(benchmark::State& state, const char* strategy) {
    quarry::document::Document document;
    document.text = quarry::bench::sample_text(1 << 20);
    document.media_type = "text/plain";
    quarry::chunk::ChunkOptions options;
    options.strategy = strategy;
    const quarry::Cancellation cancellation;
    for (auto _ : state) {
        benchmark::DoNotOptimize(quarry::chunk::chunk_document(document, options, cancellation));
    }
    state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations() * document.text.size()));
}
BENCHMARK_CAPTURE(chunk, fixed, "fixed")->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(chunk, recursive, "recursive")->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(chunk, markdown, "markdown")->Unit(benchmark::kMillisecond);

}  // namespace
