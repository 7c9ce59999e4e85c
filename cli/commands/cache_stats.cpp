// quarry cache stats: what is kept.
#include <fmt/chrono.h>
#include <fmt/format.h>

#include <ctime>
#include <nlohmann/json.hpp>
#include <ostream>

#include "cli/line/command.h"
#include "cli/ui/output.h"
#include "core/app/response_cache.h"
#include "core/base/text.h"
#include "core/config/config_json.h"
#include "core/wire/cache_json.h"
#include "core/wire/display_uri.h"

namespace quarry::cli {
namespace {

class CacheStatsCommand final : public Command {
public:
    [[nodiscard]] CommandInfo info() const override {
        return {.path = "cache stats",
                .summary = "count cached answers and query vectors",
                .description =
                    "Prints how many answers of models and how many vectors of queries the knowledge base keeps, how "
                    "large they are, and how often one was used instead of asking again.",
                .examples = {{"quarry cache stats", "count them"}, {"quarry cache stats --json", "for programs"}},
                .exit_codes = {{3, "the base was made by an older quarry: run quarry migrate up --database base"},
                               {9, "the base was made by a newer quarry"}}};
    }

    void setup(OptionTable&) override {}

    [[nodiscard]] int run(Context& context) override {
        const auto [stats, limits, enabled] = app::cache_use(context);
        std::ostream& out = context.out.result();
        if (context.json) {
            out << config::dump_json(wire::cache_stats_json(context.base_path.string(), stats, limits, enabled));
            return 0;
        }
        out << fmt::format("base           {}\n", wire::display_uri(context.base_path.string()));
        print(out, "answers", stats.answers);
        print(out, "query vectors", stats.query_vectors);
        if (stats.oldest) out << fmt::format("oldest         {:%Y-%m-%d %H:%M} UTC\n", fmt::gmtime(*stats.oldest));
        if (!enabled) context.out.note("the cache is switched off: cache.enabled is false");
        return 0;
    }

private:
    static void print(std::ostream& out, std::string_view what, const cache::ResponseCacheStats::Kind& kind) {
        out << fmt::format("{:<14} {}, {}, used {} {}\n", what, kind.entries, human_bytes(kind.bytes), kind.uses,
                           kind.uses == 1 ? "time" : "times");
    }
};

}  // namespace

std::unique_ptr<Command> make_cache_stats_command() { return std::make_unique<CacheStatsCommand>(); }

}  // namespace quarry::cli
