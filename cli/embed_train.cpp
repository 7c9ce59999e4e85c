// quarry embed train: a table of word vectors in a file of its own.
#include "cli/embed_train.h"

#include <fmt/format.h>

#include <chrono>
#include <nlohmann/json.hpp>
#include <ostream>

#include "cli/config.h"
#include "cli/config_json.h"
#include "cli/embedder_choice.h"
#include "cli/extract_commands.h"
#include "cli/knowledge_base.h"
#include "cli/output.h"
#include "core/base/file.h"
#include "core/base/text.h"
#include "core/ingest/embedding.h"
#include "core/ingest/table_training.h"
#include "core/redact/redactor.h"

namespace quarry::cli {
namespace {

IngestOptions reading_options(Context& context) {
    const Config& config = context.config;
    IngestOptions options;
    options.chunking = configured_chunking(config);
    options.extractors = configured_extractors(config);
    options.max_file_bytes = static_cast<std::uint64_t>(config.integer("ingest.max_file_bytes"));
    options.max_converted_bytes = static_cast<std::uint64_t>(config.integer("ingest.max_converted_bytes"));
    options.threads = static_cast<std::size_t>(config.integer("ingest.threads"));
    if (!config.text("ingest.redact").empty()) options.redact = Redactor::parse_kinds(config.text("ingest.redact"));
    options.progress = [&context](const IngestProgress& progress) {
        context.out.progress(fmt::format("{} {}/{}", progress.doing, progress.done, progress.total));
    };
    return options;
}

void note_failures(Context& context, const IngestReport& report) {
    for (const IngestReport::Failure& failure : report.failed) {
        context.out.note(
            fmt::format("left out {}: {}", one_line(strip_terminal_controls(failure.uri), 200), failure.reason));
    }
}

}  // namespace

void train_embedder(Context& context, const EmbedTrainOptions& options) {
    const auto begin = std::chrono::steady_clock::now();
    const std::string start = start_table(context);
    TableTraining training;
    training.fit.start = start;
    std::unique_ptr<Store> base;
    if (!options.pairs.empty()) training.pairs = read_fit_pairs(options.pairs);
    if (!options.corpus.empty()) {
        training.corpus.paths.assign(options.corpus.begin(), options.corpus.end());
        training.ingest = reading_options(context);
    } else if (options.pairs.empty()) {
        base = open_store(context.base_path, StoreMode::read);
        training.base = base.get();
    }
    const TrainedTable trained = train_table(training, context.cancel, [&context](double share) {
        context.out.progress(fmt::format("fitting: {:.0f} %", share * 100.0));
    });
    context.out.progress("");
    write_file_atomically(options.output, trained.bytes);
    if (trained.read) note_failures(context, *trained.read);
    const std::size_t words = BuiltinEmbedder(trained.bytes).vocabulary_size();
    const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - begin;
    if (context.json) {
        context.out.result() << dump_json({{"schema", "quarry.embed.train/1"},
                                           {"output", options.output},
                                           {"bytes", trained.bytes.size()},
                                           {"passages", trained.chunks},
                                           {"pairs", training.pairs.size()},
                                           {"words", words},
                                           {"seconds", seconds.count()}});
        return;
    }
    context.out.note(fmt::format("made {} from {} passages and {} pairs: vectors of {} words, {}", options.output,
                                 trained.chunks, training.pairs.size(), words, human_bytes(trained.bytes.size())));
    context.out.note(fmt::format("quarry models add {} puts it with your models", options.output));
}

}  // namespace quarry::cli
