// Searches whose query is not on the command line.
#include "cli/ui/search_batch.h"

#include <fmt/format.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <ostream>

#include "cli/ui/input_file.h"
#include "cli/ui/output.h"
#include "core/base/bounded_json.h"
#include "core/base/error.h"
#include "core/base/json_lines.h"
#include "core/base/ordered_workers.h"
#include "core/base/text.h"
#include "core/wire/document.h"
#include "core/wire/search_json.h"

namespace quarry::cli {
namespace {

using json = nlohmann::ordered_json;

constexpr std::uint64_t longest_query_line = 1'000'000;
/// What the results that wait for those before them may take, and about what one hit takes.
constexpr std::uint64_t most_waiting = 16'000'000;
constexpr std::uint64_t text_of_result = 4'000;

struct BatchQuery {
    json id;
    std::string query;
};

/// Throws Error(failed) that says what is wrong with the line.
BatchQuery parse_batch_query(const LineReader::Line& line) {
    const auto wrong = [&](const char* why) {
        return Error(ErrorCode::failed, fmt::format("line {} is not a query", line.number),
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

BatchResult search_line(const app::SearchService& service, app::SearchRequest request, const LineReader::Line& line,
                        const app::RequestScope& scope) {
    try {
        const BatchQuery query = parse_batch_query(line);
        request.query = query.query;
        const app::SearchOutcome found = service.search(request, scope);
        json document = {{"id", query.id}};
        document.update(wire::search_json(query.query, found.result, found.options));
        return {wire::line_text(document), std::nullopt};
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
        context_.out.json_result() << result.text << '\n';
        context_.out.progress(fmt::format("searched {}", ++done_));
    }
    [[nodiscard]] bool any_failed() const noexcept { return any_failed_; }

private:
    Context& context_;
    std::uint64_t done_ = 0;
    bool any_failed_ = false;
};

}  // namespace

int search_batch(Context& context, const app::SearchService& service, const app::SearchRequest& request,
                 std::size_t threads, const std::string& file) {
    std::ifstream opened;
    LineReader lines(open_input(context, file, opened, "give a file with one query a line, or -"), longest_query_line);
    BatchOutput output(context);
    const app::RequestScope scope = context.scope();
    const std::uint64_t weight_of_result = text_of_result * service.options(request).limit;
    struct NoState {};
    OrderedWorkers<NoState, BatchResult> workers(threads, most_waiting);
    const auto take = [&] { output.print(workers.take()); };
    while (const std::optional<LineReader::Line> line = lines.next()) {
        context.cancel.check();
        if (trim(line->text).empty()) continue;
        if (context.out.closed()) break;
        // One thread would only wait for the other.
        if (threads == 1) {
            output.print(search_line(service, request, *line, scope));
            continue;
        }
        const std::uint64_t weight = line->text.size() + weight_of_result;
        while (!workers.has_room(weight)) take();
        workers.add(weight, [&, line = *line](NoState&) { return search_line(service, request, line, scope); });
    }
    while (!workers.idle() && !context.out.closed()) take();
    context.out.progress("");
    return output.any_failed() ? static_cast<int>(ErrorCode::some_inputs_failed) : 0;
}

}  // namespace quarry::cli
