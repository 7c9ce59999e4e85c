// Searches whose query is not on the command line.
#include "cli/search_batch.h"

#include <fmt/format.h>

#include <charconv>
#include <fstream>
#include <nlohmann/json.hpp>
#include <ostream>

#include "cli/knowledge_base.h"
#include "cli/output.h"
#include "cli/search_text.h"
#include "core/base/error.h"
#include "core/base/text.h"
#include "core/ingest/json_lines.h"

namespace quarry::cli {
namespace {

using json = nlohmann::ordered_json;

constexpr std::uint64_t longest_line = 1'000'000;

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
                 "give FILE:LINE or a chunk_id, as search shows them; quarry docs ls lists the files");
}

struct BatchQuery {
    json id;
    std::string query;
};

/// Throws Error(failed) that says what is wrong with the line.
BatchQuery parse_batch_query(const LineReader::Line& line) {
    const auto wrong = [&](const char* why) {
        return Error(ErrorCode::failed, fmt::format("line {} is no query", line.number),
                     R"(write one JSON object a line: {"id": 1, "query": "words"})")
            .because(why);
    };
    if (line.too_long) throw wrong("it is longer than 1 MB");
    const json object = json::parse(line.text, nullptr, false);
    if (!object.is_object()) throw wrong("it is not a JSON object");
    const auto query = object.find("query") != object.end() ? object.find("query") : object.find("text");
    if (query == object.end() || !query->is_string()) throw wrong("it has no \"query\"");
    const auto id = object.find("id") != object.end() ? object.find("id") : object.find("_id");
    return {id == object.end() ? json(line.number) : *id, query->get<std::string>()};
}

}  // namespace

Chunk passage_named(const Store& store, const std::string& typed) {
    if (const std::optional<std::int64_t> id = whole_number(typed)) {
        if (std::optional<Chunk> chunk = store.chunk(*id)) return std::move(*chunk);
        throw no_such_passage(typed);
    }
    std::string name = typed;
    std::size_t wanted = 1;
    std::optional<Source> source = store.source(source_uri(store, name));
    if (const std::size_t colon = typed.rfind(':'); !source && colon != std::string::npos) {
        if (const std::optional<std::int64_t> line = whole_number(typed.substr(colon + 1)); line && *line > 0) {
            name = typed.substr(0, colon);
            wanted = static_cast<std::size_t>(*line);
            source = store.source(source_uri(store, name));
        }
    }
    if (!source || !source->document_id) throw no_such_passage(typed);
    // The last chunk that begins at the line or above it.
    std::optional<Chunk> found;
    for (std::size_t low = 0, high = source->chunk_count; low < high;) {
        const std::size_t middle = low + (high - low) / 2;
        std::optional<Chunk> chunk = store.chunk_at(*source->document_id, middle);
        if (!chunk || chunk->span.start_line > wanted) {
            high = middle;
        } else {
            low = middle + 1;
            found = std::move(chunk);
        }
    }
    if (!found) found = store.chunk_at(*source->document_id, 0);
    if (!found) throw no_such_passage(typed);
    return std::move(*found);
}

int search_batch(Context& context, const Store& store, const SearchTools& tools, const SearchOptions& options,
                 const std::string& file) {
    std::ifstream opened;
    if (file != "-") {
        opened.open(file, std::ios::binary);
        if (!opened) {
            throw Error(ErrorCode::failed, fmt::format("cannot read {}", file), "check its name and permissions");
        }
    }
    LineReader lines(file == "-" ? context.in : opened, longest_line);
    bool any_failed = false;
    std::uint64_t done = 0;
    while (const std::optional<LineReader::Line> line = lines.next()) {
        context.cancel.check();
        if (trim(line->text).empty()) continue;
        if (context.out.closed()) break;
        try {
            const BatchQuery query = parse_batch_query(*line);
            json document = {{"id", query.id}};
            document.update(
                search_json(query.query, search(store, tools, query.query, options, context.cancel), options));
            context.out.result() << document.dump(-1, ' ', false, json::error_handler_t::replace) << '\n';
            context.out.progress(fmt::format("searched {}", ++done));
        } catch (const Error& error) {
            if (error.code() != ErrorCode::failed) throw;
            any_failed = true;
            context.out.progress("");
            context.out.error(error);
        }
    }
    context.out.progress("");
    return any_failed ? static_cast<int>(ErrorCode::some_inputs_failed) : 0;
}

}  // namespace quarry::cli
