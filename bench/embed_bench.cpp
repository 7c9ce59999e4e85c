// How long the built-in embedder takes to fit, and how many texts it embeds in a second.
#include <benchmark/benchmark.h>

#include "core/embed/builtin.h"
#include "sample_text.h"

namespace {

quarry::embed::FitSource source_of(const std::vector<std::string>& texts) {
    quarry::embed::FitSource source;
    source.chunk_count = texts.size();
    source.for_each = [&texts](const auto& visit) {
        for (const std::string& text : texts) {
            if (!visit({0, std::string_view(text).substr(0, 60), {}, text})) return;
        }
    };
    return source;
}

void fit(benchmark::State& state) {
    const auto texts = quarry::bench::sample_texts(static_cast<std::size_t>(state.range(0)));
    for (auto _ : state)
        benchmark::DoNotOptimize(quarry::embed::fit_builtin(source_of(texts), {}, quarry::Cancellation()));
    state.counters["chunks"] = static_cast<double>(texts.size());
}
BENCHMARK(fit)->Arg(1'000)->Arg(5'000)->Arg(20'000)->Arg(50'000)->Unit(benchmark::kMillisecond)->Iterations(1);

void embed(benchmark::State& state) {
    const auto texts = quarry::bench::sample_texts(1'000);
    quarry::embed::BuiltinEmbedder embedder(quarry::embed::fit_builtin(source_of(texts), {}, quarry::Cancellation()));
    const std::vector<std::string_view> views(texts.begin(), texts.end());
    for (auto _ : state) {
        benchmark::DoNotOptimize(embedder.embed(views, quarry::embed::EmbedKind::document, quarry::Cancellation()));
    }
    state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations() * texts.size()));
}
BENCHMARK(embed)->Unit(benchmark::kMillisecond);

void load_table(benchmark::State& state) {
    const auto texts = quarry::bench::sample_texts(5'000);
    quarry::embed::BuiltinFitOptions options;
    options.epochs = 0;
    const std::string table = quarry::embed::fit_builtin(source_of(texts), options, quarry::Cancellation());
    for (auto _ : state) benchmark::DoNotOptimize(quarry::embed::BuiltinEmbedder(table));
    state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations() * table.size()));
}
BENCHMARK(load_table)->Unit(benchmark::kMillisecond);

}  // namespace
