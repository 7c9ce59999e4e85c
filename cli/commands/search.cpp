// quarry search: the passages of the knowledge base that fit a query best.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <nlohmann/json.hpp>
#include <ostream>
#include <unordered_set>

#include "cli/command.h"
#include "cli/config.h"
#include "cli/config_json.h"
#include "cli/embedding.h"
#include "cli/output.h"
#include "cli/search_text.h"
#include "cli/shown_uri.h"
#include "core/base/text.h"
#include "core/search/search.h"

namespace quarry::cli {
namespace {

class SearchCommand final : public Command {
public:
    [[nodiscard]] CommandInfo info() const override {
        return {
            .path = "search",
            .summary = "find the passages of your documents that fit a query",
            .description =
                "Looks for the query in the knowledge base (the documents that quarry ingest has read) and prints the "
                "passages that fit best: title and headings, file and line, a score, and the part of the passage that "
                "shows why.\n\n"
                "A query is plain words; nothing in it is an operator, so that no query is a mistake. Passages need "
                "not hold all the words.\n\n"
                "There are three ways to search. lexical counts the query's words, whatever their ending, and weighs "
                "rare ones more (the measure is called BM25). vector compares the meaning: query and passages are "
                "turned into vectors, which are lists of numbers that are near to each other for texts about the same "
                "thing, by an embedder that was fitted on your own documents or by a server that you configured. "
                "hybrid, the default, scales both scores to 0..1 and adds them up, 70 % words and 30 % meaning "
                "(search.dense_weight). A base without vectors is searched by words, and search says so.",
            .examples = {{"quarry search how do I undo a migration", "the ten best passages"},
                         {"quarry search --mode lexical --limit 3 SQLITE_BUSY", "by words alone, three of them"},
                         {"quarry search --explain retry limits", "with the parts that each score is made of"},
                         {"quarry search --format files retry limits | xargs wc -l",
                          "the files alone, for other programs"},
                         {"quarry search --json retry limits", "everything, for programs"}},
            .exit_codes = {{10, "nothing fits the query"},
                           {14, "the embedding server failed: not reached, refused, or no usable answer"},
                           {15, "the embedding server says that requests come too fast"}}};
    }

    void setup(CLI::App& app) override {
        app.add_option("query", query_, "What to look for; several words need no quotes")
            ->required()
            ->type_name("QUERY");
        app.add_option("--mode", mode_, "lexical by words, vector by meaning, hybrid by both (default: search.mode)")
            ->check(CLI::IsMember({"lexical", "vector", "hybrid"}));
        app.add_option("--limit,-n", limit_, "Most results (default: search.limit)")
            ->check(CLI::Range(1, 10'000))
            ->type_name("N");
        app.add_flag("--explain", explain_, "Show what each score is made of");
        app.add_option("--format", format_,
                       "text for people, ndjson with one JSON object a line, files with each file's name once")
            ->check(CLI::IsMember({"text", "ndjson", "files"}))
            ->capture_default_str();
    }

    [[nodiscard]] int run(Context& context) override {
        if (context.json && format_ != "text") {
            throw Error(ErrorCode::usage, fmt::format("--json and --format {} exclude each other", format_),
                        "give one of them");
        }
        const std::string query = read_query();
        const SearchOptions options = search_options(context.config);
        const std::unique_ptr<Store> store = open_store(context.base_path, StoreMode::read);
        const std::unique_ptr<Embedder> embedder =
            options.mode == SearchMode::lexical ? nullptr : query_embedder(context, *store);
        const SearchResult result = search(*store, embedder.get(), query, options, context.cancel);
        if (!result.note.empty() && !context.json) context.out.note(result.note);
        if (result.hits.empty() && !context.json) say_nothing_found(context, *store, query);
        print(context, query, result, options);
        return result.hits.empty() ? static_cast<int>(ErrorCode::nothing_found) : 0;
    }

private:
    [[nodiscard]] std::string read_query() const {
        std::string query = fmt::format("{}", fmt::join(query_, " "));
        if (find_invalid_utf8(query)) query = replace_invalid_utf8(query);
        if (trim(query).empty()) throw Error(ErrorCode::usage, "the query is empty", "quarry search WORDS…");
        return query;
    }

    [[nodiscard]] SearchOptions search_options(const Config& config) const {
        SearchOptions options;
        options.mode = search_mode_by_name(mode_.empty() ? config.text("search.mode") : mode_);
        // Who switched embedding off wants no word about it on each search.
        const bool unasked = mode_.empty() && options.mode == SearchMode::hybrid;
        if (unasked && config.text("embed.provider") == "none") options.mode = SearchMode::lexical;
        options.limit = static_cast<std::size_t>(limit_ > 0 ? limit_ : config.integer("search.limit"));
        options.dense_weight = config.number("search.dense_weight");
        return options;
    }

    static void say_nothing_found(Context& context, const Store& store, const std::string& query) {
        const std::string shown = one_line(strip_terminal_controls(query), 60);
        context.out.note(fmt::format("nothing fits \"{}\"", shown));
        context.out.note(store.chunk_count() == 0
                             ? "hint: the knowledge base is empty; put documents in: quarry ingest PATH"
                             : "hint: try other or fewer words; quarry docs ls shows what the knowledge base holds");
    }

    void print(Context& context, const std::string& query, const SearchResult& result,
               const SearchOptions& options) const {
        std::ostream& out = context.out.result();
        if (context.json) {
            out << dump_json(search_json(query, result, options));
            return;
        }
        std::unordered_set<std::string> seen;
        for (std::size_t i = 0; i < result.hits.size() && !context.out.closed(); ++i) {
            const SearchHit& hit = result.hits[i];
            if (format_ == "files") {
                if (seen.insert(hit.chunk.uri).second) out << shown_uri(hit.chunk.uri) << '\n';
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
    std::string mode_;
    std::string format_ = "text";
    int limit_ = 0;
    bool explain_ = false;
};

}  // namespace

std::unique_ptr<Command> make_search_command() { return std::make_unique<SearchCommand>(); }

}  // namespace quarry::cli
