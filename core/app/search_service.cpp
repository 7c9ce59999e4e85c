// Searches, as they are configured.
#include "core/app/search_service.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <thread>

#include "core/app/collection_scope.h"
#include "core/app/knowledge_base.h"
#include "core/app/metered_model.h"
#include "core/app/vectors.h"
#include "core/base/error.h"
#include "core/base/text.h"

namespace quarry::app {
namespace {

/// The number that the whole text is.
std::optional<std::int64_t> whole_number(std::string_view text) {
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (text.empty() || error != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return number;
}

Error no_such_passage(const std::string& typed) {
    return Error(ErrorCode::nothing_found,
                 fmt::format("the base has no passage \"{}\"", one_line(strip_terminal_controls(typed), 200)),
                 "give FILE:LINE or a chunk_id as printed by search; quarry docs ls lists the files");
}

Error no_reranker() {
    return Error(ErrorCode::usage, "no reranker is configured",
                 "name one, such as a server of your own: quarry config set rerank.provider server; quarry config "
                 "set --user rerank.base_url http://localhost:8080/v1")
        .because("rerank.provider is none");
}

}  // namespace

search::SearchOptions SearchService::options(const SearchRequest& request) const {
    const config::Config& config = workspace_.config();
    search::SearchOptions options = configured_search(config, request.mode);
    options.limit = request.limit > 0 ? request.limit : static_cast<std::size_t>(config.integer("search.limit"));
    if (!request.fusion.empty()) options.fusion = search::fusion_by_name(request.fusion);
    options.explain = request.explain;
    options.filter = request.filter;
    options.expansion = request.expansion;
    options.relevance_weight = request.relevance_weight;
    options.per_document = request.per_document;
    options.context = request.context;
    options.neighbours = request.neighbours;
    return options;
}

PartsWanted SearchService::wanted(const SearchRequest& request, const search::SearchOptions& options) const {
    PartsWanted wanted;
    wanted.mode = options.mode;
    wanted.exact = request.exact;
    wanted.reranker = request.rerank != SearchRequest::Rerank::off;
    if (options.expansion != search::QueryExpansion::none) wanted.model = PartsWanted::Model::queries;
    return wanted;
}

SearchOutcome SearchService::search(const SearchRequest& request, const RequestScope& scope) const {
    SearchOutcome outcome{{}, options(request)};
    const Workspace::Lease parts = workspace_.lease(wanted(request, outcome.options), scope);
    if (request.rerank == SearchRequest::Rerank::required && parts->reranker == nullptr) throw no_reranker();
    narrow(outcome.options.filter, *parts->store, scope.access);
    const auto counted = metered(parts->model.get(), scope, workspace_.config());
    const search::SearchTools tools{parts->embedder.get(), parts->reranker.get(),
                                    counted ? counted.get() : parts->model.get()};
    outcome.has_embedder = tools.embedder != nullptr;
    if (request.more_like.empty()) {
        outcome.result = search::search(*parts->store, tools, request.query, outcome.options, scope.cancel);
    } else {
        const store::Chunk chunk = passage_named(*parts->store, request.more_like, outcome.options.filter.collections);
        outcome.result = search::more_like(*parts->store, tools, chunk, outcome.options, scope.cancel);
    }
    return outcome;
}

std::size_t SearchService::threads(const SearchRequest& request, std::size_t asked, const RequestScope& scope) const {
    search::SearchOptions search_options = options(request);
    const Workspace::Lease parts = workspace_.lease(wanted(request, search_options), scope);
    narrow(search_options.filter, *parts->store, scope.access);
    if (request.rerank == SearchRequest::Rerank::required && parts->reranker == nullptr) throw no_reranker();
    if (parts->reranker != nullptr || parts->model != nullptr) return 1;
    // A model in this process has threads of its own, and a server its limits: only words and the built-in embedder
    // are searched with in several.
    const Services services = workspace_.services(scope);
    if (parts->embedder != nullptr && base_choice(services, *parts->store).provider != "builtin") return 1;
    return asked > 0 ? asked : std::max(1U, std::thread::hardware_concurrency());
}

std::string SearchService::why_nothing(const SearchRequest& request, const RequestScope& scope) const {
    search::SearchOptions search_options = options(request);
    const Workspace::Lease parts = workspace_.lease(wanted(request, search_options), scope);
    narrow(search_options.filter, *parts->store, scope.access);
    const store::ChunkFilter& filter = search_options.filter;
    const auto holds_none = [&](const store::ChunkFilter& one) {
        return parts->store->chunk_ids({one, {}}, 0, 1).empty();
    };
    if (filter.collections) {
        store::ChunkFilter visible;
        visible.collections = filter.collections;
        if (holds_none(visible))
            return "the collections are empty; put documents in: quarry ingest --collection NAME PATH";
    } else if (parts->store->chunk_count() == 0) {
        return "the knowledge base is empty; add documents: quarry ingest PATH";
    }
    if (!filter.empty() && holds_none(filter)) {
        return "no document matches --path, --tag and other filters; quarry docs ls --json shows what they can match";
    }
    if (request.query.size() > 1 && request.query.find('*') == 1) {
        return "a star must follow at least two letters of a word: mo*";
    }
    return "try other or fewer words; quarry docs ls lists the documents";
}

store::Chunk passage_named(const store::Store& store, const std::string& typed,
                           const store::CollectionNames& collections) {
    store::ChunkFilter visible;
    visible.collections = collections;
    if (const std::optional<std::int64_t> id = whole_number(typed)) {
        std::optional<store::Chunk> chunk = store.chunk(*id);
        if (chunk && (visible.empty() || store.filtered_uri(chunk->document_id, visible))) return std::move(*chunk);
        throw no_such_passage(typed);
    }
    const auto visible_source = [&](const std::string& typed_name) {
        std::optional<store::Source> found = store.source(source_uri(store, typed_name));
        if (found && !store::SourceMatcher(visible).holds_for_collection(found->collection)) found.reset();
        return found;
    };
    std::string name = typed;
    std::size_t wanted = 1;
    std::optional<store::Source> source = visible_source(name);
    if (const std::size_t colon = typed.rfind(':'); !source && colon != std::string::npos) {
        if (const std::optional<std::int64_t> line = whole_number(typed.substr(colon + 1)); line && *line > 0) {
            name = typed.substr(0, colon);
            wanted = static_cast<std::size_t>(*line);
            source = visible_source(name);
        }
    }
    if (!source || !source->document_id) throw no_such_passage(typed);
    // The last chunk that begins at the line or above it.
    std::optional<store::Chunk> found;
    for (std::size_t low = 0, high = source->chunk_count; low < high;) {
        const std::size_t middle = low + (high - low) / 2;
        std::optional<store::Chunk> chunk = store.chunk_at(*source->document_id, middle);
        if (!chunk || chunk->span.start_line > wanted) {
            high = middle;
        } else {
            low = middle + 1;
            found = std::move(chunk);
        }
    }
    if (!found) found = store.chunk_at(*source->document_id, 0);
    if (!found) throw no_such_passage(typed);
    if (wanted > found->span.end_line) {
        // Blank lines belong to the passage before them; behind the text there is none.
        const std::string text = store.document_text(*source->document_id).value_or("");
        const std::size_t lines = count_line_breaks(text) + (text.ends_with('\n') ? 0 : 1);
        if (wanted > lines) throw no_such_passage(typed).because(fmt::format("its text has {} lines", lines));
    }
    return std::move(*found);
}

}  // namespace quarry::app
