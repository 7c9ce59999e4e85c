#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>

#include "core/answer/prompt.h"
#include "core/app/search_tool.h"
#include "core/base/text.h"
#include "core/tokenize/tokenizer.h"

namespace quarry::app {
namespace {

constexpr std::size_t default_lines = 80;
constexpr std::size_t reading_tokens = 2'500;  // of what one call gives
constexpr std::size_t most_pieces = 20;        // that a stretch may fall into, where texts repeat

/// A document that a model may mean.
struct NamedDocument {
    std::int64_t id = 0;
    std::string uri;
};

std::string shown_name(std::string_view name) {
    return one_line(strip_terminal_controls(replace_invalid_utf8(name)), 200);
}

/// Whether the URI is the name, or ends with it behind a slash.
bool is_named(std::string_view uri, std::string_view name) {
    return uri == name || (uri.size() > name.size() && uri.ends_with(name) && uri[uri.size() - name.size() - 1] == '/');
}

NamedDocument document_by_name(const store::Store& store, const store::ChunkFilter& filter, const std::string& name) {
    // By its own source: that the filter lets another one with the same text through says nothing of this name.
    const store::SourceMatcher matcher(filter);
    const auto passes = [&](const store::Source& source) {
        return source.document_id && (filter.empty() || matcher.holds(store::filtered_source(source)));
    };
    if (const std::optional<store::Source> source = store.source(name); source && passes(*source)) {
        return {*source->document_id, source->uri};
    }
    std::vector<NamedDocument> found;
    store.for_each_source_name([&](const store::SourceName& named) {
        if (!is_named(named.uri, name)) return true;
        const std::optional<store::Source> source = store.source(named.uri);
        if (source && passes(*source)) found.push_back({*source->document_id, source->uri});
        return true;
    });
    if (found.empty()) {
        throw Error(ErrorCode::failed, fmt::format("there is no document named {}", shown_name(name)),
                    "find it with the tool search");
    }
    const bool one_text = std::all_of(found.begin(), found.end(),
                                      [&](const NamedDocument& other) { return other.id == found.front().id; });
    if (one_text) return found.front();
    throw Error(ErrorCode::failed, fmt::format("{} documents are named {}", found.size(), shown_name(name)),
                "find it with the tool search and give the number of the source");
}

class ReadDocumentTool final : public tools::Tool {
public:
    ReadDocumentTool(const store::Store& store, store::ChunkFilter filter)
        : store_(store), filter_(std::move(filter)) {}

    [[nodiscard]] const llm::ChatTool& definition() const override {
        static const llm::ChatTool tool = {
            "read_document",
            "Read on in a document of the user's: around a source that is known by its number, or from a line of a "
            "document that is known by its name. Gives numbered sources.",
            R"({"type": "object", "properties": {)"
            R"("document": {"type": ["string", "integer"], "description": "The number of a source, or the name of a )"
            R"(document as sources show it"}, )"
            R"("start_line": {"type": "integer", "minimum": 1, "description": "First line; if left out, 20 before the )"
            R"(source, or the beginning"}, )"
            R"("lines": {"type": "integer", "minimum": 1, "maximum": 400, "description": "How many; 80 if left out"}}, )"
            R"("required": ["document"], "additionalProperties": false})"};
        return tool;
    }
    [[nodiscard]] bool read_only() const override { return true; }

    [[nodiscard]] std::string run(const nlohmann::json& arguments, tools::ToolRun& run) override {
        const std::size_t lines = arguments.value("lines", default_lines);
        std::size_t first = 1;
        const NamedDocument document = find(arguments.at("document"), run.passages, first);
        first = arguments.value("start_line", first);

        std::vector<search::SearchHit> hits;
        std::size_t last_line = 0;
        for (store::Chunk& chunk : store_.chunks_of(document.id)) {
            last_line = std::max(last_line, chunk.span.end_line);
            if (chunk.span.end_line < first || chunk.span.start_line >= first + lines) continue;
            if (!passes(chunk.id)) continue;
            chunk.uri = document.uri;
            hits.push_back(
                {.chunk = std::move(chunk), .lexical = {}, .dense = {}, .grams = {}, .rerank = {}, .context = {}});
        }
        if (hits.empty()) {
            throw Error(ErrorCode::failed, fmt::format("the document has only {} lines", last_line));
        }
        const std::unique_ptr<tokenize::Tokenizer> tokenizer = tokenize::make_tokenizer("tokens:approx");
        std::vector<passages::Passage> passages =
            passages::pack_passages(store_, hits, most_pieces, *tokenizer, reading_tokens);
        std::string text;
        for (passages::Passage& passage : passages) {
            const std::size_t number = add_source(run.passages, std::move(passage));
            const passages::Passage& known = run.passages[number - 1];
            text += fmt::format("Source {}, from line {} of {}:\n{}", number, known.start_line, last_line,
                                answer::source_as_text(number, known, run.fence));
        }
        return text;
    }

private:
    [[nodiscard]] bool passes(std::int64_t chunk_id) const {
        if (filter_.empty()) return true;
        const std::vector<std::int64_t> ids = store_.chunk_ids({filter_, {}}, chunk_id - 1, 1);
        return !ids.empty() && ids.front() == chunk_id;
    }
    /// The document that the argument means; `first` becomes the line to begin at.
    [[nodiscard]] NamedDocument find(const nlohmann::json& argument, const std::vector<passages::Passage>& passages,
                                     std::size_t& first) const {
        std::uint64_t number = 0;
        const std::string name = argument.is_string() ? argument.get<std::string>() : argument.dump();
        std::string_view digits = trim(name);
        if (digits.starts_with('[') && digits.ends_with(']')) digits = digits.substr(1, digits.size() - 2);
        const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
        if (error != std::errc{} || end != digits.data() + digits.size())
            return document_by_name(store_, filter_, name);
        if (number < 1 || number > passages.size()) {
            throw Error(ErrorCode::failed, fmt::format("there is no source [{}]", number));
        }
        const passages::Passage& passage = passages[number - 1];
        first = passage.start_line > 20 ? passage.start_line - 20 : 1;
        return {passage.document_id, passage.uri};
    }

    const store::Store& store_;
    const store::ChunkFilter filter_;
};

}  // namespace

std::unique_ptr<tools::Tool> make_read_document_tool(const store::Store& store, store::ChunkFilter filter) {
    return std::make_unique<ReadDocumentTool>(store, std::move(filter));
}

}  // namespace quarry::app
