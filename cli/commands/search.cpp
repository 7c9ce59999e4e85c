// quarry search: the passages of the knowledge base that fit a query best.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cmath>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <ostream>
#include <thread>
#include <unordered_set>

#include "cli/line/command.h"
#include "cli/line/filter_options.h"
#include "cli/search_batch.h"
#include "cli/text/search_text.h"
#include "cli/ui/output.h"
#include "core/app/chat_models.h"
#include "core/app/knowledge_base.h"
#include "core/app/reranking.h"
#include "core/app/vector_index.h"
#include "core/app/vectors.h"
#include "core/base/large_pages.h"
#include "core/base/text.h"
#include "core/config/config.h"
#include "core/config/config_json.h"
#include "core/search/search.h"
#include "core/wire/display_uri.h"

namespace quarry::cli {
namespace {

/// A range takes "nan", which is neither below nor above anything.
std::string is_number(const std::string& text) {
    return std::isnan(std::strtod(text.c_str(), nullptr)) ? text + " is no number" : "";
}

class SearchCommand final : public Command {
public:
    [[nodiscard]] CommandInfo info() const override {
        return {
            .path = "search",
            .summary = "find the passages of your documents that fit a query",
            .description =
                "Looks for the query in the knowledge base (the documents that quarry ingest has read) and prints the "
                "passages that fit best: title and headings, file and line (of a page, a table and others that are "
                "converted, "
                "the line of the text that quarry docs show --text prints), a score, and the part of the passage that "
                "shows why.\n\n"
                "Of plain words, passages need not hold all. What must hold: \"words in quotes\" stand next to each "
                "other; title:WORD, heading:WORD and body:WORD stand there; WORD* is the beginning of a word; -WORD "
                "does not occur. These go together, as in -title:\"two words\". All else is plain words, so that no "
                "query is a mistake. Quotes must get past the shell, and a query that begins with - goes behind --.\n\n"
                "There are three ways to search. lexical counts the query's words, whatever their ending, and weighs "
                "rare ones more (the measure is called BM25). vector compares the meaning: query and passages are "
                "turned into vectors, which are lists of numbers that are near to each other for texts about the same "
                "thing, by an embedder that was fitted on your own documents or by a server that you configured. "
                "hybrid, the default, scales both scores to 0..1 and adds them up, 70 % words and 30 % meaning "
                "(search.dense_weight). A base without vectors is searched by words, and search says so.",
            .examples = {{"quarry search how do I undo a migration", "the ten best passages"},
                         {"quarry search --mode lexical --limit 3 SQLITE_BUSY", "by words alone, three of them"},
                         {"quarry search 'title:sqlite \"write-ahead log\" -postgresql'", "with conditions"},
                         {"quarry search --explain retry limits", "with the parts that each score is made of"},
                         {"quarry search --format files retry limits | xargs wc -l",
                          "the files alone, for other programs"},
                         {"quarry search --json retry limits", "everything, for programs"},
                         {"quarry search --path 'docs/**/*.md' --since 2024 --tag sqlite locks",
                          "in some documents only"},
                         {"quarry search --parent --per-document 1 locks", "whole sections, one of each document"},
                         {"quarry search --more-like docs/undo.md:12", "passages like the one in that line"},
                         {"quarry search --batch queries.jsonl", "many queries, one JSON object a line"}},
            .exit_codes = {
                {10, "nothing fits the query; with --batch, lines without hits are no failure"},
                {11, "with --batch: some lines are no queries"},
                {14, "a server (embedding, reranking, chat) failed: not reached, refused, or no usable answer"},
                {15, "a server says that requests come too fast"}}};
    }

    void setup(OptionTable& options) override {
        options.add("query", query_, "What to look for; several words need no quotes").value("QUERY");
        options.add("--mode", mode_, "lexical by words, vector by meaning, hybrid by both (default: search.mode)")
            .choices({"lexical", "vector", "hybrid"});
        options
            .add("--fusion", fusion_,
                 "How hybrid makes one score of both: minmax and zscore add up scaled scores, rrf goes by ranks "
                 "(default: search.fusion)")
            .choices({"minmax", "zscore", "rrf"});
        options.add("--limit,-n", limit_, "Most results (default: search.limit)").range(1, 10'000).value("N");
        options.flag("--explain", explain_, "Show what each score is made of");
        options.flag("--exact", exact_,
                     "Compare the query with every vector, in a base so large that a graph is walked instead");
        declare_filter_options(options, filter_);
        options.flag("--rerank", rerank_,
                     "Let the reranker of rerank.provider put the best passages in order (default: when there is one)");
        options.flag("--no-rerank", no_rerank_, "Leave the reranker out").excludes("--rerank");
        options
            .add("--mmr", relevance_weight_,
                 "Below 1 passages that say what better ones said are held back (maximal marginal relevance): 0.5 "
                 "strongly, 0.9 a little")
            .range(0.0, 1.0)
            .check(is_number)
            .value("WEIGHT");
        options.add("--per-document", per_document_, "Most results of one document").range(1, 10'000).value("N");
        options.add("--window", window_, "Give N neighbouring passages on each side too").range(1, 1000).value("N");
        options.flag("--parent", parent_, "Give the larger span, or the section, that each passage is in")
            .excludes("--window");
        options
            .add("--expand", expand_,
                 "What the chat model makes of the query first: rewrite one better query, multi-query three other "
                 "wordings, hyde a passage as it could answer")
            .choices({"none", "rewrite", "multi-query", "hyde"})
            .show_default();
        options
            .add("--more-like", more_like_,
                 "Instead of a query: a passage of the base, as FILE:LINE or by its chunk_id")
            .value("PASSAGE");
        options
            .add("--batch", batch_,
                 "Instead of a query: a file of them, one JSON object a line, {\"id\": …, \"query\": …}; - reads "
                 "standard input")
            .value("PATH");
        options
            .add("--threads", threads_,
                 "With --batch: threads that search, by words or with the built-in embedder; 0: one for each "
                 "processor")
            .range(0, 256)
            .show_default()
            .value("N");
        options
            .add("--format", format_,
                 "text for people, ndjson with one JSON object a line, files with each file's name once, editor "
                 "with FILE:LINE:COLUMN: TEXT, 1:1 for a file that is converted")
            .choices({"text", "ndjson", "files", "editor"})
            .show_default();
    }

    [[nodiscard]] int run(Context& context) override {
        if (context.json && format_ != "text") {
            throw Error(ErrorCode::usage, fmt::format("--json and --format {} exclude each other", format_),
                        "give one of them");
        }
        if (!batch_.empty() && format_ != "text" && format_ != "ndjson") {
            throw Error(ErrorCode::usage, fmt::format("--batch and --format {} exclude each other", format_),
                        "the results of --batch are JSON, one object a line");
        }
        const int subjects = (query_.empty() ? 0 : 1) + (more_like_.empty() ? 0 : 1) + (batch_.empty() ? 0 : 1);
        if (subjects != 1) {
            throw Error(ErrorCode::usage,
                        subjects == 0 ? "there is no query" : "there is more than one thing to look for",
                        "give one of them: quarry search WORDS…, --more-like PASSAGE, --batch FILE");
        }
        search::SearchOptions options = search_options(context.config);
        use_large_pages();
        std::vector<Searcher> searchers;
        searchers.push_back(make_searcher(context, options));
        const store::Store* const store = searchers.front().store.get();
        const std::unique_ptr<rerank::Reranker> reranker = chosen_reranker(context);
        const std::unique_ptr<llm::ChatModel> chat =
            options.expansion == search::QueryExpansion::none ? nullptr : app::make_chat_model(context);
        const search::SearchTools tools{searchers.front().embedder.get(), reranker.get(), chat.get()};
        if (!batch_.empty()) {
            if (reranker == nullptr && chat == nullptr) add_searchers(context, options, searchers);
            return search_batch(context, searchers, tools, options, batch_);
        }
        if (!more_like_.empty()) {
            const store::Chunk chunk = passage_named(*store, more_like_);
            return show(context, *store, more_like_, search::more_like(*store, tools, chunk, options, context.cancel),
                        options);
        }
        const std::string query = read_query();
        return show(context, *store, query, search::search(*store, tools, query, options, context.cancel), options);
    }

private:
    [[nodiscard]] Searcher make_searcher(Context& context, const search::SearchOptions& options) const {
        Searcher searcher;
        searcher.store = store::open_store(context.base_path, store::StoreMode::read);
        if (options.mode == search::SearchMode::lexical) return searcher;
        searcher.embedder = app::query_embedder(context, *searcher.store);
        if (searcher.embedder) app::prepare_vectors(context, *searcher.store, exact_);
        return searcher;
    }

    /// One for each thread. A model in this process has threads of its own, and a server its limits: only words and
    /// the built-in embedder are searched with in several.
    void add_searchers(Context& context, const search::SearchOptions& options, std::vector<Searcher>& searchers) const {
        const bool by_words = searchers.front().embedder == nullptr;
        if (!by_words && app::base_choice(context, *searchers.front().store).provider != "builtin") return;
        search::SearchOptions more = options;
        if (by_words) more.mode = search::SearchMode::lexical;  // why was said for the first
        const std::size_t wanted =
            threads_ > 0 ? static_cast<std::size_t>(threads_) : std::max(1U, std::thread::hardware_concurrency());
        while (searchers.size() < wanted) searchers.push_back(make_searcher(context, more));
    }

    [[nodiscard]] int show(Context& context, const store::Store& store, const std::string& query,
                           const search::SearchResult& result, const search::SearchOptions& options) const {
        if (!context.json) {
            if (!result.note.empty()) context.out.note(result.note);
            for (const std::string& other : result.queries) {
                if (explain_)
                    context.out.note(fmt::format("looked for: {}", one_line(strip_terminal_controls(other), 300)));
            }
            if (result.hits.empty()) say_nothing_found(context, store, query, options.filter);
            if (!result.suggestion.empty()) {
                context.out.note(
                    fmt::format("did you mean: {}", one_line(strip_terminal_controls(result.suggestion), 200)));
            }
        }
        print(context, query, result, options);
        return result.hits.empty() ? static_cast<int>(ErrorCode::nothing_found) : 0;
    }

    [[nodiscard]] std::unique_ptr<rerank::Reranker> chosen_reranker(const Context& context) const {
        if (no_rerank_) return nullptr;
        std::unique_ptr<rerank::Reranker> reranker = app::make_configured_reranker(context);
        if (rerank_ && reranker == nullptr) {
            throw Error(
                ErrorCode::usage, "no reranker is configured",
                "name one, such as a server of your own: quarry config set rerank.provider server; quarry config "
                "set --user rerank.base_url http://localhost:8080/v1")
                .because("rerank.provider is none");
        }
        return reranker;
    }

    [[nodiscard]] std::string read_query() const {
        std::string query = fmt::format("{}", fmt::join(query_, " "));
        if (find_invalid_utf8(query)) query = replace_invalid_utf8(query);
        if (trim(query).empty()) throw Error(ErrorCode::usage, "the query is empty", "quarry search WORDS…");
        return query;
    }

    [[nodiscard]] search::SearchOptions search_options(const config::Config& config) const {
        search::SearchOptions options;
        options.mode = search::search_mode_by_name(mode_.empty() ? config.text("search.mode") : mode_);
        // Who switched embedding off wants no word about it on each search.
        const bool unasked = mode_.empty() && options.mode == search::SearchMode::hybrid;
        if (unasked && config.text("embed.provider") == "none") options.mode = search::SearchMode::lexical;
        options.limit = static_cast<std::size_t>(limit_ > 0 ? limit_ : config.integer("search.limit"));
        options.fusion = search::fusion_by_name(fusion_.empty() ? config.text("search.fusion") : fusion_);
        options.dense_weight = config.number("search.dense_weight");
        options.bm25 = app::configured_bm25(config);
        options.explain = explain_;
        options.filter = search::chunk_filter(filter_);
        options.expansion = search::query_expansion_by_name(expand_);
        options.rerank_depth = static_cast<std::size_t>(config.integer("rerank.depth"));
        options.relevance_weight = relevance_weight_;
        options.per_document = static_cast<std::size_t>(per_document_);
        if (parent_) options.context = search::SearchOptions::Context::parent;
        if (window_ > 0) {
            options.context = search::SearchOptions::Context::neighbours;
            options.neighbours = static_cast<std::size_t>(window_);
        }
        return options;
    }

    static void say_nothing_found(Context& context, const store::Store& store, const std::string& query,
                                  const store::ChunkFilter& filter) {
        const std::string shown = one_line(strip_terminal_controls(query), 60);
        context.out.note(fmt::format("nothing fits \"{}\"", shown));
        if (store.chunk_count() == 0) {
            context.out.note("hint: the knowledge base is empty; put documents in: quarry ingest PATH");
        } else if (!filter.empty() && store.chunk_ids({filter, {}}, 0, 1).empty()) {
            context.out.note(
                "hint: no document fits --path, --tag and the like; quarry docs ls --json shows what they go by");
        } else if (query.size() > 1 && query.find('*') == 1) {
            context.out.note("hint: a star stands for the rest of a word that has two letters at least: mo*");
        } else {
            context.out.note("hint: try other or fewer words; quarry docs ls shows what the knowledge base holds");
        }
    }

    void print(Context& context, const std::string& query, const search::SearchResult& result,
               const search::SearchOptions& options) const {
        std::ostream& out = context.out.result();
        if (context.json) {
            out << config::dump_json(search_json(query, result, options));
            return;
        }
        std::unordered_set<std::string> seen;
        for (std::size_t i = 0; i < result.hits.size() && !context.out.closed(); ++i) {
            const search::SearchHit& hit = result.hits[i];
            if (format_ == "files") {
                if (seen.insert(hit.chunk.uri).second) out << wire::display_uri(hit.chunk.uri) << '\n';
            } else if (format_ == "editor") {
                print_editor_line(context.out, hit, result);
            } else if (format_ == "ndjson") {
                out << hit_json(hit, i + 1, result, options)
                           .dump(-1, ' ', false, nlohmann::json::error_handler_t::replace)
                    << '\n';
            } else {
                print_hit(context.out, hit, i + 1, result, options, explain_);
            }
        }
    }

    std::vector<std::string> query_;
    std::string mode_, fusion_;
    std::string format_ = "text";
    std::string expand_ = "none", more_like_, batch_;
    search::FilterSpec filter_;
    double relevance_weight_ = 1;
    int limit_ = 0, per_document_ = 0, window_ = 0, threads_ = 0;
    bool explain_ = false, exact_ = false, parent_ = false, rerank_ = false, no_rerank_ = false;
};

}  // namespace

std::unique_ptr<Command> make_search_command() { return std::make_unique<SearchCommand>(); }

}  // namespace quarry::cli
