// Ways to cut, measured on a folder of texts or on a base's own documents.
#include <fmt/format.h>

#include <limits>

#include <algorithm>
#include <memory>
#include <optional>
#include <unordered_map>

#include "core/app/collection_scope.h"
#include "core/app/eval_base.h"
#include "core/app/eval_service.h"
#include "core/app/vectors.h"
#include "core/base/file.h"
#include "core/base/text.h"
#include "core/config/extract_commands.h"
#include "core/extract/converter.h"
#include "core/store/store.h"

namespace quarry::app {
namespace {

constexpr std::uint64_t max_corpus_bytes = 1 << 30;

/// Each strategy under each configuration.
std::vector<NamedConfig> by_strategy(const std::vector<NamedConfig>& named,
                                     const std::vector<std::string>& strategies) {
    std::vector<NamedConfig> result;
    for (const NamedConfig& base : named) {
        for (const std::string& strategy : strategies) {
            NamedConfig& one = result.emplace_back(base);
            one.name = base.name.empty() ? strategy : fmt::format("{} {}", strategy, base.name);
            const std::vector<std::string_view> parts = split(strategy, ':');
            constexpr const char* keys[] = {"chunk.strategy", "chunk.size", "chunk.overlap"};
            if (parts.size() > 3) {
                throw Error(ErrorCode::usage, fmt::format("--strategy {} is not a strategy", strategy),
                            "write it as NAME, NAME:SIZE or NAME:SIZE:OVERLAP");
            }
            for (std::size_t i = 0; i < parts.size(); ++i) one.config.set_flag(keys[i], parts[i], "--strategy");
        }
    }
    return result;
}

eval::ChunkingCollection read_folder(const Services& services, const std::string& folder) {
    const extract::ExtractorSet extractors = config::configured_extractors(services.config);
    extract::Converter converter(services.converter);
    return eval::read_chunking_folder(folder, [&](const std::filesystem::path& file) {
        std::string bytes = read_file(file, max_corpus_bytes);
        const extract::Extractor* type = extractors.find(file.string(), bytes);
        if (type == nullptr) type = &extract::extractor_by_name("text");
        const std::string name = file.string();
        return converter.convert(*type, std::move(bytes), {.name = name, .cancel = &services.cancel});
    });
}

/// The documents of the base's collections, and its questions.
eval::ChunkingCollection read_base(const Services& services, const store::CollectionNames& collections,
                                   eval::ChunkingReport& report) {
    const std::unique_ptr<store::Store> store = store::open_store(services.base_path, store::StoreMode::read);
    store::ChunkFilter filter;
    filter.collections = readable_collections(*store, collections, services.access);
    check_filter(*store, filter);
    eval::ChunkingCollection collection;
    collection.questions = base_questions(*store, report.subject, filter.collections, report.skipped);
    std::unordered_map<std::int64_t, std::int64_t> places;
    for (const std::int64_t id : store->document_ids(0, std::numeric_limits<std::int64_t>::max())) {
        if (filter.collections && !store->filtered_uri(id, filter)) continue;
        std::optional<document::Document> document = store->document(id);
        if (!document) continue;
        places.emplace(id, static_cast<std::int64_t>(collection.documents.size()));
        collection.documents.emplace_back(document->title, std::move(*document));
    }
    for (eval::ResolvedQuestion& question : collection.questions) {
        for (eval::ResolvedSource& source : question.expected) source.document_id = places.at(source.document_id);
    }
    return collection;
}

/// Leaves out the questions that expect whole documents, or nothing.
void keep_passages(std::vector<eval::ResolvedQuestion>& questions, eval::ChunkingReport& report) {
    report.skipped += std::erase_if(questions, [](const eval::ResolvedQuestion& question) {
        return question.expected.empty() ||
               !std::all_of(question.expected.begin(), question.expected.end(),
                            [](const eval::ResolvedSource& source) { return source.is_span(); });
    });
    if (!questions.empty()) return;
    throw Error(ErrorCode::failed, fmt::format("cannot use {}", report.subject),
                "chunking is measured on passages: give \"text\", or \"start\" and \"end\"")
        .because("no question in it names a passage");
}

}  // namespace

std::vector<std::string> chunking_metric_names() { return {"recall", "precision", "precision_omega", "iou"}; }

eval::ChunkingReport eval_chunking(Services& services, const ChunkingEvalRequest& request) {
    std::vector<NamedConfig> named = eval_configs(services, request.variants);
    if (!request.strategies.empty()) named = by_strategy(named, request.strategies);
    const EvalConfigurations configured = eval_configurations(services, named);
    eval::ChunkingReport report;
    report.results = request.results;
    report.subject = request.questions.empty() ? default_questions(services) : request.questions;
    if (!std::filesystem::is_regular_file(report.subject)) {
        store::ChunkFilter filter;
        filter.collections = request.collections;
        refuse_filter(filter);
    }
    eval::ChunkingCollection collection = std::filesystem::is_regular_file(report.subject)
                                              ? read_base(services, request.collections, report)
                                              : read_folder(services, report.subject);
    keep_passages(collection.questions, report);
    report.evaluations =
        eval::evaluate_chunking(collection, configured.configurations, request.results, services.cancel,
                                [&services](eval::EvaluationStage, std::uint64_t done, std::uint64_t total) {
                                    show_progress(services, "chunking", done, total);
                                });
    services.notices.progress("");
    return report;
}

}  // namespace quarry::app
