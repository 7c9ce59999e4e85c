// The embedder that the configuration names, for commands.
#include "cli/embedding.h"

#include <fmt/format.h>

#include <chrono>
#include <optional>
#include <string>
#include <utility>

#include "cli/api_key.h"
#include "cli/config.h"
#include "cli/embedding_cost.h"
#include "cli/output.h"
#include "core/embed/builtin.h"
#include "core/embed/openai.h"

namespace quarry::cli {
namespace {

constexpr std::string_view other_model_note =
    "the vectors in the base were made by another model than the one configured; quarry embed makes new ones";

void note_report(Context& context, const EmbeddingReport& report) {
    if (!report.note.empty()) {
        context.out.note(report.note);
    } else if (report.fitted) {
        context.out.note(
            fmt::format("fitted the built-in embedder on these documents and embedded {} texts", report.embedded));
    } else if (report.embedded > 0) {
        context.out.note(fmt::format("embedded {} texts with {}", report.embedded, report.embedder));
    }
}

}  // namespace

void show_progress(Context& context, std::string_view what, std::uint64_t done, std::uint64_t total) {
    context.out.progress(total > 0 ? fmt::format("{} {}/{}", what, done, total) : fmt::format("{} {}", what, done));
}

std::unique_ptr<Embedder> make_configured_embedder(const Context& context) {
    const Config& config = context.config;
    OpenAiEmbedderOptions options;
    options.model = config.text("embed.model");
    if (options.model.empty()) {
        throw Error(ErrorCode::usage, "no embedding model is configured",
                    "name one that the server has: quarry config set embed.model NAME; or go back to the one that "
                    "needs no server: quarry config set embed.provider builtin")
            .because(fmt::format("embed.provider is {}, which needs embed.model", config.text("embed.provider")));
    }
    options.base_url = config.text("embed.base_url");
    options.dimensions = static_cast<std::size_t>(config.integer("embed.dimensions"));
    options.api_key = read_api_key(config, context.environment, "embed");
    options.timeout = std::chrono::seconds(config.integer("embed.timeout"));
    return make_openai_embedder(std::move(options));
}

EmbeddingReport update_vectors(Context& context, Store& store, const VectorOptions& options) {
    const std::string& provider = context.config.text("embed.provider");
    EmbeddingReport report;
    if (provider == "none") return report;
    const EmbeddingProgress progress = [&context](EmbeddingStage stage, std::uint64_t done, std::uint64_t total) {
        if (stage == EmbeddingStage::fit) {
            context.out.progress(fmt::format("fitting the built-in embedder: {} %", done));
        } else {
            show_progress(context, "embedding", done, total);
        }
    };
    if (provider == "builtin") {
        BuiltinUpdateOptions builtin;
        builtin.refit = options.refit;
        report = update_builtin_vectors(store, builtin, context.cancel, progress);
    } else {
        const std::unique_ptr<Embedder> embedder = make_configured_embedder(context);
        if (options.max_cost) {
            const std::uint64_t tokens = store.unembedded_tokens(embedder->fingerprint());
            check_budget(embedding_price(context.config), tokens, *options.max_cost);
        }
        report = quarry::update_vectors(store, *embedder, context.cancel, progress);
    }
    context.out.progress("");
    if (report.note.empty() || options.note_if_small) note_report(context, report);
    return report;
}

std::unique_ptr<Embedder> query_embedder(Context& context, const Store& store) {
    const std::string& provider = context.config.text("embed.provider");
    const std::string fingerprint = store.setting(setting::embedder).value_or("");
    if (provider == "none" || fingerprint.empty()) return nullptr;
    if (std::optional<std::string> table = store.model(fingerprint)) {
        if (provider != "builtin") context.out.note(other_model_note);
        return std::make_unique<BuiltinEmbedder>(std::move(*table));
    }
    if (provider != "builtin") {
        std::unique_ptr<Embedder> embedder = make_configured_embedder(context);
        if (embedder->fingerprint() == fingerprint) return embedder;
    }
    context.out.note(other_model_note);
    return nullptr;
}

}  // namespace quarry::cli
