// The embedder that the configuration names, and the vectors that it makes.
#include "core/app/vectors.h"

#include <fmt/format.h>

#include <charconv>
#include <chrono>
#include <optional>
#include <string>
#include <utility>

#include "core/app/base_embedder.h"
#include "core/app/embedder_choice.h"
#include "core/app/embedding_cost.h"
#include "core/app/response_cache.h"
#include "core/app/vector_index.h"
#include "core/base/file_lock.h"
#include "core/base/hash.h"
#include "core/base/pinned_folder.h"
#include "core/cache/cached_query_embedder.h"
#include "core/config/config.h"
#include "core/embed/builtin.h"
#include "core/embed/remote.h"
#include "core/store/base_address.h"

namespace quarry::app {
namespace {

constexpr std::string_view other_model_note =
    "the vectors in the base were made by another model than the configured one; quarry embed makes new ones";

std::string rate_setting(const EmbedderChoice& choice) { return fmt::format("embedding_rate:{}", choice.text()); }

/// Keeps the speed of a run that was long enough to tell.
void remember_rate(store::Store& store, const EmbedderChoice& choice, std::uint64_t tokens,
                   std::chrono::duration<double> time) {
    if (tokens < 1000 || time.count() <= 0) return;
    store.set_setting(rate_setting(choice), fmt::format("{:.1f}", static_cast<double>(tokens) / time.count()));
}

Error no_server(const Services& services, const EmbedderChoice& choice, const std::string& server) {
    const bool is_for_another = !services.config.text("embed.base_url").empty();
    return Error(ErrorCode::usage, fmt::format("no server is set for {}", choice.text()),
                 "set the address of a server that you trust: quarry config set --user embed.base_url URL; or make "
                 "other vectors: quarry embed --model MODEL")
        .because(fmt::format("the vectors in the base were made at {}, and embed.base_url is {}", server,
                             is_for_another ? "for another provider" : "not set"));
}

/// The model that the base's vectors are of, when it is there to be asked; nothing for the built-in table.
std::optional<EmbedderChoice> named_choice(const Services& services, const store::Store& store) {
    const std::optional<BaseEmbedder> named = find_base_embedder(services, store);
    if (!named) return std::nullopt;
    const bool has_no_server = named->choice.profile.empty() && !named->server.empty() &&
                               shown_server(services.config, named->choice).empty();
    if (has_no_server) throw no_server(services, named->choice, named->server);
    require_allowed(*named);
    return named->choice;
}

/// Keeps what the embedder is called, and at which server it is when that is not the provider's own.
void remember_name(const Services& services, store::Store& store, const EmbedderChoice& choice,
                   std::string_view fingerprint) {
    const std::string server = shown_server(services.config, choice);
    const auto keep = [&](std::string_view setting, const std::string& value) {
        const std::string name = fmt::format("{}{}", setting, fingerprint);
        if (store.setting(name).value_or("") != value) store.set_setting(name, value);
    };
    keep(store::setting::embedder_name, choice.text());
    keep(store::setting::embedder_server, server);
    remember_chosen(services, choice);
}

/// Keeps other processes from embedding the same texts with the same embedder: one works, the others wait.
std::unique_ptr<FileLock> embedding_lock(Services& services, std::string_view fingerprint) {
    // Two that embed the same texts on a server pay twice, and store the same.
    if (store::is_server_base(services.base_path)) return nullptr;
    const auto folder = PinnedFolder::open(services.base_path.parent_path());
    std::filesystem::path path = folder->path() / services.base_path.filename();
    path += fmt::format("-embed-{}.lock", content_hash(fingerprint).substr(0, 8));
    try {
        return std::make_unique<FileLock>(path, std::chrono::milliseconds(0), &services.cancel);
    } catch (const Error& error) {
        if (error.code() != ErrorCode::locked) throw;
    }
    services.notices.note("another process is making these vectors; waiting for it");
    return std::make_unique<FileLock>(path, std::chrono::hours(24), &services.cancel);
}

void note_report(Services& services, const ingest::EmbeddingReport& report, std::chrono::duration<double> taken) {
    if (!report.note.empty()) {
        services.notices.note(report.note);
    } else if (report.fitted) {
        services.notices.note(
            fmt::format("fitted the built-in embedder on these documents and embedded {} texts in {:.1f} s",
                        report.embedded, taken.count()));
    } else if (report.embedded > 0) {
        services.notices.note(fmt::format("embedded {} texts with {}", report.embedded, report.embedder));
    }
}

/// Vectors of queries that were asked before come from the base.
std::unique_ptr<embed::Embedder> with_query_cache(const Services& services, std::unique_ptr<embed::Embedder> embedder) {
    std::unique_ptr<cache::ResponseCache> cache = open_response_cache(services);
    if (cache == nullptr) return embedder;
    return cache::make_cached_query_embedder(std::move(embedder), std::move(cache));
}

/// Whether something is missing in the settings or on this machine, rather than that a server or the base failed.
bool is_not_configured(const Error& error) {
    return error.code() == ErrorCode::usage || error.code() == ErrorCode::failed;
}

std::string reason(const Error& error) { return fmt::format("{} ({})", error.what(), error.hint()); }

}  // namespace

void show_progress(Services& services, std::string_view what, std::uint64_t done, std::uint64_t total) {
    services.notices.progress(total > 0 ? fmt::format("{} {}/{}", what, done, total)
                                        : fmt::format("{} {}", what, done));
}

std::unique_ptr<embed::Embedder> make_configured_embedder(const Services& services) {
    return make_embedder(services, configured_choice(services.config));
}

EmbedderChoice base_choice(const Services& services, const store::Store& store) {
    EmbedderChoice choice = configured_choice(services.config);
    if (services.config.value("embed.provider").origin != "default") return choice;
    const std::optional<EmbedderChoice> named = named_choice(services, store);
    return named ? *named : choice;
}

void check_embedder(const Services& services, const store::Store* store) {
    const EmbedderChoice choice = store == nullptr ? configured_choice(services.config) : base_choice(services, *store);
    if (choice.provider != "builtin" && choice.provider != "none") {
        static_cast<void>(make_embedder(services, choice));
    }
}

bool has_embedder(Services& services, const store::Store& store) {
    try {
        check_embedder(services, &store);
        return true;
    } catch (const Error& error) {
        const bool is_set = services.config.value("embed.provider").origin != "default";
        if (is_set || !is_not_configured(error)) throw;
        services.notices.note(
            fmt::format("texts are kept, and their vectors wait for quarry embed: {}", reason(error)));
        return false;
    }
}

EmbeddingPlan plan_vectors(const Services& services, const store::Store& store, const EmbedderChoice& choice) {
    EmbeddingPlan plan{choice.text(), 0, 0, 0, embedding_price(services.config, choice), std::nullopt, {}};
    if (choice.provider == "none") return plan;
    if (choice.provider == "builtin" && start_table(services).empty()) {
        plan.note = ingest::too_small_for_builtin(store);
        if (!plan.note.empty()) return plan;
    }
    std::string fingerprint = store.setting(store::setting::embedder).value_or("");
    std::size_t batch = 1;
    if (choice.provider != "builtin") {
        const std::unique_ptr<embed::Embedder> embedder = make_embedder(services, choice, EmbedderUse::plan);
        fingerprint = embedder->fingerprint();
        batch = embedder->batch_size();
    }
    plan.texts = store.unembedded_count(fingerprint);
    plan.tokens = store.unembedded_tokens(fingerprint);
    if (embed::find_remote_provider(choice.provider) != nullptr) plan.requests = (plan.texts + batch - 1) / batch;
    double rate = 0;  // tokens a second
    const std::string said = store.setting(rate_setting(choice)).value_or("");
    std::from_chars(said.data(), said.data() + said.size(), rate);
    if (rate > 0) plan.seconds = static_cast<double>(plan.tokens) / rate;
    return plan;
}

ingest::EmbeddingReport update_vectors(Services& services, store::Store& store, const VectorOptions& options) {
    const EmbedderChoice choice = options.choice ? *options.choice : base_choice(services, store);
    ingest::EmbeddingReport report;
    if (choice.provider == "none") return report;
    const auto start = std::chrono::steady_clock::now();
    const ingest::EmbeddingProgress progress = [&services](ingest::EmbeddingStage stage, std::uint64_t done,
                                                           std::uint64_t total) {
        if (stage == ingest::EmbeddingStage::fit) {
            services.notices.progress(fmt::format("fitting the built-in embedder: {} %", done));
        } else {
            show_progress(services, "embedding", done, total);
        }
    };
    if (choice.provider == "builtin") {
        const auto lock = embedding_lock(services, choice.provider);
        ingest::BuiltinUpdateOptions builtin;
        builtin.refit = options.refit;
        const std::string start_from = start_table(services);
        builtin.fit.start = start_from;
        report = ingest::update_builtin_vectors(store, builtin, services.cancel, progress);
    } else {
        const std::unique_ptr<embed::Embedder> embedder = make_embedder(services, choice);
        const auto lock = embedding_lock(services, embedder->fingerprint());
        const std::uint64_t tokens = store.unembedded_tokens(embedder->fingerprint());
        if (options.max_cost) check_budget(embedding_price(services.config, choice), tokens, *options.max_cost);
        // Before the vectors: once they are used, everyone can tell whose they are.
        remember_name(services, store, choice, embedder->fingerprint());
        const auto begun = std::chrono::steady_clock::now();
        report = quarry::ingest::update_vectors(store, *embedder, services.cancel, progress);
        report.tokens = tokens;
        remember_rate(store, choice, tokens, std::chrono::steady_clock::now() - begun);
    }
    services.notices.progress("");
    update_vector_index(services, store);
    if (report.note.empty() || options.note_if_small)
        note_report(services, report, std::chrono::steady_clock::now() - start);
    return report;
}

std::unique_ptr<embed::Embedder> query_embedder(Services& services, const store::Store& store) {
    const std::string& provider = services.config.text("embed.provider");
    const std::string fingerprint = store.setting(store::setting::embedder).value_or("");
    if (provider == "none" || fingerprint.empty()) return nullptr;
    if (store.open_model(fingerprint) != nullptr) {
        if (provider != "builtin") services.notices.note(other_model_note);
        return std::make_unique<embed::BuiltinEmbedder>(
            fingerprint, [&store, fingerprint] { return store.open_model(fingerprint); });
    }
    if (provider != "builtin") {
        std::unique_ptr<embed::Embedder> embedder = make_configured_embedder(services);
        if (embedder->fingerprint() == fingerprint) return with_query_cache(services, std::move(embedder));
    }
    // The model that quarry embed --model switched to. Where another one is configured, it is not asked for.
    const std::optional<BaseEmbedder> known = find_base_embedder(services, store);
    const bool may_use = provider == "builtin" || !known || !known->guarded || known->is_allowed;
    if (const auto named = may_use ? named_choice(services, store) : std::nullopt) {
        std::unique_ptr<embed::Embedder> embedder = make_embedder(services, *named);
        if (embedder->fingerprint() == fingerprint) return with_query_cache(services, std::move(embedder));
    }
    services.notices.note(other_model_note);
    return nullptr;
}

std::unique_ptr<embed::Embedder> query_embedder_if_configured(Services& services, const store::Store& store) {
    try {
        return query_embedder(services, store);
    } catch (const Error& error) {
        if (!is_not_configured(error)) throw;
        services.notices.note(fmt::format("the vectors of the base cannot be used: {}", reason(error)));
        return nullptr;
    }
}

}  // namespace quarry::app
