// quarry embed train: a table of word vectors in a file of its own.
#include "core/app/embed_train.h"

#include <fmt/format.h>

#include <chrono>

#include "core/app/embedder_choice.h"
#include "core/app/knowledge_base.h"
#include "core/base/file.h"
#include "core/base/text.h"
#include "core/config/config.h"
#include "core/config/extract_commands.h"
#include "core/ingest/embedding.h"
#include "core/ingest/table_training.h"
#include "core/redact/redactor.h"

namespace quarry::app {
namespace {

ingest::IngestOptions reading_options(Services& services) {
    const config::Config& config = services.config;
    ingest::IngestOptions options;
    options.chunking = configured_chunking(config);
    options.extractors = config::configured_extractors(config);
    options.converter = services.converter;
    options.max_file_bytes = static_cast<std::uint64_t>(config.integer("ingest.max_file_bytes"));
    options.max_converted_bytes = static_cast<std::uint64_t>(config.integer("ingest.max_converted_bytes"));
    options.recognize = config.text("ingest.ocr");
    options.threads = static_cast<std::size_t>(config.integer("ingest.threads"));
    if (!config.text("ingest.redact").empty())
        options.redact = redact::Redactor::parse_kinds(config.text("ingest.redact"));
    options.progress = [&services](const ingest::IngestProgress& progress) {
        services.notices.progress(fmt::format("{} {}/{}", progress.doing, progress.done, progress.total));
    };
    return options;
}

void note_failures(Services& services, const ingest::IngestReport& report) {
    for (const ingest::IngestReport::Failure& failure : report.failed) {
        services.notices.note(
            fmt::format("left out {}: {}", one_line(strip_terminal_controls(failure.uri), 200), failure.reason));
    }
}

}  // namespace

wire::EmbedTrainReport train_embedder(Services& services, const EmbedTrainOptions& options) {
    const auto begin = std::chrono::steady_clock::now();
    const std::string start = start_table(services);
    ingest::TableTraining training;
    training.fit.start = start;
    std::unique_ptr<store::Store> base;
    if (!options.pairs.empty()) training.pairs = ingest::read_fit_pairs(options.pairs);
    if (!options.corpus.empty()) {
        training.corpus.paths.assign(options.corpus.begin(), options.corpus.end());
        training.ingest = reading_options(services);
    } else if (options.pairs.empty()) {
        base = store::open_store(services.base_path, store::StoreMode::read);
        training.base = base.get();
    }
    const ingest::TrainedTable trained = ingest::train_table(training, services.cancel, [&services](double share) {
        services.notices.progress(fmt::format("fitting: {:.0f} %", share * 100.0));
    });
    services.notices.progress("");
    write_file_atomically(options.output, trained.bytes);
    if (trained.read) note_failures(services, *trained.read);
    const std::size_t words = embed::BuiltinEmbedder(trained.bytes).vocabulary_size();
    const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - begin;
    return {trained.bytes.size(), trained.chunks, training.pairs.size(), words, seconds.count()};
}

}  // namespace quarry::app
