// Documents in: the documents, then their vectors, then the vector index.
#include "core/app/ingest_service.h"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <memory>
#include <system_error>
#include <utility>

#include "core/app/collection_scope.h"
#include "core/app/embedding_cost.h"
#include "core/app/ingest_inputs.h"
#include "core/app/knowledge_base.h"
#include "core/app/sentence_vectors.h"
#include "core/app/vectors.h"
#include "core/base/error.h"
#include "core/base/glob_path.h"
#include "core/base/large_pages.h"
#include "core/config/extract_commands.h"
#include "core/ingest/selection.h"
#include "core/ingest/watch.h"
#include "core/redact/redactor.h"
#include "core/store/base_address.h"
#include "core/wire/display_uri.h"

namespace quarry::app {
namespace {

constexpr std::string_view standard_input = "-";

bool path_exists(const std::filesystem::path& path) {
    std::error_code unknown;
    return std::filesystem::exists(path, unknown);
}

ingest::IngestOptions ingest_options(const Services& services, const IngestRequest& request,
                                     const IngestEvents& events) {
    const config::Config& config = services.config;
    ingest::IngestOptions options;
    options.chunking = configured_chunking(config);
    options.extractors = config::configured_extractors(config);
    options.converter = services.converter;
    options.max_file_bytes = static_cast<std::uint64_t>(config.integer("ingest.max_file_bytes"));
    options.max_converted_bytes = static_cast<std::uint64_t>(config.integer("ingest.max_converted_bytes"));
    options.recognize = config.text("ingest.ocr");
    options.threads = static_cast<std::size_t>(config.integer("ingest.threads"));
    options.include = request.include;
    options.exclude = request.exclude;
    options.hidden = request.hidden;
    options.git = request.git;
    options.since = request.since;
    options.prune = request.prune;
    options.dry_run = request.dry_run;
    options.language = config.text("ingest.language");
    options.collection = request.collection;
    options.writable = services.access.writable;
    options.type = request.type;
    const std::string& redact = request.redact.empty() ? config.text("ingest.redact") : request.redact;
    if (!redact.empty()) options.redact = redact::Redactor::parse_kinds(redact);
    options.fetch = configured_fetching(services, request.allow_private);
    options.progress = events.progress;
    return options;
}

/// One request: what its rounds have in common. Does not move, since the chunking borrows `spending_`.
class IngestRun {
public:
    IngestRun(Services& services, const IngestRequest& request, const IngestEvents& events, bool watch)
        : services_(services), request_(request), events_(events), price_(embedding_price(services.config)) {
        if (request.max_cost && !price_.price) check_budget(price_, 0, *request.max_cost);
        options_ = ingest_options(services, request, events);
        options_.prune = request.prune || watch;
        spending_ = {price_, request.max_cost};
        if (request.dry_run) {
            plan_sentence_vectors(services, options_.chunking);
        } else {
            use_sentence_vectors(services, spending_, options_.chunking);
        }
        is_new_ = !store::base_exists(services.base_path);
        if (is_new_ && !request.dry_run) check_embedder(services, nullptr);
        store_ = open_base(watch);
        if (!request.collection.empty() || services.access.writable) {
            check_target_collection(store_.get(), request.collection, services.access);
        }
        if (!is_new_ && !request.dry_run) makes_vectors_ = has_embedder(services, *store_);
    }
    IngestRun(const IngestRun&) = delete;
    IngestRun& operator=(const IngestRun&) = delete;

    [[nodiscard]] IngestOutcome once() {
        IngestOutcome outcome{read(), {}};
        finish(outcome, is_new_);
        if (request_.dry_run && request_.max_cost) {
            check_budget(price_, planned_tokens(outcome.documents), *request_.max_cost);
        }
        return outcome;
    }

    void watch() {
        try {
            ingest::FolderWatch folders;
            for (bool first = true;; first = false) {
                folders.follow(request_.inputs, options_, services_.cancel);
                watch_round(first);
                if (first) services_.notices.note("watching; stop with Ctrl-C");
                folders.wait(services_.base_path.string(), services_.cancel);
            }
        } catch (const Error& error) {
            if (error.code() != ErrorCode::interrupted) throw;
            services_.notices.progress("");
        }
    }

private:
    /// Null in a dry run where there is no base. A base is not made for paths of which none exists: the run is
    /// a dry one then, which reports them.
    [[nodiscard]] std::unique_ptr<store::Store> open_base(bool watch) {
        if (!is_new_) {
            return request_.dry_run ? store::open_store(services_.base_path, store::StoreMode::read)
                                    : open_or_create_base(services_);
        }
        const auto any_exists = [](const std::vector<std::filesystem::path>& paths) {
            return std::ranges::any_of(paths,
                                       [](const auto& path) { return path_exists(path) || parse_glob(path); });
        };
        const ingest::IngestInputs& inputs = request_.inputs;
        const bool any = !request_.json_lines.empty() || request_.document || !inputs.urls.empty() ||
                         any_exists(inputs.paths) || any_exists(inputs.listed);
        if ((any || watch) && !request_.dry_run) return open_or_create_base(services_);
        options_.dry_run = true;
        return nullptr;
    }

    [[nodiscard]] ingest::IngestReport read() {
        const bool piped = request_.document || request_.json_lines == standard_input;
        if (piped && request_.stream_is_terminal) {
            services_.notices.note("reading from the terminal; end with Ctrl-D");
        }
        store::Store* const store = store_.get();
        const Cancellation& cancel = services_.cancel;
        if (request_.document) {
            return ingest::ingest_stream(store, *request_.stream, *request_.document, options_, cancel);
        }
        const std::string& file = request_.json_lines;
        if (file.empty()) return ingest::ingest(store, request_.inputs, options_, cancel);
        if (piped) return ingest::ingest_jsonl(store, *request_.stream, "stdin", options_, cancel);
        std::ifstream lines(file, std::ios::binary);
        if (!lines || std::filesystem::is_directory(file)) {
            throw Error(ErrorCode::failed, fmt::format("cannot read {}", wire::display_uri(file)),
                        "--jsonl takes a file, or - for standard input")
                .because(std::filesystem::is_directory(file) ? "it is a folder" : std::strerror(errno));
        }
        return ingest::ingest_jsonl(store, lines, file, options_, cancel);
    }

    /// About what a dry run says that the embedding server would be asked for.
    [[nodiscard]] std::uint64_t planned_tokens(const ingest::IngestReport& report) const {
        return report.tokens + tokens_without_vectors(store_.get()) +
               planned_sentence_tokens(options_.chunking, report, store_.get());
    }

    /// Reports the documents, and makes the vectors for what is left of the budget.
    void finish(IngestOutcome& outcome, bool note_if_small) {
        const ingest::IngestReport& report = outcome.documents;
        services_.notices.progress("");
        if (events_.documents) events_.documents(report);
        if (request_.dry_run && !price_.model.empty()) {
            services_.notices.note(cost_text(price_, planned_tokens(report)));
        }
        if (store_ == nullptr || options_.dry_run) return;
        if (report.redacted > 0 && !store_->setting(store::setting::redaction).value_or("").empty()) {
            services_.notices.note(
                "documents are redacted; conversations and cached answers stay as they are: quarry chats redact does "
                "the same to conversations, quarry cache clear removes cached answers");
        }
        if (!makes_vectors_) return;
        std::optional<double> left = request_.max_cost;
        if (left) *left -= spending_.price.of(spending_.tokens).value_or(0);
        return_free_memory();
        outcome.vectors = update_vectors(services_, *store_, {.note_if_small = note_if_small, .max_cost = left});
        spending_.tokens += outcome.vectors.tokens;  // rounds of --watch have one budget together
    }

    void watch_round(bool first) {
        try {
            IngestOutcome outcome{read(), {}};
            const ingest::IngestReport& report = outcome.documents;
            services_.notices.progress("");
            const bool changed = report.added + report.updated + report.moved + report.removed > 0;
            if (!first && !changed && !report.has_new_failures()) return;
            finish(outcome, first);
            if (events_.round) events_.round(outcome);
        } catch (const Error& error) {
            if (first || !passes(error.code())) throw;
            services_.notices.warn(error.what());
        }
    }

    Services& services_;
    const IngestRequest& request_;
    const IngestEvents& events_;
    EmbeddingPrice price_;
    ingest::IngestOptions options_;
    SentenceSpending spending_;
    bool is_new_ = false;
    bool makes_vectors_ = true;  ///< False when the model of the base's vectors is not configured now.
    std::unique_ptr<store::Store> store_;
};

}  // namespace

IngestOutcome IngestService::run(const IngestRequest& request, const IngestEvents& events) {
    return IngestRun(services_, request, events, false).once();
}

void IngestService::watch(const IngestRequest& request, const IngestEvents& events) {
    IngestRun(services_, request, events, true).watch();
}

}  // namespace quarry::app
