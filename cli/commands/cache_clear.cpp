// quarry cache clear: forgets what is kept.
#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <ostream>

#include "cli/line/command.h"
#include "cli/ui/output.h"
#include "core/app/response_cache.h"
#include "core/config/config_json.h"
#include "core/wire/cache_json.h"

namespace quarry::cli {
namespace {

class CacheClearCommand final : public Command {
public:
    [[nodiscard]] CommandInfo info() const override {
        return {.path = "cache clear",
                .summary = "delete all cached answers and query vectors",
                .description = "Removes them from the knowledge base. Documents, their vectors, conversations and runs "
                               "stay. quarry docs gc gives the space back to the disk.",
                .examples = {{"quarry cache clear", "forget them"}},
                .exit_codes = {{3, "the base was made by an older quarry: run quarry migrate up --database base"},
                               {7, "another process is writing to the base"},
                               {9, "the base was made by a newer quarry"}}};
    }

    void setup(OptionTable&) override {}

    [[nodiscard]] int run(Context& context) override {
        const std::uint64_t dropped = app::clear_cache(context);
        if (context.json) {
            context.out.result() << config::dump_json(wire::cache_clear_json(dropped));
        } else {
            context.out.note(fmt::format("{} {} deleted", dropped, dropped == 1 ? "entry" : "entries"));
        }
        return 0;
    }
};

}  // namespace

std::unique_ptr<Command> make_cache_clear_command() { return std::make_unique<CacheClearCommand>(); }

}  // namespace quarry::cli
