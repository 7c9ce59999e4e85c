// How fast text becomes index terms.
#include <benchmark/benchmark.h>

#include "core/analyze/analyzer.h"
#include "sample_text.h"

namespace {

void analyze(benchmark::State& state) {
    const std::string text = quarry::bench::sample_text(1 << 20);
    quarry::analyze::Analyzer analyzer;
    std::vector<quarry::analyze::Term> terms;
    for (auto _ : state) {
        analyzer.analyze(text, terms);
        benchmark::DoNotOptimize(terms.data());
    }
    state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations() * text.size()));
}
BENCHMARK(analyze)->Unit(benchmark::kMillisecond);

}  // namespace
