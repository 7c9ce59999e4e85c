// Prompts as the models' own pages give them.
#include "core/embed/prompts.h"

#include <array>

#include "core/base/hash.h"
#include "core/base/text.h"

namespace quarry::embed {
namespace {

struct PromptFamily {
    std::string_view part;  ///< Of the name, in lower case.
    std::string_view query, document;
};

constexpr std::string_view passages_prompt = "Represent this sentence for searching relevant passages: ";

// The first that fits decides: what is special stands before what is general.
constexpr auto prompt_families = std::to_array<PromptFamily>({
    {"qwen3-embedding",
     "Instruct: Given a web search query, retrieve relevant passages that answer the query\nQuery:", ""},
    {"embeddinggemma", "task: search result | query: ", "title: none | text: "},
    {"embedding-gemma", "task: search result | query: ", "title: none | text: "},
    {"nomic-embed-code", "Represent this query for searching relevant code: ", ""},
    {"nomic-embed", "search_query: ", "search_document: "},
    {"modernbert-embed", "search_query: ", "search_document: "},
    {"e5-mistral", "Instruct: Given a web search query, retrieve relevant passages that answer the query\nQuery: ", ""},
    {"e5-large-instruct",
     "Instruct: Given a web search query, retrieve relevant passages that answer the query\nQuery: ", ""},
    {"multilingual-e5", "query: ", "passage: "},
    {"e5-small", "query: ", "passage: "},
    {"e5-base", "query: ", "passage: "},
    {"e5-large", "query: ", "passage: "},
    {"bge-m3", "", ""},
    {"bge-small-en", passages_prompt, ""},
    {"bge-base-en", passages_prompt, ""},
    {"bge-large-en", passages_prompt, ""},
    {"mxbai-embed", passages_prompt, ""},
    {"arctic-embed-l-v2", "query: ", ""},
    {"arctic-embed-m-v2", "query: ", ""},
    {"arctic-embed2", "query: ", ""},
    {"arctic-embed", passages_prompt, ""},
});

}  // namespace

EmbedPrompts prompts_of_model(std::string_view name) {
    std::string plain = ascii_lower(name);
    for (char& c : plain) {
        if (c == '_' || c == ' ' || c == '.') c = '-';
    }
    for (const PromptFamily& family : prompt_families) {
        if (plain.find(family.part) != std::string::npos) {
            return {std::string(family.query), std::string(family.document)};
        }
    }
    return {};
}

std::string prompts_mark(const EmbedPrompts& prompts) {
    if (prompts.empty()) return "plain";
    std::string both = prompts.query;
    both += '\0';
    both += prompts.document;
    return content_hash(both).substr(0, 16);
}

}  // namespace quarry::embed
