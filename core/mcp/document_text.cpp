#include "core/mcp/document_text.h"

#include <fmt/format.h>

#include <set>

#include "core/base/hash.h"
#include "core/base/text.h"
#include "core/mcp/document_uri.h"
#include "core/wire/document.h"

namespace quarry::mcp {
namespace {

constexpr std::size_t most_links = 20;

std::string text_at(const Json& object, const char* name) {
    const auto found = object.find(name);
    return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

std::size_t number_at(const Json& object, const char* name) {
    const auto found = object.find(name);
    return found != object.end() && found->is_number_unsigned() ? found->get<std::size_t>() : 0;
}

/// "notes.md, lines 3-9", and the page where there is one.
std::string place_text(const Json& passage) {
    std::string place = text_at(passage, "uri");
    if (const std::size_t first = number_at(passage, "start_line"); first > 0) {
        const std::size_t last = number_at(passage, "end_line");
        place += last > first ? fmt::format(", lines {}-{}", first, last) : fmt::format(", line {}", first);
    }
    const std::size_t page = number_at(passage, passage.contains("page") ? "page" : "start_page");
    return page > 0 ? fmt::format("{}, page {}", place, page) : place;
}

std::string search_text(const Json& document) {
    if (document["hits"].empty()) return "Nothing was found.";
    std::string text;
    for (const Json& hit : document["hits"]) {
        text += fmt::format("[{}] {}\n{}\n\n", number_at(hit, "rank"), place_text(hit), text_at(hit, "text"));
    }
    return text;
}

std::string answer_text(const Json& document) {
    std::string text = text_at(document, "answer");
    for (const Json& citation : document.value("citations", Json::array())) {
        text += fmt::format("\n[{}] {}: \"{}\"", number_at(citation, "number"), place_text(citation),
                            text_at(citation, "quote"));
    }
    return text;
}

std::string list_text(const Json& document) {
    std::string text = fmt::format("{} documents", number_at(document, "total"));
    for (const Json& one : document["documents"])
        text += fmt::format("\n{} ({})", text_at(one, "uri"), text_at(one, "status"));
    if (document.contains("next") && document["next"].is_string()) {
        text += fmt::format("\nMore follow: after = {}", text_at(document, "next"));
    }
    return text;
}

std::string document_text(const Json& document) {
    std::string text = text_at(document, "text");
    const Json part = document.value("part", Json::object());
    if (part.value("cut", false)) {
        text += fmt::format("\n(cut: go on with start_line = {})", number_at(part, "end_line") + 1);
    }
    return text;
}

std::string verification_text(const Json& document) {
    std::string text = document.value("holds", false) ? "The answer holds." : "The answer does not hold.";
    for (const Json& citation : document.value("citations", Json::array())) {
        text += fmt::format("\n[{}] {}: {}", number_at(citation, "number"), place_text(citation),
                            text_at(citation, "state"));
    }
    return text;
}

/// The list of passages in a document of an operation; null where it has none.
Json* passages_in(Json& document) {
    for (const char* name : {"hits", "citations"}) {
        const auto found = document.find(name);
        if (found != document.end() && found->is_array()) return &*found;
    }
    return nullptr;
}

}  // namespace

std::string readable_text(std::string_view operation, const Json& document) {
    std::string text = operation == "search"           ? search_text(document)
                       : operation == "ask"            ? answer_text(document)
                       : operation == "list_documents" ? list_text(document)
                       : operation == "read_document"  ? document_text(document)
                       : operation == "verify"         ? verification_text(document)
                                                       : wire::line_text(document);
    return strip_terminal_controls(text);
}

Json add_resources(Json& document) {
    Json links = Json::array();
    Json* passages = passages_in(document);
    if (passages == nullptr) return links;
    std::set<std::string> linked;
    for (Json& passage : *passages) {
        const std::string name = text_at(passage, "uri");
        if (name.empty()) continue;
        const std::string uri = DocumentUri{.name = name,
                                            .first_line = number_at(passage, "start_line"),
                                            .last_line = number_at(passage, "end_line")}
                                    .text();
        passage["resource"] = uri;
        if (passage.contains("text")) passage["sha256"] = sha256(text_at(passage, "text"));
        if (links.size() >= most_links || !linked.insert(uri).second) continue;
        Json link = {{"type", "resource_link"}, {"uri", uri}, {"name", one_line(place_text(passage), 200)}};
        if (const std::string title = text_at(passage, "title"); !title.empty()) link["title"] = one_line(title, 200);
        links.push_back(std::move(link));
    }
    return links;
}

void describe_resources(Json& schema) {
    for (const char* part : {"hit", "citation"}) {
        if (!schema.contains("$defs") || !schema["$defs"].contains(part)) continue;
        Json& properties = schema["$defs"][part]["properties"];
        properties["resource"] = {{"type", "string"}, {"description", "The passage as a resource"}};
        if (!properties.contains("sha256")) {
            properties["sha256"] = {{"type", "string"}, {"description", "SHA-256 of text"}};
        }
    }
}

}  // namespace quarry::mcp
