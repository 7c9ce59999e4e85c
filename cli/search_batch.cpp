// Searches whose query is not on the command line.
#include "cli/search_batch.h"

#include <fmt/format.h>

#include <charconv>
#include <filesystem>
#include <fstream>
#include <mutex>
#include <nlohmann/json.hpp>
#include <ostream>

#include "cli/text/search_text.h"
#include "cli/ui/output.h"
#include "core/app/knowledge_base.h"
#include "core/base/bounded_json.h"
#include "core/base/error.h"
#include "core/base/json_lines.h"
#include "core/base/ordered_workers.h"
#include "core/base/text.h"
#include "core/wire/json_escapes.h"

namespace quarry::cli {
namespace {

using json = nlohmann::ordered_json;

constexpr std::uint64_t longest_line = 1'000'000;
/// What the results that wait for those before them may take, and about what one hit takes.
constexpr std::uint64_t most_waiting = 16'000'000;
constexpr std::uint64_t text_of_result = 4'000;

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
    const json object = parse_bounded_json<json>(line.text);
    if (!object.is_object()) throw wrong("it is not a JSON object");
    const auto query = object.find("query") != object.end() ? object.find("query") : object.find("text");
    if (query == object.end() || !query->is_string()) throw wrong("it has no \"query\"");
    const auto id = object.find("id") != object.end() ? object.find("id") : object.find("_id");
    return {id == object.end() ? json(line.number) : *id, query->get<std::string>()};
}

/// What became of a line.
struct BatchResult {
    std::string text;
    std::optional<Error> error;
};

BatchResult search_line(const Searcher& searcher, search::SearchTools tools, search::SearchOptions options,
                        const LineReader::Line& line, const Cancellation& cancellation) {
    tools.embedder = searcher.embedder.get();
    try {
        const BatchQuery query = parse_batch_query(line);
        json document = {{"id", query.id}};
        document.update(search_json(
            query.query, search::search(*searcher.store, tools, query.query, options, cancellation), options));
        return {wire::escape_json_controls(document.dump(-1, ' ', false, json::error_handler_t::replace)),
                std::nullopt};
    } catch (const Error& error) {
        if (error.code() != ErrorCode::failed) throw;
        return {{}, error};
    }
}

/// Prints results as they come.
class BatchOutput {
public:
    explicit BatchOutput(Context& context) : context_(context) {}

    void print(const BatchResult& result) {
        if (result.error) {
            any_failed_ = true;
            context_.out.progress("");
            context_.out.error(*result.error);
            return;
        }
        context_.out.result() << result.text << '\n';
        context_.out.progress(fmt::format("searched {}", ++done_));
    }
    [[nodiscard]] bool any_failed() const noexcept { return any_failed_; }

private:
    Context& context_;
    std::uint64_t done_ = 0;
    bool any_failed_ = false;
};

/// Hands each thread a searcher, of which there is one for each.
class SearcherPool {
public:
    explicit SearcherPool(std::span<Searcher> searchers) : free_(searchers) {}

    [[nodiscard]] Searcher& take() {
        const std::lock_guard lock(mutex_);
        Searcher& searcher = free_.front();
        free_ = free_.subspan(1);
        return searcher;
    }

private:
    std::mutex mutex_;
    std::span<Searcher> free_;
};

/// A thread's own.
struct Lease {
    Searcher* searcher = nullptr;
};

}  // namespace

store::Chunk passage_named(const store::Store& store, const std::string& typed) {
    if (const std::optional<std::int64_t> id = whole_number(typed)) {
        if (std::optional<store::Chunk> chunk = store.chunk(*id)) return std::move(*chunk);
        throw no_such_passage(typed);
    }
    std::string name = typed;
    std::size_t wanted = 1;
    std::optional<store::Source> source = store.source(app::source_uri(store, name));
    if (const std::size_t colon = typed.rfind(':'); !source && colon != std::string::npos) {
        if (const std::optional<std::int64_t> line = whole_number(typed.substr(colon + 1)); line && *line > 0) {
            name = typed.substr(0, colon);
            wanted = static_cast<std::size_t>(*line);
            source = store.source(app::source_uri(store, name));
        }
    }
    if (!source || !source->document_id) throw no_such_passage(typed);
    // The last chunk that begins at the line or above it.
    std::optional<store::Chunk> found;
    for (std::size_t low = 0, high = source->chunk_count; low < high;) {
        const std::size_t middle = low + (high - low) / 2;
        std::optional<store::Chunk> chunk = store.chunk_at(*source->document_id, middle);
        if (!chunk || chunk->span.start_line > wanted) {
            high = middle;
        } else {
            low = middle + 1;
            found = std::move(chunk);
        }
    }
    if (!found) found = store.chunk_at(*source->document_id, 0);
    if (!found) throw no_such_passage(typed);
    if (wanted > found->span.end_line) {
        // Blank lines belong to the passage before them; behind the text there is none.
        const std::string text = store.document_text(*source->document_id).value_or("");
        const std::size_t lines = count_line_breaks(text) + (text.ends_with('\n') ? 0 : 1);
        if (wanted > lines) throw no_such_passage(typed).because(fmt::format("its text has {} lines", lines));
    }
    return std::move(*found);
}

int search_batch(Context& context, std::span<Searcher> searchers, const search::SearchTools& tools,
                 const search::SearchOptions& options, const std::string& file) {
    std::ifstream opened;
    if (file != "-") {
        opened.open(file, std::ios::binary);
        std::error_code unreadable;
        if (std::filesystem::is_directory(file, unreadable)) {
            throw Error(ErrorCode::failed, fmt::format("cannot read {}", file), "give a file with a query a line")
                .because("it is a folder");
        }
        if (!opened) {
            throw Error(ErrorCode::failed, fmt::format("cannot read {}", file), "check its name and permissions");
        }
    }
    LineReader lines(file == "-" ? context.in : opened, longest_line);
    BatchOutput output(context);
    SearcherPool seats(searchers);
    const std::uint64_t weight_of_result = text_of_result * options.limit;
    OrderedWorkers<Lease, BatchResult> workers(searchers.size(), most_waiting);
    const auto take = [&] { output.print(workers.take()); };
    while (const std::optional<LineReader::Line> line = lines.next()) {
        context.cancel.check();
        if (trim(line->text).empty()) continue;
        if (context.out.closed()) break;
        // One thread would only wait for the other.
        if (searchers.size() == 1) {
            output.print(search_line(searchers.front(), tools, options, *line, context.cancel));
            continue;
        }
        const std::uint64_t weight = line->text.size() + weight_of_result;
        while (!workers.has_room(weight)) take();
        workers.add(weight, [&, line = *line](Lease& seat) {
            if (seat.searcher == nullptr) seat.searcher = &seats.take();
            return search_line(*seat.searcher, tools, options, line, context.cancel);
        });
    }
    while (!workers.idle() && !context.out.closed()) take();
    context.out.progress("");
    return output.any_failed() ? static_cast<int>(ErrorCode::some_inputs_failed) : 0;
}

}  // namespace quarry::cli
