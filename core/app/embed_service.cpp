// Vectors of the base, and of texts.
#include "core/app/embed_service.h"

#include <fmt/format.h>

#include <deque>
#include <future>
#include <memory>
#include <utility>
#include <vector>

#include "core/app/embedder_choice.h"
#include "core/app/embedding_cost.h"
#include "core/app/knowledge_base.h"
#include "core/app/vectors.h"
#include "core/base/error.h"

namespace quarry::app {
namespace {

EmbedderChoice chosen(const Services& services, const store::Store& store, const EmbedRequest& request) {
    EmbedderChoice choice =
        request.model.empty() ? base_choice(services, store) : parse_choice(request.model, services.config);
    if (choice.provider == "none") {
        throw Error(ErrorCode::usage, "embedding is switched off",
                    "switch it on: quarry config set embed.provider builtin")
            .because("embed.provider is none");
    }
    if (request.refit && choice.provider != "builtin") {
        throw Error(ErrorCode::usage, "embed fit needs the built-in embedder, but another one is configured",
                    "leave it out; or switch: quarry config set embed.provider builtin")
            .because(fmt::format("embed.provider is {}", choice.provider));
    }
    return choice;
}

/// A model that the configuration does not name is used by searches, but the next ingest would go back.
void note_configuration(Services& services, const EmbedderChoice& choice) {
    const EmbedderChoice configured = configured_choice(services.config);
    const bool named = services.config.value("embed.provider").origin != "default";
    if (!named || configured.text() == choice.text()) return;
    services.notices.note(fmt::format("searches use {} from now on; the configuration names {}, and the next quarry "
                                      "ingest goes back to that unless you change embed.provider and embed.model",
                                      choice.text(), configured.text()));
}

/// An embedder with the base that it may borrow.
struct OpenedEmbedder {
    std::unique_ptr<store::Store> store{};
    std::unique_ptr<embed::Embedder> embedder{};
};

/// What is named or configured needs no base; what the base has needs one.
OpenedEmbedder text_embedder(Services& services, const std::string& model) {
    const EmbedderChoice choice =
        model.empty() ? configured_choice(services.config) : parse_choice(model, services.config);
    OpenedEmbedder opened;
    if (choice.provider != "builtin" && choice.provider != "none") {
        opened.embedder = make_embedder(services, choice);
        return opened;
    }
    opened.store = store::open_store(services.base_path, store::StoreMode::read);
    opened.embedder = query_embedder(services, *opened.store);
    if (opened.embedder == nullptr) {
        throw Error(ErrorCode::usage, "the knowledge base has no embedder",
                    "the built-in one needs 64 passages: add documents with quarry ingest, then run quarry embed; or "
                    "configure a server: quarry help embed")
            .because(fmt::format("no vectors were made in {}", services.base_path.string()));
    }
    return opened;
}

/// A batch whose vectors are being made, or are there.
struct TextBatch {
    std::vector<std::string> texts;
    std::future<std::vector<float>> vectors;
};

TextBatch read_batch(const TextEmbedding& request, const embed::Embedder& embedder) {
    TextBatch batch;
    std::size_t tokens = 0;
    while (batch.texts.size() < embedder.batch_size() && tokens < embedder.batch_tokens()) {
        std::optional<std::string> text = request.next();
        if (!text) break;
        tokens += embed::estimated_tokens(*text);
        batch.texts.push_back(std::move(*text));
    }
    return batch;
}

/// Waits for a batch and hands its vectors over; false when no more are wanted.
bool write_batch(const TextEmbedding& request, TextBatch& batch) {
    const std::vector<float> vectors = batch.vectors.get();
    const std::size_t dimensions = vectors.size() / batch.texts.size();
    for (std::size_t i = 0; i < batch.texts.size(); ++i) {
        if (!request.write(batch.texts[i], std::span(vectors).subspan(i * dimensions, dimensions))) return false;
    }
    return true;
}

}  // namespace

EmbedOutcome EmbedService::update(const EmbedRequest& request) {
    const std::unique_ptr<store::Store> store = open_to_write(services_, store::StoreMode::write);
    const EmbedderChoice choice = chosen(services_, *store, request);
    EmbedOutcome outcome;
    outcome.report =
        update_vectors(services_, *store, {.refit = request.refit, .max_cost = request.max_cost, .choice = choice});
    if (!request.model.empty()) note_configuration(services_, choice);
    outcome.vectors = store->stats().vectors;
    return outcome;
}

EmbedPlan EmbedService::plan(const EmbedRequest& request) {
    const std::unique_ptr<store::Store> store = store::open_store(services_.base_path, store::StoreMode::read);
    const EmbeddingPlan plan = plan_vectors(services_, *store, chosen(services_, *store, request));
    return {
        {plan.embedder, plan.texts, plan.tokens, plan.requests, plan.price.of(plan.tokens), plan.seconds, plan.note},
        plan.price};
}

void EmbedService::check_cost(const EmbedPlan& plan, double max_cost) const {
    check_budget(plan.price, plan.plan.tokens, max_cost);
}

bool EmbedService::embed_texts(const TextEmbedding& request) {
    const OpenedEmbedder opened = text_embedder(services_, request.model);
    embed::Embedder& embedder = *opened.embedder;
    const embed::EmbedKind kind = request.is_query ? embed::EmbedKind::query : embed::EmbedKind::document;
    const auto launch = embedder.concurrency() > 1 ? std::launch::async : std::launch::deferred;
    std::deque<TextBatch> under_way;  // a future waits for its call when it goes
    const auto start = [&](TextBatch batch) {
        under_way.push_back(std::move(batch));
        TextBatch& kept = under_way.back();  // which stays where it is: a deque's ends move, its members do not
        kept.vectors = std::async(launch, [&embedder, &cancel = services_.cancel, &kept, kind] {
            const std::vector<std::string_view> views(kept.texts.begin(), kept.texts.end());
            return embedder.embed(views, kind, cancel);
        });
    };
    const auto finish_first = [&] {
        const bool more = write_batch(request, under_way.front());
        under_way.pop_front();
        return more;
    };
    for (;;) {
        services_.cancel.check();
        TextBatch batch = read_batch(request, embedder);
        if (batch.texts.empty()) break;
        start(std::move(batch));
        if (under_way.size() >= embedder.concurrency() && !finish_first()) return false;
    }
    while (!under_way.empty()) {
        if (!finish_first()) return false;
    }
    return true;
}

}  // namespace quarry::app
