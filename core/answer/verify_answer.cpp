#include "core/answer/verify_answer.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>

#include "core/base/bounded_json.h"
#include "core/base/error.h"
#include "core/base/hash.h"
#include "core/base/text.h"

namespace quarry::answer {
namespace {

using Json = nlohmann::json;

constexpr std::string_view ask_schema = "quarry.ask/1", batch_schema = "quarry.batch/1";
constexpr std::size_t most_citations = 10'000;  // of a record that somebody gives us

Error no_record(std::string_view why) {
    return Error(ErrorCode::failed, "this is not a saved answer",
                 "save one with: quarry ask --json QUESTION > answer.json, or many with: quarry batch -o answers.jsonl")
        .because(std::string(why));
}

std::string text_field(const Json& object, const char* name) {
    const auto found = object.find(name);
    if (found == object.end() || !found->is_string())
        throw no_record(fmt::format("it has no \"{}\", or it is not a text", name));
    return found->get<std::string>();
}

std::size_t number_field(const Json& object, const char* name, std::optional<std::size_t> fallback = {}) {
    const auto found = object.find(name);
    if (found == object.end() && fallback) return *fallback;
    if (found == object.end() || !found->is_number_unsigned()) {
        throw no_record(fmt::format("a citation has no number \"{}\"", name));
    }
    return found->get<std::size_t>();
}

Citation read_citation(const Json& object) {
    if (!object.is_object()) throw no_record("a citation is not an object");
    Citation citation;
    citation.number = number_field(object, "number");
    citation.uri = text_field(object, "uri");
    citation.start_byte = number_field(object, "start_byte");
    citation.end_byte = number_field(object, "end_byte");
    citation.start_line = number_field(object, "start_line", 1);
    citation.end_line = number_field(object, "end_line", citation.start_line);
    citation.quote = text_field(object, "quote");
    citation.sha256 = text_field(object, "sha256");
    return citation;
}

/// Where words stand in a text, of several places the one nearest to `near`.
std::optional<std::size_t> find_nearest(std::string_view text, std::string_view words, std::size_t near) {
    std::optional<std::size_t> best;
    const auto distance = [&](std::size_t at) { return at > near ? at - near : near - at; };
    for (std::size_t at = text.find(words); at != std::string_view::npos; at = text.find(words, at + 1)) {
        if (!best || distance(at) < distance(*best)) best = at;
    }
    return best;
}

/// The source of a URI in a record. JSON has no bytes that are no UTF-8: there a name that has some stands with U+FFFD
/// in their place.
std::optional<store::Source> find_source(const store::Store& store, const std::string& uri,
                                         const store::CollectionNames& collections) {
    constexpr std::string_view replacement = "\xEF\xBF\xBD";
    store::ChunkFilter filter;
    filter.collections = collections;
    const store::SourceMatcher matcher(filter);
    std::optional<store::Source> source = store.source(uri);
    if (source && !matcher.holds_for_collection(source->collection)) source.reset();
    const std::size_t first = uri.find(replacement);
    if (source || first == std::string::npos) return source;
    const std::size_t folder = uri.rfind('/', first);
    store.for_each_source(uri.substr(0, folder == std::string::npos ? 0 : folder), [&](const store::Source& other) {
        if (source || replace_invalid_utf8(other.uri) != uri) return;
        if (matcher.holds_for_collection(other.collection)) source = other;
    });
    return source;
}

CheckedCitation check_citation(const std::optional<std::string>& text, const Citation& citation) {
    CheckedCitation checked{citation, CitationState::unchanged, citation.start_line};
    if (sha256(citation.quote) != citation.sha256) {
        checked.state = CitationState::altered;
        return checked;
    }
    if (!text) {
        checked.state = CitationState::gone;
        return checked;
    }
    const std::string_view all = *text;
    const bool within = citation.start_byte <= citation.end_byte && citation.end_byte <= all.size();
    if (within && !citation.quote.empty() &&
        all.substr(citation.start_byte, citation.end_byte - citation.start_byte) == citation.quote) {
        return checked;
    }
    const auto now = citation.quote.empty() ? std::nullopt : find_nearest(all, citation.quote, citation.start_byte);
    checked.state = now ? CitationState::moved : CitationState::changed;
    if (!now) return checked;
    checked.citation.start_byte = *now;
    checked.citation.end_byte = *now + citation.quote.size();
    checked.citation.start_line = 1 + count_line_breaks(all.substr(0, *now));
    checked.citation.end_line = checked.citation.start_line + count_line_breaks(citation.quote);
    return checked;
}

bool words_are_there(CitationState state) noexcept {
    return state == CitationState::unchanged || state == CitationState::moved;
}

/// The record as JSON of a schema that is known.
Json read_json(std::string_view text) {
    Json record = parse_bounded_json(text);
    if (record.is_discarded()) throw no_record("it is not JSON");
    if (!record.is_object()) throw no_record("it is not a JSON object");
    const std::string schema = text_field(record, "schema");
    if (schema != ask_schema && schema != batch_schema) {
        throw no_record(fmt::format("its schema is {}", one_line(schema, 60)));
    }
    return record;
}

bool question_failed(const Json& record) { return record["schema"] == batch_schema && record.contains("error"); }

SavedAnswer read_saved_answer(const Json& record) {
    if (question_failed(record)) throw no_record("its question failed and has no answer");
    SavedAnswer answer;
    answer.question = text_field(record, "question");
    answer.text = text_field(record, "answer");
    answer.answered = record.value("answered", Json(true)) != Json(false);
    const auto citations = record.find("citations");
    if (citations == record.end() || !citations->is_array()) throw no_record("it has no list \"citations\"");
    if (citations->size() > most_citations) throw no_record("it has too many citations");
    for (const Json& citation : *citations) answer.citations.push_back(read_citation(citation));
    return answer;
}

}  // namespace

SavedAnswer parse_saved_answer(std::string_view json) { return read_saved_answer(read_json(json)); }

std::vector<SavedAnswer> parse_saved_answers(std::string_view text) {
    // A document of several lines is one record; what is neither that nor lines of JSON is told of as one.
    const std::string_view first = split(trim(text), '\n').front();
    const auto is_json = [](std::string_view one) { return !parse_bounded_json(one).is_discarded(); };
    if (!is_json(first) || is_json(text)) return {parse_saved_answer(text)};
    std::vector<SavedAnswer> answers;
    std::size_t number = 0;
    for (const std::string_view line : split(text, '\n')) {
        ++number;
        if (trim(line).empty()) continue;
        try {
            const Json record = read_json(line);
            if (!question_failed(record)) answers.push_back(read_saved_answer(record));
        } catch (const Error& error) {
            throw Error(error).while_doing(fmt::format("cannot read line {}", number));
        }
    }
    if (answers.empty()) throw no_record("each question in it failed");
    return answers;
}

std::string_view citation_state_name(CitationState state) noexcept {
    switch (state) {
        case CitationState::unchanged: return "unchanged";
        case CitationState::moved: return "moved";
        case CitationState::changed: return "changed";
        case CitationState::gone: return "gone";
        case CitationState::altered: return "altered";
    }
    return "altered";
}

bool Verification::holds() const noexcept {
    return std::ranges::all_of(citations, [](const CheckedCitation& one) { return words_are_there(one.state); }) &&
           std::ranges::none_of(sentences,
                                [](const SentenceCheck& one) { return one.verdict == Verdict::unsupported; });
}

Verification verify_answer(const store::Store& store, const SavedAnswer& answer,
                           const store::CollectionNames& collections, embed::Embedder* embedder,
                           const Cancellation& cancellation) {
    Verification result;
    struct Found {
        std::optional<std::string> text;
        std::string language;
    };
    std::map<std::string, Found> documents;
    std::vector<Citation> standing;
    std::vector<std::size_t> lost;
    for (const Citation& citation : answer.citations) {
        cancellation.check();
        auto found = documents.find(citation.uri);
        if (found == documents.end()) {
            const std::optional<store::Source> source = find_source(store, citation.uri, collections);
            Found document;
            if (source && source->document_id) document = {store.document_text(*source->document_id), source->language};
            found = documents.emplace(citation.uri, std::move(document)).first;
        }
        result.citations.push_back(check_citation(found->second.text, citation));
        result.citations.back().citation.language = found->second.language;
        const bool stands = words_are_there(result.citations.back().state);
        stands ? standing.push_back(result.citations.back().citation) : lost.push_back(citation.number);
    }
    result.sentences = check_sentences(answer.text, standing, embedder, cancellation, lost);
    return result;
}

}  // namespace quarry::answer
