// The options of quarry search.
#include "cli/line/search_options.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cmath>
#include <cstdlib>

#include "cli/line/filter_options.h"
#include "core/base/text.h"

namespace quarry::cli {
namespace {

/// A range takes "nan", which is neither below nor above anything.
std::string is_number(const std::string& text) {
    return std::isnan(std::strtod(text.c_str(), nullptr)) ? text + " is not a number" : "";
}

/// What becomes of the ranking, and how it is shown.
void declare_result_options(OptionTable& options, SearchArguments& arguments) {
    options
        .add("--mmr", arguments.request.relevance_weight,
             "Diversity of the results (maximal marginal relevance): 1 none, 0.9 a little, 0.5 strong")
        .range(0.0, 1.0)
        .check(is_number)
        .value("WEIGHT");
    options.add("--per-document", arguments.request.per_document, "At most N results from one document")
        .range(1, 10'000)
        .value("N");
    options.add("-C,--window", arguments.window, "Include N neighbouring passages on each side")
        .range(1, 1000)
        .value("N");
    options.flag("--parent", arguments.parent, "Show the larger span, or the section, around each passage")
        .excludes("--window");
    options
        .add("--expand", arguments.expand,
             "Expand the query with the chat model first: rewrite (a better query), multi-query (three other "
             "wordings), hyde (a passage that could answer)")
        .choices({"none", "rewrite", "multi-query", "hyde"})
        .show_default();
    options
        .add("--more-like", arguments.request.more_like,
             "Instead of a query: a passage of the base, as FILE:LINE or by its chunk_id")
        .value("PASSAGE");
    options
        .add("--batch", arguments.batch,
             "Instead of a query: a file of queries, one JSON object a line, {\"id\": …, \"query\": …}; - reads "
             "standard input")
        .value("PATH");
    options.add("--threads", arguments.threads, "With --batch: number of search threads; 0: one per processor")
        .range(0, 256)
        .show_default()
        .value("N");
    options
        .add("-f,--format", arguments.format,
             "text; ndjson: one JSON object a line; files: each file name once; editor: FILE:LINE:COLUMN: TEXT (1:1 "
             "for converted files)")
        .choices({"text", "ndjson", "files", "editor"})
        .show_default();
}

}  // namespace

void declare_search_options(OptionTable& options, SearchArguments& arguments) {
    options.add("query", arguments.words, "What to search for; several words need no quotes").value("QUERY");
    options.add("--mode", arguments.request.mode, "lexical by words, vector by meaning, hybrid by both (default: search.mode)")
        .choices({"lexical", "vector", "hybrid"});
    options
        .add("--fusion", arguments.request.fusion,
             "How hybrid search fuses the two scores: minmax and zscore add scaled scores, rrf adds reciprocal ranks "
             "(default: search.fusion)")
        .choices({"minmax", "zscore", "rrf"});
    options.add("-n,--limit", arguments.request.limit, "At most N results (default: search.limit)")
        .range(1, 10'000)
        .value("N");
    options.flag("--explain", arguments.request.explain, "Show how each score is computed");
    options.flag("--exact", arguments.request.exact,
                 "Compare the query with every vector, even in bases that are large enough for a graph");
    declare_filter_options(options, arguments.filter);
    options.flag("--rerank", arguments.rerank,
                 "Rerank the best passages with rerank.provider (default: if one is set)");
    options.flag("--no-rerank", arguments.no_rerank, "Do not rerank").excludes("--rerank");
    declare_result_options(options, arguments);
}

void SearchArguments::check(bool json) const {
    if (json && format != "text") {
        throw Error(ErrorCode::usage, fmt::format("--json and --format {} cannot be used together", format),
                    "give one of them");
    }
    if (!batch.empty() && format != "text" && format != "ndjson") {
        throw Error(ErrorCode::usage, fmt::format("--batch and --format {} cannot be used together", format),
                    "the results of --batch are JSON, one object a line");
    }
    const int subjects = (words.empty() ? 0 : 1) + (request.more_like.empty() ? 0 : 1) + (batch.empty() ? 0 : 1);
    if (subjects != 1) {
        throw Error(ErrorCode::usage, subjects == 0 ? "there is no query" : "there is more than one query",
                    "give one of them: quarry search WORDS…, --more-like PASSAGE, --batch FILE");
    }
}

app::SearchRequest SearchArguments::to_request() const {
    app::SearchRequest made = request;
    made.query = fmt::format("{}", fmt::join(words, " "));
    if (find_invalid_utf8(made.query)) made.query = replace_invalid_utf8(made.query);
    made.filter = search::chunk_filter(filter);
    made.expansion = search::query_expansion_by_name(expand);
    made.rerank = no_rerank ? app::SearchRequest::Rerank::off
                  : rerank  ? app::SearchRequest::Rerank::required
                            : app::SearchRequest::Rerank::configured;
    if (parent) made.context = search::SearchOptions::Context::parent;
    if (window > 0) {
        made.context = search::SearchOptions::Context::neighbours;
        made.neighbours = window;
    }
    return made;
}

}  // namespace quarry::cli
