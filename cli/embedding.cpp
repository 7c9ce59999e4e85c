// The embedder that the configuration names, for commands.
#include "cli/embedding.h"

#include <fmt/format.h>

#include <charconv>
#include <chrono>
#include <optional>
#include <string>
#include <utility>

#include "cli/config.h"
#include "cli/embedder_choice.h"
#include "cli/embedding_cost.h"
#include "cli/output.h"
#include "cli/request_cache.h"
#include "cli/vector_index.h"
#include "core/base/file_lock.h"
#include "core/base/hash.h"
#include "core/embed/builtin.h"
#include "core/embed/remote.h"
#include "core/http/url.h"
#include "core/search/cached_query_embedder.h"

namespace quarry::cli {
namespace {

constexpr std::string_view other_model_note =
    "the vectors in the base were made by another model than the one configured; quarry embed makes new ones";

std::string rate_setting(const EmbedderChoice& choice) { return fmt::format("embedding_rate:{}", choice.text()); }

/// Keeps the speed of a run that was long enough to tell.
void remember_rate(Store& store, const EmbedderChoice& choice, std::uint64_t tokens,
                   std::chrono::duration<double> time) {
    if (tokens < 1000 || time.count() <= 0) return;
    store.set_setting(rate_setting(choice), fmt::format("{:.1f}", static_cast<double>(tokens) / time.count()));
}

/// The model that the base's vectors are of, by the name that it was given; nothing for the built-in table.
std::optional<EmbedderChoice> named_choice(const Context& context, const Store& store) {
    const std::string fingerprint = store.setting(setting::embedder).value_or("");
    if (fingerprint.empty()) return std::nullopt;
    const auto name = store.setting(fmt::format("{}{}", setting::embedder_name, fingerprint));
    if (!name || name->empty()) return std::nullopt;
    const EmbedderChoice choice = parse_choice(*name, context.config);
    const std::string server = store.setting(fmt::format("{}{}", setting::embedder_server, fingerprint)).value_or("");
    if (!server.empty() && context.config.text("embed.base_url").empty()) {
        throw Error(ErrorCode::usage, fmt::format("no server is set for {}", choice.text()),
                    "set the address of one that you trust: quarry config set --user embed.base_url URL; or make other "
                    "vectors: quarry embed --model MODEL")
            .because(fmt::format("the vectors in the base were made at {}, and embed.base_url is not set", server));
    }
    return choice;
}

/// Keeps what the embedder is called, and at which server it is when that is not the provider's own.
void remember_name(const Context& context, Store& store, const EmbedderChoice& choice, std::string_view fingerprint) {
    std::string server;
    const RemoteProvider* const provider = find_remote_provider(choice.provider);
    if (provider != nullptr) {
        server = embedding_server(context.config, choice.provider).base_url;
        server = server == provider->base_url ? "" : parse_http_url(server).display();
    }
    const auto keep = [&](std::string_view setting, const std::string& value) {
        const std::string name = fmt::format("{}{}", setting, fingerprint);
        if (store.setting(name).value_or("") != value) store.set_setting(name, value);
    };
    keep(setting::embedder_name, choice.text());
    keep(setting::embedder_server, server);
}

/// Keeps other processes from embedding the same texts with the same embedder: one works, the others wait.
std::unique_ptr<FileLock> embedding_lock(Context& context, std::string_view fingerprint) {
    std::filesystem::path path = context.base_path;
    path += fmt::format("-embed-{}.lock", content_hash(fingerprint).substr(0, 8));
    try {
        return std::make_unique<FileLock>(path, std::chrono::milliseconds(0), &context.cancel);
    } catch (const Error& error) {
        if (error.code() != ErrorCode::locked) throw;
    }
    context.out.note("another quarry makes these vectors; waiting until it is done");
    return std::make_unique<FileLock>(path, std::chrono::hours(24), &context.cancel);
}

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

/// Vectors of queries that were asked before come from the base.
std::unique_ptr<Embedder> with_query_cache(const Context& context, std::unique_ptr<Embedder> embedder) {
    std::unique_ptr<RequestCache> cache = open_request_cache(context, context.config);
    if (cache == nullptr) return embedder;
    return make_cached_query_embedder(std::move(embedder), std::move(cache));
}

}  // namespace

void show_progress(Context& context, std::string_view what, std::uint64_t done, std::uint64_t total) {
    context.out.progress(total > 0 ? fmt::format("{} {}/{}", what, done, total) : fmt::format("{} {}", what, done));
}

std::unique_ptr<Embedder> make_configured_embedder(const Context& context) {
    return make_embedder(context, configured_choice(context.config));
}

EmbedderChoice base_choice(const Context& context, const Store& store) {
    EmbedderChoice choice = configured_choice(context.config);
    if (context.config.value("embed.provider").origin != "default") return choice;
    const std::optional<EmbedderChoice> named = named_choice(context, store);
    return named ? *named : choice;
}

void check_embedder(const Context& context, const Store* store) {
    const EmbedderChoice choice = store == nullptr ? configured_choice(context.config) : base_choice(context, *store);
    if (choice.provider != "builtin" && choice.provider != "none") {
        static_cast<void>(make_embedder(context, choice));
    }
}

EmbeddingPlan plan_vectors(const Context& context, const Store& store, const EmbedderChoice& choice) {
    EmbeddingPlan plan{choice.text(), 0, 0, 0, embedding_price(context.config, choice), std::nullopt, {}};
    if (choice.provider == "none") return plan;
    if (choice.provider == "builtin" && start_table(context).empty()) {
        plan.note = too_small_for_builtin(store);
        if (!plan.note.empty()) return plan;
    }
    std::string fingerprint = store.setting(setting::embedder).value_or("");
    std::size_t batch = 1;
    if (choice.provider != "builtin") {
        const std::unique_ptr<Embedder> embedder = make_embedder(context, choice, EmbedderUse::plan);
        fingerprint = embedder->fingerprint();
        batch = embedder->batch_size();
    }
    plan.texts = store.unembedded_count(fingerprint);
    plan.tokens = store.unembedded_tokens(fingerprint);
    if (find_remote_provider(choice.provider) != nullptr) plan.requests = (plan.texts + batch - 1) / batch;
    double rate = 0;  // tokens a second
    const std::string said = store.setting(rate_setting(choice)).value_or("");
    std::from_chars(said.data(), said.data() + said.size(), rate);
    if (rate > 0) plan.seconds = static_cast<double>(plan.tokens) / rate;
    return plan;
}

EmbeddingReport update_vectors(Context& context, Store& store, const VectorOptions& options) {
    const EmbedderChoice choice = options.choice ? *options.choice : base_choice(context, store);
    EmbeddingReport report;
    if (choice.provider == "none") return report;
    const EmbeddingProgress progress = [&context](EmbeddingStage stage, std::uint64_t done, std::uint64_t total) {
        if (stage == EmbeddingStage::fit) {
            context.out.progress(fmt::format("fitting the built-in embedder: {} %", done));
        } else {
            show_progress(context, "embedding", done, total);
        }
    };
    if (choice.provider == "builtin") {
        const auto lock = embedding_lock(context, choice.provider);
        BuiltinUpdateOptions builtin;
        builtin.refit = options.refit;
        const std::string start = start_table(context);
        builtin.fit.start = start;
        report = update_builtin_vectors(store, builtin, context.cancel, progress);
    } else {
        const std::unique_ptr<Embedder> embedder = make_embedder(context, choice);
        const auto lock = embedding_lock(context, embedder->fingerprint());
        const std::uint64_t tokens = store.unembedded_tokens(embedder->fingerprint());
        if (options.max_cost) check_budget(embedding_price(context.config, choice), tokens, *options.max_cost);
        // Before the vectors: once they are used, everyone can tell whose they are.
        remember_name(context, store, choice, embedder->fingerprint());
        const auto start = std::chrono::steady_clock::now();
        report = quarry::update_vectors(store, *embedder, context.cancel, progress);
        remember_rate(store, choice, tokens, std::chrono::steady_clock::now() - start);
    }
    context.out.progress("");
    update_vector_index(context, store);
    if (report.note.empty() || options.note_if_small) note_report(context, report);
    return report;
}

std::unique_ptr<Embedder> query_embedder(Context& context, const Store& store) {
    const std::string& provider = context.config.text("embed.provider");
    const std::string fingerprint = store.setting(setting::embedder).value_or("");
    if (provider == "none" || fingerprint.empty()) return nullptr;
    if (store.open_model(fingerprint) != nullptr) {
        if (provider != "builtin") context.out.note(other_model_note);
        return std::make_unique<BuiltinEmbedder>(fingerprint,
                                                 [&store, fingerprint] { return store.open_model(fingerprint); });
    }
    if (provider != "builtin") {
        std::unique_ptr<Embedder> embedder = make_configured_embedder(context);
        if (embedder->fingerprint() == fingerprint) return with_query_cache(context, std::move(embedder));
    }
    // The model that quarry embed --model switched to.
    if (const auto named = named_choice(context, store)) {
        std::unique_ptr<Embedder> embedder = make_embedder(context, *named);
        if (embedder->fingerprint() == fingerprint) return with_query_cache(context, std::move(embedder));
    }
    context.out.note(other_model_note);
    return nullptr;
}

}  // namespace quarry::cli
