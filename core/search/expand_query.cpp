// Other wordings of a query, from a chat model.

#include "core/search/expand_query.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/base/error.h"
#include "core/base/text.h"

namespace quarry::search {
namespace {

constexpr std::size_t most_queries = 3;
constexpr std::size_t longest_query_bytes = 4'000;
constexpr int most_tokens = 300;

std::string_view task_of(QueryExpansion expansion) {
    switch (expansion) {
        case QueryExpansion::rewrite:
            return "Rewrite the text below as one good query for a search in documents: correct misspellings, leave "
                   "out what does not help to find something. Answer with the query alone, on one line.";
        case QueryExpansion::multi_query:
            return "The text below is a query for a search in documents. Write three other queries, in the same "
                   "language, that look for the same thing in other words. Answer with them alone, one a line.";
        case QueryExpansion::hyde:
            return "Write a short passage, three sentences at most and in the same language, as it could stand in a "
                   "document that answers the text below. Answer with the passage alone.";
        case QueryExpansion::none: break;
    }
    return {};
}

/// A line without what lists begin with: "1. ", "- ", "* ", and without quotation marks around it.
std::string_view bare(std::string_view line) {
    line = trim(line);
    const std::size_t digits = std::min(line.find_first_not_of("0123456789"), line.size());
    if (digits > 0 && digits < line.size() && (line[digits] == '.' || line[digits] == ')')) {
        line = trim(line.substr(digits + 1));
    } else if (line.starts_with("- ") || line.starts_with("* ")) {
        line = trim(line.substr(2));
    }
    if (line.size() >= 2 && line.front() == '"' && line.back() == '"') line = line.substr(1, line.size() - 2);
    return trim(line);
}

}  // namespace

std::string_view query_expansion_name(QueryExpansion expansion) noexcept {
    switch (expansion) {
        case QueryExpansion::none: return "none";
        case QueryExpansion::rewrite: return "rewrite";
        case QueryExpansion::multi_query: return "multi-query";
        case QueryExpansion::hyde: return "hyde";
    }
    return "";
}

QueryExpansion query_expansion_by_name(std::string_view name) {
    for (const QueryExpansion expansion :
         {QueryExpansion::none, QueryExpansion::rewrite, QueryExpansion::multi_query, QueryExpansion::hyde}) {
        if (name == query_expansion_name(expansion)) return expansion;
    }
    throw Error(ErrorCode::usage, fmt::format("there is no query expansion \"{}\"", name),
                "there are none, rewrite, multi-query and hyde");
}

std::vector<std::string> expand_query(llm::ChatModel& model, std::string_view query, QueryExpansion expansion,
                                      const Cancellation& cancellation) {
    std::vector<std::string> queries;
    if (expansion == QueryExpansion::none) return queries;
    llm::ChatRequest request;
    request.messages = {{llm::ChatMessage::Role::system, std::string(task_of(expansion))},
                        {llm::ChatMessage::Role::user, std::string(query)}};
    request.max_tokens = most_tokens;
    request.temperature = 0;
    const std::string answer = model
                                   .chat(
                                       request, [](std::string_view) {}, cancellation)
                                   .text;
    const auto add = [&](std::string_view text) {
        text = text.substr(0, floor_to_code_point(text, std::min(text.size(), longest_query_bytes)));
        if (!text.empty() && text != query) queries.emplace_back(text);
    };
    if (expansion == QueryExpansion::hyde) {
        add(trim(answer));
        return queries;
    }
    const std::size_t most = expansion == QueryExpansion::rewrite ? 1 : most_queries;
    for (const std::string_view line : split(answer, '\n')) {
        if (queries.size() < most) add(bare(line));
    }
    return queries;
}

}  // namespace quarry::search
