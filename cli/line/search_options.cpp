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
    return std::isnan(std::strtod(text.c_str(), nullptr)) ? text + " is no number" : "";
}

/// What becomes of the ranking, and how it is shown.
void declare_result_options(OptionTable& options, SearchArguments& arguments) {
    options
        .add("--mmr", arguments.request.relevance_weight,
             "Below 1 passages that say what better ones said are held back (maximal marginal relevance): 0.5 "
             "strongly, 0.9 a little")
        .range(0.0, 1.0)
        .check(is_number)
        .value("WEIGHT");
    options.add("--per-document", arguments.request.per_document, "Most results of one document").range(1, 10'000).value("N");
    options.add("-C,--window", arguments.window, "Give N neighbouring passages on each side too")
        .range(1, 1000)
        .value("N");
    options.flag("--parent", arguments.parent, "Give the larger span, or the section, that each passage is in")
        .excludes("--window");
    options
        .add("--expand", arguments.expand,
             "What the chat model makes of the query first: rewrite one better query, multi-query three other "
             "wordings, hyde a passage as it could answer")
        .choices({"none", "rewrite", "multi-query", "hyde"})
        .show_default();
    options
        .add("--more-like", arguments.request.more_like,
             "Instead of a query: a passage of the base, as FILE:LINE or by its chunk_id")
        .value("PASSAGE");
    options
        .add("--batch", arguments.batch,
             "Instead of a query: a file of them, one JSON object a line, {\"id\": …, \"query\": …}; - reads "
             "standard input")
        .value("PATH");
    options
        .add("--threads", arguments.threads,
             "With --batch: threads that search, by words or with the built-in embedder; 0: one for each "
             "processor")
        .range(0, 256)
        .show_default()
        .value("N");
    options
        .add("-f,--format", arguments.format,
             "text for people, ndjson with one JSON object a line, files with each file's name once, editor "
             "with FILE:LINE:COLUMN: TEXT, 1:1 for a file that is converted")
        .choices({"text", "ndjson", "files", "editor"})
        .show_default();
}

}  // namespace

void declare_search_options(OptionTable& options, SearchArguments& arguments) {
    options.add("query", arguments.words, "What to look for; several words need no quotes").value("QUERY");
    options.add("--mode", arguments.request.mode, "lexical by words, vector by meaning, hybrid by both (default: search.mode)")
        .choices({"lexical", "vector", "hybrid"});
    options
        .add("--fusion", arguments.request.fusion,
             "How hybrid makes one score of both: minmax and zscore add up scaled scores, rrf goes by ranks "
             "(default: search.fusion)")
        .choices({"minmax", "zscore", "rrf"});
    options.add("-n,--limit", arguments.request.limit, "Most results (default: search.limit)")
        .range(1, 10'000)
        .value("N");
    options.flag("--explain", arguments.request.explain, "Show what each score is made of");
    options.flag("--exact", arguments.request.exact,
                 "Compare the query with every vector, in a base so large that a graph is walked instead");
    declare_filter_options(options, arguments.filter);
    options.flag("--rerank", arguments.rerank,
                 "Let the reranker of rerank.provider put the best passages in order (default: when there is one)");
    options.flag("--no-rerank", arguments.no_rerank, "Leave the reranker out").excludes("--rerank");
    declare_result_options(options, arguments);
}

void SearchArguments::check(bool json) const {
    if (json && format != "text") {
        throw Error(ErrorCode::usage, fmt::format("--json and --format {} exclude each other", format),
                    "give one of them");
    }
    if (!batch.empty() && format != "text" && format != "ndjson") {
        throw Error(ErrorCode::usage, fmt::format("--batch and --format {} exclude each other", format),
                    "the results of --batch are JSON, one object a line");
    }
    const int subjects = (words.empty() ? 0 : 1) + (request.more_like.empty() ? 0 : 1) + (batch.empty() ? 0 : 1);
    if (subjects != 1) {
        throw Error(ErrorCode::usage,
                    subjects == 0 ? "there is no query" : "there is more than one thing to look for",
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
