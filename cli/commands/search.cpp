// quarry search: the passages of the knowledge base that fit a query best.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <nlohmann/json.hpp>
#include <ostream>
#include <unordered_set>

#include "cli/help/pages.h"
#include "cli/line/search_options.h"
#include "cli/text/search_text.h"
#include "cli/ui/output.h"
#include "cli/ui/search_batch.h"
#include "core/app/search_service.h"
#include "core/base/large_pages.h"
#include "core/base/text.h"
#include "core/config/config_json.h"
#include "core/wire/display_uri.h"
#include "core/wire/document.h"
#include "core/wire/search_json.h"

namespace quarry::cli {
namespace {

class SearchCommand final : public Command {
public:
    [[nodiscard]] CommandInfo info() const override { return search_info(); }
    void setup(OptionTable& options) override { declare_search_options(options, arguments_); }

    [[nodiscard]] bool prints_json_lines() const override {
        return arguments_.format == "ndjson" || !arguments_.batch.empty();
    }

    [[nodiscard]] int run(Context& context) override {
        arguments_.check(context.json);
        const app::SearchRequest request = arguments_.to_request();
        use_large_pages();
        app::Workspace workspace(context);
        const app::SearchService service(workspace);
        if (!arguments_.batch.empty()) {
            const std::size_t threads = service.threads(request, arguments_.threads, context.scope());
            return search_batch(context, service, request, threads, arguments_.batch);
        }
        const bool by_words = request.more_like.empty();
        if (by_words && trim(request.query).empty()) {
            static_cast<void>(service.threads(request, 1, context.scope()));  // what is wrong with the base comes first
            throw Error(ErrorCode::usage, "the query is empty", "quarry search WORDS…");
        }
        const app::SearchOutcome found = service.search(request, context.scope());
        if (!context.json) tell(context, service, request, found);
        print(context, by_words ? request.query : request.more_like, found);
        return found.result.hits.empty() ? static_cast<int>(ErrorCode::nothing_found) : 0;
    }

private:
    static std::string shown(const std::string& text, std::size_t width) {
        return one_line(strip_terminal_controls(text), width);
    }
    static void tell_missing(Context& context, const search::SearchResult& result) {
        if (result.missing_words.empty()) return;
        context.out.note("no passage has: " + shown(fmt::format("{}", fmt::join(result.missing_words, ", ")), 200));
    }

    /// What there is to say beside the results.
    void tell(Context& context, const app::SearchService& service, const app::SearchRequest& request,
              const app::SearchOutcome& found) const {
        const search::SearchResult& result = found.result;
        const bool is_news = found.has_embedder || request.explain || !request.mode.empty();
        if (!result.note.empty() && is_news) context.out.note(result.note);
        for (const std::string& other : result.queries) {
            if (request.explain) context.out.note(fmt::format("searched for: {}", shown(other, 300)));
        }
        if (result.hits.empty()) {
            const std::string& query = request.more_like.empty() ? request.query : request.more_like;
            context.out.note(fmt::format("nothing fits \"{}\"", shown(query, 60)));
            tell_missing(context, result);
            context.out.note("hint: " + service.why_nothing(request, context.scope()));
        }
        if (result.suggestion.empty()) return;
        if (!result.hits.empty()) tell_missing(context, result);
        const bool was_searched = !result.hits.empty() && result.mode != search::SearchMode::vector;
        context.out.note(
            fmt::format("{}: {}", was_searched ? "also searched for" : "did you mean", shown(result.suggestion, 200)));
    }

    void print(Context& context, const std::string& query, const app::SearchOutcome& found) const {
        const search::SearchResult& result = found.result;
        std::ostream& out = context.out.result();
        if (context.json) {
            out << config::dump_json(wire::search_json(query, result, found.options));
            return;
        }
        std::unordered_set<std::string> seen;
        for (std::size_t i = 0; i < result.hits.size() && !context.out.closed(); ++i) {
            const search::SearchHit& hit = result.hits[i];
            if (arguments_.format == "files") {
                if (seen.insert(hit.chunk.uri).second) out << wire::display_uri(hit.chunk.uri) << '\n';
            } else if (arguments_.format == "editor") {
                print_editor_line(context.out, hit, result);
            } else if (arguments_.format == "ndjson") {
                context.out.json_result() << wire::line_text(wire::hit_json(hit, i + 1, result, found.options)) << '\n';
            } else {
                print_hit(context.out, hit, i + 1, result, found.options, found.options.explain);
            }
        }
    }

    SearchArguments arguments_;
};

}  // namespace

std::unique_ptr<Command> make_search_command() { return std::make_unique<SearchCommand>(); }

}  // namespace quarry::cli
